import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { errorCode } from "./error-code.ts";

/** Why a file can't be taken for text; the message continues "the file ...". */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/** Bytes of a file past which it isn't read: many times what an API server takes in one request. */
const mostBytes = 8 * 1024 * 1024;

/**
 * The text of a file, which may be anybody's: a regular file of bounded size in UTF-8. It is opened without waiting, so that a pipe or
 * device in its place holds nobody up, and never read past the bound, also where it grows meanwhile.
 * @throws UnreadableError for what is no such file; the file system's own error where it can't be opened
 */
export function readText(path: string): string {
  const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw new UnreadableError("is not a file");
    if (stat.size > mostBytes) throw new UnreadableError(`is too large: ${stat.size} bytes, and at most ${mostBytes} are read`);
    return decodeText(bytesOf(handle, stat.size));
  } finally {
    closeSync(handle);
  }
}

/** Files of some file systems say that they have no size, and hold text. */
function bytesOf(handle: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.min(mostBytes, size || 64 * 1024) + 1);
  let length = 0;
  while (length < bytes.length) {
    const read = readSync(handle, bytes, length, bytes.length - length, null);
    if (read === 0) return bytes.subarray(0, length);
    length += read;
  }
  throw new UnreadableError("is longer than it says, or grows");
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Text that comes by another way than a file, held to the same bounds. @throws UnreadableError */
export function decodeText(bytes: Buffer): string {
  if (bytes.length > mostBytes) throw new UnreadableError(`is too large: ${bytes.length} bytes, and at most ${mostBytes} are read`);
  try {
    return decoder.decode(bytes);
  } catch {
    throw new UnreadableError("is no UTF-8 text");
  }
}

let piped: string | undefined;
/**
 * What is piped into the process, as text in UTF-8 of bounded size. It is read once, and is the same for whoever asks again.
 * @throws UnreadableError for what is none; the file system's own error where it can't be read
 */
export function readStandardInput(): string {
  piped ??= readPipe();
  return piped;
}

function readPipe(): string {
  const parts: Buffer[] = [];
  for (let length = 0; ; ) {
    const part = Buffer.alloc(64 * 1024);
    const read = readWaiting(part);
    if (read === 0) return decodeText(Buffer.concat(parts, length));
    length += read;
    if (length > mostBytes) throw new UnreadableError(`is too large: at most ${mostBytes} bytes are read`);
    parts.push(part.subarray(0, read));
  }
}

/** Standard input may be a pipe that doesn't wait: it says EAGAIN until something is there. */
function readWaiting(part: Buffer): number {
  for (;;)
    try {
      return readSync(0, part);
    } catch (error) {
      if (errorCode(error) === "EOF") return 0;
      if (errorCode(error) !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
}
