import { mkdtempSync, realpathSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where Linux has files in memory, and how statfs(2) calls that. */
const [inMemory, memoryType] = ["/dev/shm", 0x01021994];
/** Bytes that are put into memory at most, and times them that must be free there. */
const [mostInMemory, spare] = [64 * 1024 * 1024, 4];

/**
 * Makes a private temporary folder: in memory if what it is for is small and there is room, as a disk may take a millisecond for each new
 * file; else, and wherever TMPDIR says where, on disk.
 * @param bytes how much it is for
 */
export const temporaryFolder = (bytes: number): string =>
  realpathSync(mkdtempSync(join(process.env.TMPDIR === undefined && fitsInMemory(bytes) ? inMemory : tmpdir(), "slipway-review-")));

function fitsInMemory(bytes: number): boolean {
  try {
    const { type, bavail, bsize } = statfsSync(inMemory);
    return type === memoryType && bytes <= mostInMemory && bavail * bsize >= bytes * spare;
  } catch {
    return false;
  }
}
