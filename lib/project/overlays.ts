import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Jiti } from "jiti";
import { privateCache } from "../../bin/private-cache.js";
import { fileProblem } from "../dist/index.ts";
import type { Environment } from "../overlay/index.ts";
import { InputError } from "../problem/index.ts";
import { authorPlace, isAuthors, messageOf } from "./author-error.ts";
import { withImporters } from "./importers.ts";

const entry = "overlays/index.ts";

/** The environments that overlays/index.ts of a project exports. @throws InputError when there is no such file, or it fails */
export const loadEnvironments = (root: string, modules: Modules = {}): Promise<Environment[]> => new Overlays(root, modules).load();

/** Files that names of modules stand for, in place of those that Node finds. */
type Modules = Readonly<Record<string, string>>;

/** The overlays of a project as modules, loaded once and then again as far as their files changed. */
export class Overlays {
  readonly #root: string;
  #loader: Jiti | undefined;
  /** Whether the loader keeps on disk what it compiled. */
  #keeps = true;

  readonly #modules: Modules;

  /** @param modules files that names of modules stand for. Default: Node finds them */
  constructor(root: string, modules: Modules = {}) {
    this.#root = root;
    this.#modules = modules;
  }

  /** The environments overlays/index.ts exports. @throws InputError when there is no such file, or it fails */
  async load(): Promise<Environment[]> {
    if (!existsSync(join(this.#root, entry)))
      throw new InputError([{ file: entry, message: "there is no such file", fix: "Run slipway in the repository, where cdk8s.yaml is." }]);
    try {
      return await this.#import();
    } catch (error) {
      if (error instanceof InputError) throw error;
      // What modules were compiled to is kept on disk to save time: where that can't be written, they are compiled each time.
      if (!isOfFiles(error) || !this.#keeps) throw this.#importProblem(error);
      this.#keeps = false;
      this.#loader = undefined;
      return this.load();
    }
  }

  async #import(): Promise<Environment[]> {
    const loader = await this.#getLoader();
    try {
      // Commands that only look whether there are overlays don't wait for what reads them.
      const { environmentsOf } = await import("../overlay/index.ts");
      return environmentsOf(await loader.import<Record<string, unknown>>(join(this.#root, entry)));
    } catch (error) {
      // Modules that were half way through must begin anew next time.
      this.#forget(loader, this.#loaded(loader));
      throw error;
    }
  }

  /** Has the next load read modules again: those of these files, and whatever imports them. */
  async changed(files: readonly string[]): Promise<void> {
    const loader = await this.#getLoader();
    this.#forget(loader, withImporters(files, this.#loaded(loader)));
  }

  /** Makes the first changed file as quick as the next, by loading the compiler while nobody waits for it. */
  async warmUp(): Promise<void> {
    (await this.#getLoader()).transform({ source: "export const warm: boolean = true;", ts: true });
  }

  /** Only commands load overlays themselves; who imports them has no need of a loader. */
  async #getLoader(): Promise<Jiti> {
    this.#loader ??= (await import("jiti")).createJiti(import.meta.url, {
      fsCache: this.#keeps && (privateCache("jiti") ?? false),
      alias: { ...this.#modules },
    });
    return this.#loader;
  }

  /** Loaded modules of the project itself. */
  #loaded(loader: Jiti): string[] {
    return Object.keys(loader.cache).filter((file) => isAuthors(this.#root, file));
  }

  #forget(loader: Jiti, files: readonly string[]): void {
    for (const file of files) delete loader.cache[file];
  }

  /** A failure of the file system to read a module is reported as such: it is no problem of the module. */
  #importProblem(error: unknown): InputError {
    if (isOfFiles(error)) return new InputError([fileProblem(error, error.path ?? join(this.#root, entry))]);
    return new InputError([
      {
        file: entry,
        ...authorPlace(this.#root, error),
        message: `importing it failed: ${messageOf(error)}`,
        fix: "Correct the module; --debug shows the stack.",
        cause: error,
      },
    ]);
  }
}

/** Whether an import fails in the file system: a full disk, a missing right. A module that isn't there is the author's problem. */
function isOfFiles(error: unknown): error is NodeJS.ErrnoException {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return code !== undefined && syscall !== undefined && code !== "ENOENT";
}
