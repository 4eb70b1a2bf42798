import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environmentApart } from "./environment.ts";
import { Git, GitError } from "./git.ts";
import type { OperatorSettings, Setting } from "./settings.ts";

/** A commit to make: a parent and what it changes there. */
export interface Commit {
  readonly parent: string;
  /** New contents by path from the repository's root; a file that is there keeps its mode. */
  readonly files: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
  readonly message: string;
  readonly name: string;
  readonly email: string;
}

/** Milliseconds a server, or a program that signs, may be silent. */
const longestSilence = 30_000;
/** Milliseconds a server may be silent while its hooks look at a push. */
const longestHook = 120_000;

const fixedSettings: readonly Setting[] = [
  ["core.hooksPath", "/dev/null"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["advice.pushUpdateRejected", "false"],
];

const head = "refs/slipway/head";
const other = "refs/slipway/other";

/**
 * A bare repository in a private folder that borrows the objects of the operator's clone and talks to the same remote. Of the clone it reads
 * the objects, the remote's address and the settings a connection needs, and writes nothing. No setting, hook, filter, attribute or
 * index of the clone or the machine has a part in the commits that are made here: they are built from bytes.
 */
export class BorrowedRepository {
  /** Git in this repository. */
  readonly git: Git;
  readonly #folder: string;
  readonly #settings: OperatorSettings;
  readonly #address: string;

  private constructor(folder: string, settings: OperatorSettings, address: string) {
    this.#folder = folder;
    this.#settings = settings;
    this.#address = address;
    this.git = new Git(folder, { environment: this.#environment([]) });
  }

  /**
   * @param folder a private folder, emptied first
   * @param clone the operator's clone
   * @param address whole address of the remote
   */
  static async create(folder: string, clone: Git, settings: OperatorSettings, address: string): Promise<BorrowedRepository> {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const repository = new BorrowedRepository(folder, settings, address);
    writeFileSync(repository.#globalConfig, settings.safeFolders.map((path) => `[safe]\n\tdirectory = ${quoted(path)}\n`).join(""));
    // The folder comes last: its name may hold line ends.
    const said = (await clone.bytes(["rev-parse", "--show-object-format", "--path-format=absolute", "--git-common-dir"])).toString("utf8");
    const [format = ""] = said.split("\n", 1);
    await repository.git.run("init", "--quiet", "--bare", "--template=", `--object-format=${format}`, repository.#gitFolder);
    if (!settings.isPartial) repository.#borrow(said.slice(format.length + 1, -1));
    return repository;
  }

  get #gitFolder(): string {
    return join(this.#folder, "git");
  }

  get #globalConfig(): string {
    return join(this.#folder, "gitconfig");
  }

  /** A partial clone lacks objects that git would ask its server for one by one: nothing is borrowed from it. */
  #borrow(gitFolder: string): void {
    mkdirSync(join(this.#gitFolder, "objects/info"), { recursive: true });
    writeFileSync(join(this.#gitFolder, "objects/info/alternates"), `${quoted(join(gitFolder, "objects"))}\n`);
    const shallow = join(gitFolder, "shallow");
    if (existsSync(shallow)) copyFileSync(shallow, join(this.#gitFolder, "shallow"));
  }

  #environment(settings: readonly Setting[]): Readonly<Record<string, string>> {
    return {
      ...environmentApart(process.env, this.#globalConfig, [...fixedSettings, ...settings]),
      GIT_DIR: this.#gitFolder,
      GIT_INDEX_FILE: join(this.#folder, "index"),
    };
  }

  /** Git that talks to the remote, which goes by a name: its address may hold credentials, and arguments are seen by all. */
  async #remote(args: readonly string[], silence = longestSilence): Promise<string> {
    const environment = this.#environment([...this.#settings.connection, ["remote.slipway.url", this.#address]]);
    return (await this.git.bytes(args, { environment, silence })).toString("utf8").trim();
  }

  /** The branch that the remote calls its own; undefined where it doesn't say. */
  async defaultBranch(): Promise<string | undefined> {
    const answer = await this.#remote(["ls-remote", "--symref", "--", "slipway", "HEAD"]);
    return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(answer)?.[1];
  }

  /** Fetches a branch and gives its newest commit, which is the head of all that is asked here from then on. */
  async fetchHead(branch: string): Promise<string> {
    await this.#fetch(`+refs/heads/${branch}:${head}`);
    return this.git.run("rev-parse", "--verify", head);
  }

  /** Fetches another branch and gives its newest commit; undefined where the remote has no such branch. */
  async fetchOther(branch: string): Promise<string | undefined> {
    if ((await this.#remote(["ls-remote", "--", "slipway", `refs/heads/${branch}`])) === "") return undefined;
    await this.#fetch(`+refs/heads/${branch}:${other}`);
    return this.git.run("rev-parse", "--verify", other);
  }

  async #fetch(...args: readonly string[]): Promise<void> {
    const depth = this.#settings.isPartial && !this.#isShallow() ? ["--depth=1"] : [];
    await this.#remote(["fetch", "--progress", "--no-tags", "--no-write-fetch-head", ...depth, "slipway", ...args]);
  }

  #isShallow(): boolean {
    return existsSync(join(this.#gitFolder, "shallow"));
  }

  /** Fetches the whole history of a branch; false where it is here already. */
  async deepen(branch: string): Promise<boolean> {
    if (!this.#isShallow()) return false;
    await this.#fetch("--unshallow", `+refs/heads/${branch}:${head}`);
    return true;
  }

  /** Whether a commit is in the history of another, or is that commit. */
  async isIn(commit: string, tip: string): Promise<boolean> {
    try {
      await this.git.run("merge-base", "--is-ancestor", commit, tip);
      return true;
    } catch (error) {
      if (error instanceof GitError && error.status === 1) return false;
      throw error;
    }
  }

  /** A commit's tree and its message. */
  async describe(commit: string): Promise<{ readonly tree: string; readonly parents: readonly string[]; readonly message: string }> {
    const [tree = "", parents = "", ...message] = (await this.git.run("show", "--no-patch", "--format=%T%n%P%n%B", commit)).split("\n");
    return { tree, parents: parents.split(" ").filter(Boolean), message: message.join("\n") };
  }

  /** The tree that a commit has after a change. */
  async treeOf({ parent, files, removed }: Pick<Commit, "parent" | "files" | "removed">): Promise<string> {
    const paths = [...files.keys()];
    const hashes = await this.#store([...files.values()]);
    const modes = new Map((await this.git.entries(parent)).map(({ path, mode }) => [path, mode]));
    const lines = [
      ...removed.map((path) => `0 ${"0".repeat(parent.length)}\t${path}\0`),
      ...paths.map((path, index) => `${modes.get(path) ?? "100644"} ${hashes[index]}\t${path}\0`),
    ];
    rmSync(join(this.#folder, "index"), { force: true });
    await this.git.run("read-tree", parent);
    await this.git.feed(lines.join(""), "update-index", "-z", "--index-info");
    return this.git.run("write-tree");
  }

  /** Writes contents as blobs, byte by byte, and gives their hashes. */
  async #store(texts: readonly string[]): Promise<string[]> {
    if (texts.length === 0) return [];
    const folder = join(this.#folder, "blobs");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    try {
      for (const [index, text] of texts.entries()) writeFileSync(join(folder, String(index)), text);
      const input = texts.map((_text, index) => join(folder, String(index))).join("\n");
      return (await this.git.feed(`${input}\n`, "hash-object", "-w", "--no-filters", "--stdin-paths")).split("\n");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Makes a commit of a tree; it is signed where the operator's git is configured to sign. */
  async commit(tree: string, { parent, message, name, email }: Omit<Commit, "files" | "removed">): Promise<string> {
    const { signing } = this.#settings;
    const who = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
    const commit = await this.git.bytes(["commit-tree", ...(signing ? ["-S"] : []), "-p", parent, "-F", "-", tree], {
      environment: { ...this.#environment(signing ?? []), ...who },
      input: message,
      silence: longestSilence,
    });
    return commit.toString("utf8").trim();
  }

  /**
   * Pushes a commit to a branch if the branch still is where it is expected.
   * @param expected the commit that the branch must be at; undefined for a branch that must not be there
   * @param options push options for the server
   */
  async push(commit: string, branch: string, expected: string | undefined, options: readonly string[] = []): Promise<void> {
    const lease = `--force-with-lease=refs/heads/${branch}:${expected ?? ""}`;
    const pushOptions = options.flatMap((option) => ["--push-option", option]);
    const refspec = `${commit}:refs/heads/${branch}`;
    await this.#remote(["push", "--progress", "--no-verify", "--no-follow-tags", lease, ...pushOptions, "slipway", refspec], longestHook);
  }
}

/** A path as git reads it in quotes. */
const quoted = (path: string) => `"${path.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
