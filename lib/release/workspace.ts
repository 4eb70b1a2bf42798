import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Git } from "./git.ts";
import { own, removeIfAbandoned } from "./owned.ts";

const prefix = "slipway-release-";

/** A worktree of the repository in a folder of its own, at some commit. The operator's own files, index and branch aren't touched. */
export class Workspace {
  readonly root: string;
  readonly git: Git;
  readonly #repository: Git;
  readonly #folder: string;

  private constructor(repository: Git, folder: string) {
    this.#repository = repository;
    this.#folder = folder;
    this.root = join(folder, "tree");
    this.git = new Git(this.root);
  }

  /** @param top folder of the repository @param commit what the worktree begins at */
  static async at(top: string, commit: string): Promise<Workspace> {
    const repository = new Git(top);
    const workspace = new Workspace(repository, ownFolder(top));
    await repository.run("worktree", "add", "--quiet", "--detach", "--no-checkout", workspace.root, commit);
    // All but dist, which is most of the files: it is rendered, and compared with what git has.
    await workspace.git.run("sparse-checkout", "set", "--no-cone", "/*", "!dist/");
    await workspace.checkout(commit);
    // What overlays import is installed in the operator's clone.
    const modules = join(top, "node_modules");
    if (existsSync(modules) && !existsSync(join(workspace.root, "node_modules")))
      symlinkSync(modules, join(workspace.root, "node_modules"));
    return workspace;
  }

  /** Puts the worktree at a commit, whatever was edited in it. */
  async checkout(commit: string): Promise<void> {
    await this.git.run("-c", "core.hooksPath=/dev/null", "checkout", "--quiet", "--force", "--detach", commit);
    rmSync(join(this.root, "dist"), { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    await this.#repository.ask("worktree", "remove", "--force", this.root);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** How a repository's folders begin: no release touches those of another. */
const nameFor = (top: string) => `${prefix}${createHash("sha256").update(`${process.getuid?.()} ${top}`).digest("hex").slice(0, 12)}-`;

/** A folder that nobody else has. It is the same one each time, where it is free: what is compiled is remembered by its path. */
function ownFolder(top: string): string {
  for (let number = 0; ; number++) {
    const folder = join(tmpdir(), `${nameFor(top)}${number}`);
    if (own(folder)) return folder;
  }
}

/** Takes away what releases that were killed have left behind. */
export async function removeAbandoned(top: string): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith(nameFor(top)))) removeIfAbandoned(join(tmpdir(), name));
  await new Git(top).ask("worktree", "prune");
}
