import { gunzipSync } from "node:zlib";

/** A file of a chart's archive, by its path below the chart's folder. */
interface ArchivedFile {
  readonly path: string;
  readonly content: Buffer;
}

/** Why an archive isn't unpacked; the message continues "the archive ...". */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
}

/** Bytes of an archive unpacked and of one file, as Helm has them, and files. */
const mostBytes = 100 * 1024 * 1024;
const mostOfFile = 5 * 1024 * 1024;
const mostFiles = 10_000;

/**
 * The files of a packed chart. Only plain files and folders are taken, all in one folder: no links, no devices, no path that leads out.
 * @throws ArchiveError
 */
export function filesOfArchive(archive: Buffer): readonly ArchivedFile[] {
  const files = new Map<string, ArchivedFile>();
  let folder: string | undefined;
  for (const { name, content } of entriesIn(unzipped(archive))) {
    const [first = "", ...rest] = stepsOf(name);
    folder ??= first;
    if (first !== folder || rest.length === 0) throw new ArchiveError("holds more than one folder");
    const path = rest.join("/");
    // Some file systems don't tell the two apart.
    if (files.has(path.toLowerCase())) throw new ArchiveError(`holds ${JSON.stringify(path)} twice`);
    if (files.size === mostFiles) throw new ArchiveError(`holds more than ${mostFiles} files`);
    files.set(path.toLowerCase(), { path, content });
  }
  return [...files.values()];
}

function unzipped(archive: Buffer): Buffer {
  try {
    return gunzipSync(archive, { maxOutputLength: mostBytes });
  } catch {
    throw new ArchiveError(`is no gzip file, or larger than ${mostBytes} bytes when it is unpacked`);
  }
}

/** The steps of an entry's name. @throws ArchiveError for a name that leads out of the folder, or that file systems read differently */
function stepsOf(name: string): string[] {
  const steps = name.replace(/^\.\//, "").split("/");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name with a control character is refused.
  const isOdd = steps.some((step) => step === "" || step === "." || step === ".." || /[\\:\u0000-\u001f]/.test(step));
  if (isOdd) throw new ArchiveError(`holds a file named ${JSON.stringify(name.slice(0, 200))}`);
  return steps;
}

const block = 512;

/** The plain files of a tar file: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, and GNU's long names. */
function* entriesIn(tar: Buffer): Generator<{ readonly name: string; readonly content: Buffer }> {
  let longName: string | undefined;
  for (let at = 0; at + block <= tar.length; ) {
    const header = tar.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return;
    const size = sizeIn(header);
    const content = tar.subarray(at + block, at + block + size);
    if (content.length < size) throw new ArchiveError("ends too early");
    at += block + Math.ceil(size / block) * block;
    const type = String.fromCharCode(header[156] ?? 0);
    const name = longName ?? nameIn(header);
    longName = longNameIn(type, content);
    if (isPlainFile(type, name)) yield { name, content: plainContent(content, name) };
  }
}

/** Types of entries: plain files, and what comes into being with them or is of no matter here. */
const [plainTypes, passedTypes] = [new Set(["0", "\0"]), new Set(["5", "g", "x", "L"])];

function isPlainFile(type: string, name: string): boolean {
  if (plainTypes.has(type) || passedTypes.has(type)) return plainTypes.has(type);
  throw new ArchiveError(`holds ${JSON.stringify(name.slice(0, 200))}, which is neither a file nor a folder`);
}

/** The name that an entry gives the next one. */
function longNameIn(type: string, content: Buffer): string | undefined {
  if (type === "x") return paxPath(content);
  return type === "L" ? textIn(content) : undefined;
}

function plainContent(content: Buffer, name: string): Buffer {
  if (content.length > mostOfFile)
    throw new ArchiveError(`holds ${JSON.stringify(name.slice(0, 200))}, which is larger than ${mostOfFile} bytes`);
  return content;
}

const textIn = (bytes: Buffer) => bytes.toString("utf8").split("\0")[0] ?? "";

function sizeIn(header: Buffer): number {
  const text = textIn(header.subarray(124, 136)).trim();
  if (!/^[0-7]{1,11}$/.test(text)) throw new ArchiveError("has a header that can't be read");
  return Number.parseInt(text, 8);
}

function nameIn(header: Buffer): string {
  const [name, prefix] = [textIn(header.subarray(0, 100)), textIn(header.subarray(345, 500))];
  const isUstar = header.subarray(257, 263).toString("latin1") === "ustar\0";
  return isUstar && prefix !== "" ? `${prefix}/${name}` : name;
}

/** The path among the records of an extended header, each as `LENGTH KEY=VALUE` with a line end. */
function paxPath(content: Buffer): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < content.length; ) {
    const [, digits = ""] = /^(\d{1,7}) /.exec(content.subarray(at, at + 8).toString("latin1")) ?? [];
    const length = Number(digits);
    if (digits === "" || length <= digits.length + 1 || at + length > content.length)
      throw new ArchiveError("has a header that can't be read");
    const record = content.subarray(at + digits.length + 1, at + length - 1).toString("utf8");
    if (record.startsWith("path=")) path = record.slice("path=".length);
    if (record.startsWith("size=") || record.startsWith("GNU.sparse")) throw new ArchiveError("has a header that can't be read");
    at += length;
  }
  return path;
}
