import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { BorrowedRepository, type Entry, type Git, type OperatorSettings } from "../git/index.ts";
import { errorCode } from "../outside/index.ts";
import { Lock, removeIfLeftBehind } from "./lock.ts";
import { privateFolder, removePrivateFolder } from "./private-folder.ts";

/** Where the project lies in the operator's clone. */
export interface Location {
  /** Absolute path of the clone's folder. */
  readonly top: string;
  /** Path of the project in it, with a slash at its end; empty where the project is the clone. */
  readonly within: string;
}

/**
 * A folder of a release's own: a repository that borrows the clone's objects, and the files of some commit, dist left out, byte by byte as
 * git has them. The operator's clone isn't written to.
 */
export class Workspace {
  /** The repository's folder at the commit. */
  readonly tree: string;
  /** The project's folder in it. */
  readonly root: string;
  readonly repository: BorrowedRepository;
  readonly #location: Location;
  readonly #folder: string;
  readonly #lock: Lock | undefined;
  readonly #shared: string;
  /** Hashes of what lies in the tree, by path. */
  #held = new Map<string, string>();
  /** Folders of packages that are links into the operator's clone. */
  readonly #linked: string[] = [];

  private constructor(repository: BorrowedRepository, location: Location, { folder, lock, shared }: OwnFolder) {
    this.repository = repository;
    this.#location = location;
    this.#folder = folder;
    this.#lock = lock;
    this.#shared = shared;
    this.tree = join(folder, "tree");
    this.root = join(this.tree, location.within);
  }

  /** Takes a folder for a release from a clone to the remote at an address. */
  static async open(location: Location, clone: Git, settings: OperatorSettings, address: string): Promise<Workspace> {
    const own = ownFolder(location.top);
    try {
      rmSync(join(own.folder, "tree"), { recursive: true, force: true });
      const repository = await BorrowedRepository.create(join(own.folder, "repository"), clone, settings, address);
      return new Workspace(repository, location, own);
    } catch (error) {
      removeFolder(own);
      throw error;
    }
  }

  /** Puts the tree at a commit, whatever was edited in it. */
  async checkOut(commit: string): Promise<void> {
    const left = [`${this.#location.within}dist`, ...this.#linked].map((path) => `${path}/`);
    const wanted = (await this.repository.git.entries(commit)).filter(
      ({ path, mode }) => mode !== submodule && isPlain(path) && !left.some((folder) => path.startsWith(folder)),
    );
    const changed = wanted.filter(({ path, mode, hash }) => this.#held.get(path) !== `${mode} ${hash}`);
    const stay = new Set(wanted.map(({ path }) => path));
    for (const path of this.#held.keys()) if (!stay.has(path)) rmSync(join(this.tree, path), { recursive: true, force: true });
    for (let at = 0; at < changed.length; at += atOnce) {
      const some = changed.slice(at, at + atOnce);
      const contents = await this.repository.git.contents(some.map(({ hash }) => hash));
      for (const [index, entry] of some.entries()) this.#put(entry, contents[index]);
    }
    this.#held = new Map(wanted.map(({ path, mode, hash }) => [path, `${mode} ${hash}`]));
    this.#linkPackages();
  }

  /** What overlays import is installed in the operator's clone. */
  #linkPackages(): void {
    const parts = this.#location.within.split("/").filter(Boolean);
    for (const path of [...parts.keys(), parts.length].map((count) => [...parts.slice(0, count), "node_modules"].join("/"))) {
      const [from, to] = [join(this.#location.top, path), join(this.tree, path)];
      if (!existsSync(from) || existsSync(to)) continue;
      mkdirSync(dirname(to), { recursive: true });
      symlinkSync(from, to);
      this.#linked.push(path);
    }
  }

  /** Links that lead out of the tree aren't made: what a release reads is what the commit holds. */
  #put({ path, mode, hash }: Entry, content: Buffer | undefined): void {
    if (!content) throw new Error(`${path}: the clone lacks the object ${hash}; git fsck shows what it has lost`);
    const file = join(this.tree, path);
    rmSync(file, { recursive: true, force: true });
    mkdirSync(dirname(file), { recursive: true });
    if (mode !== "120000") {
      writeFileSync(file, content);
      if (mode === "100755") chmodSync(file, 0o755);
    } else if (`${resolve(dirname(file), content.toString("utf8"))}/`.startsWith(`${this.tree}/`)) symlinkSync(content, file);
  }

  /** Writes files of the project; the next checkOut brings back what the commit has. */
  write(files: ReadonlyMap<string, string | undefined>): void {
    for (const [file, text] of files) {
      const path = join(this.root, file);
      this.#held.set(`${this.#location.within}${file}`, "edited");
      rmSync(path, { force: true });
      if (text === undefined) continue;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }

  close(): void {
    removeFolder({ folder: this.#folder, lock: this.#lock, shared: this.#shared });
  }
}

const submodule = "160000";
/** Files that are read at a time: a repository may hold more than fits into memory. */
const atOnce = 500;

/** A path that a checkout of git's would take: https://git-scm.com/docs/git-fsck */
const isPlain = (path: string) => path.split("/").every((part) => !/^(\.{0,2}|\.git)$/i.test(part));

interface OwnFolder {
  readonly folder: string;
  /** Undefined where the file system has no locks; then the folder has a name that nobody else takes. */
  readonly lock: Lock | undefined;
  /** The private folder it lies in. */
  readonly shared: string;
}

/**
 * A folder that no other process has. It is the same one each time, where it is free: what is compiled is remembered by its path.
 * Those that killed releases of the same clone have left behind are taken away.
 */
function ownFolder(top: string): OwnFolder {
  const shared = privateFolder();
  const prefix = `release-${createHash("sha256").update(top).digest("hex").slice(0, 12)}-`;
  let own: OwnFolder | undefined;
  const numbers = namesIn(shared).flatMap((name) =>
    name.startsWith(prefix) && /^\d{1,6}$/.test(name.slice(prefix.length)) ? [Number(name.slice(prefix.length))] : [],
  );
  for (const name of namesIn(shared)) if (/\.lock(\.|$)/.test(name)) removeIfLeftBehind(join(shared, name));
  const next = Array.from({ length: numbers.length + 1 }, (_number, index) => index);
  for (const number of [...new Set([...next, ...numbers])]) {
    const folder = join(shared, `${prefix}${number}`);
    const lock = Lock.take(`${folder}.lock`);
    if (!(lock instanceof Lock)) continue;
    if (own) removeFolder({ folder, lock, shared });
    else own = { folder, lock, shared };
  }
  if (!own) return { folder: mkdtempSync(join(privateFolder(), "release-")), lock: undefined, shared };
  mkdirSync(own.folder, { recursive: true, mode: 0o700 });
  return own;
}

/** Another release may take the folder away as an empty one. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** What can't be removed now, the next release removes: it is no reason to say that this one failed. */
function removeFolder({ folder, lock, shared }: OwnFolder): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // As on a network's file system, where files that somebody has open stay.
  } finally {
    lock?.release();
    removePrivateFolder(shared);
  }
}
