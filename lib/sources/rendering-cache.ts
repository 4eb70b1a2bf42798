import { createHash, randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { privateCache } from "../../bin/private-cache.js";
import { readManifests } from "../kubernetes/index.ts";
import { withoutSecrets } from "../manifest/index.ts";
import { InputError } from "../problem/index.ts";

/** Bytes of all entries, bytes of one, and days after which an entry that nobody used is removed. */
const [mostInAll, mostOfEntry, longestUnused] = [256 * 1024 * 1024, 16 * 1024 * 1024, 30];
const dayInMilliseconds = 86_400_000;

const isEntryName = /^[0-9a-f]{64}$/;
/** The name of a file that is being written, with what makes it its writer's own. */
const isUnfinished = /^[0-9a-f]{64}\.[0-9a-f]+\.tmp$/;

/** Whether a rendering holds a Secret, or something that can't be read and may be one. */
function mayHoldSecret(text: string): boolean {
  const { objects, problems, skipped } = readManifests(text);
  return problems.length + skipped.length > 0 || objects.some(({ object }) => withoutSecrets(object) !== object);
}

/**
 * Renderings of earlier runs, in a folder that nobody else can read: a file for each, named by the hash of all that the rendering depends
 * on. An entry that isn't what was written is passed over. What holds a Secret isn't kept, nor is what fails.
 */
export class RenderingCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The rendering of a key; undefined where there is none, or a damaged one. */
  read(key: string): string | undefined {
    const file = join(this.#folder, key);
    try {
      const stat = lstatSync(file);
      if (!stat.isFile() || stat.size > mostOfEntry + checksumLength) return undefined;
      const entry = readFileSync(file, "utf8");
      const text = entry.slice(checksumLength);
      if (entry !== entryOf(key, text)) return undefined;
      const now = new Date();
      utimesSync(file, now, now);
      return text;
    } catch {
      return undefined;
    }
  }

  /** Keeps a rendering. Where that can't be done, as on a full disk, it is rendered again the next time. */
  write(key: string, text: string): void {
    const entry = entryOf(key, text);
    if (Buffer.byteLength(entry) > mostOfEntry || mayHoldSecret(text)) return;
    const unfinished = join(this.#folder, `${key}.${randomBytes(8).toString("hex")}.tmp`);
    try {
      writeFileSync(unfinished, entry, { flag: "wx", mode: 0o600 });
      renameSync(unfinished, join(this.#folder, key));
      this.#prune();
    } catch {
      rmSync(unfinished, { force: true });
    }
  }

  /** Removes what nobody used for long, and then the longest unused until the rest fits. */
  #prune(): void {
    const files = readdirSync(this.#folder).filter((name) => isEntryName.test(name) || isUnfinished.test(name));
    const entries = files.flatMap((name) => {
      const file = join(this.#folder, name);
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat ? [{ file, size: stat.size, unused: Date.now() - stat.mtimeMs }] : [];
    });
    let kept = 0;
    for (const { file, size, unused } of entries.sort((left, right) => left.unused - right.unused)) {
      kept += size;
      if (kept > mostInAll || unused > longestUnused * dayInMilliseconds) rmSync(file, { force: true });
    }
  }
}

const checksum = (key: string, text: string) => createHash("sha256").update(`${key}\n${text}`).digest("hex");
const entryOf = (key: string, text: string) => `${checksum(key, text)}\n${text}`;
const checksumLength = 65;

/**
 * The cache that the environment asks for by SLIPWAY_CACHE: none by `off`, one in a folder by its absolute path, else one in the user's own
 * cache folder. A folder that somebody else can read or write isn't used.
 * @throws InputError for another value
 */
export function renderingCache({ SLIPWAY_CACHE: asked = "" }: NodeJS.ProcessEnv): RenderingCache | undefined {
  if (asked === "off") return undefined;
  if (asked !== "" && !isAbsolute(asked))
    throw new InputError([
      { message: `SLIPWAY_CACHE: expected off or an absolute path, found "${asked}"`, fix: "Give the path from / on, or unset it." },
    ]);
  const folder = asked === "" ? privateCache("renderings") : privateFolder(asked);
  return folder === undefined ? undefined : new RenderingCache(folder);
}

function privateFolder(folder: string): string | undefined {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stat = lstatSync(folder);
    const isOwn = stat.isDirectory() && (process.getuid === undefined || stat.uid === process.getuid());
    return isOwn && (stat.mode & 0o077) === 0 ? folder : undefined;
  } catch {
    return undefined;
  }
}
