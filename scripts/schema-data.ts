/** What the scripts share that write the schemas of lib/kubernetes/schema/data/. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

export type Json = Readonly<Record<string, unknown>>;

/** Where lib/kubernetes reads its schemas. */
export const dataFolder = fileURLToPath(new URL("../lib/kubernetes/schema/data/", import.meta.url));

/** The folder of a Go module, as `module@version`, which is downloaded where it isn't there yet. */
export const moduleFolder = (module: string) =>
  (JSON.parse(execFileSync("go", ["mod", "download", "-json", module], { cwd: tmpdir(), encoding: "utf8" })) as { Dir: string }).Dir;

/** Writes a file of data and gives its size in bytes. */
export function write(name: string, content: Json): number {
  const file = gzipSync(JSON.stringify(content), { level: 9 });
  const path = join(dataFolder, `${name}.json.gz`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file);
  process.stdout.write(`${name}: ${file.length} bytes\n`);
  return file.length;
}
