import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";

const own = JSON.parse(readFileSync("package.json", "utf8")) as { readonly files: readonly string[] };
const packed = [...own.files, "scripts", "package.json", "tsconfig.json", "tsconfig.build.json", "README.md", "LICENSE"].filter((path) =>
  existsSync(path),
);

/**
 * Packs a copy of this repository as npm publishes it. It is a copy because packing points package.json elsewhere for a moment, and others read it.
 * @param copy an empty folder for it
 * @returns path of the tarball
 */
export function pack(copy: string): string {
  for (const path of packed) cpSync(path, join(copy, path), { recursive: true });
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  execFileSync("npm", ["pack", "--silent"], { cwd: copy, stdio: "pipe", env: { ...process.env, NODE_OPTIONS: "" } });
  return join(copy, readdirSync(copy).find((name) => name.endsWith(".tgz")) ?? "");
}

/**
 * Packs slipway, and unpacks the package beside the packages that it needs.
 * @param folder an empty folder for it
 * @returns path of the command's program
 */
export function unpacked(folder: string): string {
  const copy = join(folder, "copy");
  mkdirSync(copy);
  execFileSync("tar", ["--extract", `--file=${pack(copy)}`, `--directory=${folder}`]);
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  return join(folder, "package/bin/slipway.js");
}
