/** What is read of one folder at most: many times what the largest fleets have. */
const most = { files: 500_000, bytes: 1024 * 1024 * 1024, seconds: 120 };

/** Counts what reading a folder has taken, so that no folder takes forever. */
export class Budget {
  readonly #started = performance.now();
  #files = 0;
  #bytes = 0;

  take(bytes: number): void {
    this.#files++;
    this.#bytes += bytes;
  }

  /** Why nothing more is read; undefined while there is room. */
  spent(): string | undefined {
    const rest = "this file and what comes after it isn't read: the folder has";
    if (this.#files >= most.files) return `${rest} more than ${most.files} files`;
    if (this.#bytes >= most.bytes) return `${rest} more than ${most.bytes} bytes`;
    return performance.now() - this.#started > most.seconds * 1000 ? `${rest} taken longer than ${most.seconds} seconds` : undefined;
  }
}
