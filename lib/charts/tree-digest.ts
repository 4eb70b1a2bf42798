import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");

/** A digest of bytes, as registries write it. */
export const digestOf = (content: Buffer): string => `sha256:${sha256(content)}`;

/** A digest of files by their paths and contents, whatever their order, dates and owners. */
export function digestOfFiles(files: readonly { readonly path: string; readonly content: Buffer }[]): string {
  const lines = files.map(({ path, content }) => `${sha256(content)}  ${path}\n`).sort();
  return `sha256:${sha256(lines.join(""))}`;
}

/** Bytes and files past which a folder is no chart that was unpacked here. */
const mostBytes = 100 * 1024 * 1024;
const mostFiles = 10_000;

/** The digest of a folder's files; undefined where something in it is neither a file nor a folder, or it is larger than a chart may be. */
export function digestOfFolder(folder: string): string | undefined {
  let left = mostBytes;
  const files: { path: string; content: Buffer }[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    left -= lstatSync(path).size;
    if (!entry.isFile() || left < 0 || files.length === mostFiles) return undefined;
    files.push({ path: relative(folder, path).split(sep).join("/"), content: readFileSync(path) });
  }
  return digestOfFiles(files);
}
