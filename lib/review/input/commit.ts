import { mkdirSync, realpathSync, rmSync } from "node:fs";
import { basename, join } from "node:path/posix";
import { type Git, GitError, type LeftOut, writeCommit } from "../../git/index.ts";
import { InputError } from "../../problem/index.ts";
import { endTools, kustomizationNames } from "../../sources/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Signals by which a person or a pipeline ends a review. */
const interruptions = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Hands the files of a commit to a function, in a private temporary folder that is gone afterwards, whatever happens. The clone isn't
 * touched.
 * @param commit its hash
 * @param ref what problems name it
 * @param paths what is needed of it, with all below. Default: everything
 * @throws InputError for what git can't give
 */
export async function withCommit<T>(
  git: Git,
  commit: string,
  ref: string,
  use: (folder: string, leftOut: readonly LeftOut[]) => T | Promise<T>,
  paths: readonly string[] = [],
): Promise<T> {
  const temporary = temporaryFolder(await sizeOf(git, commit, ref, paths));
  const remove = () => rmSync(temporary, { recursive: true, force: true });
  // A chart that is the whole repository has its release's name from its folder.
  const folder = join(temporary, basename(realpathSync(git.folder)) || "repository");
  mkdirSync(folder);
  const stop = (signal: NodeJS.Signals) => {
    endTools();
    remove();
    for (const other of interruptions) process.off(other, stop);
    process.kill(process.pid, signal);
  };
  for (const signal of interruptions) process.on(signal, stop);
  try {
    return await use(folder, await written(git, commit, ref, folder, paths));
  } catch (error) {
    throw named(error, folder, ref);
  } finally {
    for (const signal of interruptions) process.off(signal, stop);
    remove();
  }
}

/** Writes a commit. A source may do without other files of it, but what may be one has to be there. */
const written = (git: Git, commit: string, ref: string, folder: string, paths: readonly string[]) =>
  readable(ref, async () => {
    const leftOut = await writeCommit(git, commit, folder, paths);
    const missing = leftOut.filter(({ path, what }) => what === "missing" && isOfSource(basename(path)));
    if (missing.length === 0) return leftOut;
    const fix = "Fetch the whole commit, and review again.";
    throw new InputError(missing.map(({ path }) => ({ file: path, message: "its content isn't in this clone", fix })));
  });

const isOfSource = (name: string) => /\.(ya?ml|json)$/i.test(name) || kustomizationNames.includes(name);

/** Bytes of a commit's files. */
const sizeOf = (git: Git, commit: string, ref: string, paths: readonly string[]) =>
  readable(ref, async () => git.sizeOf((await git.entries(commit, paths)).map(({ hash }) => hash)));

/** @throws InputError for what git can't read */
async function readable<T>(ref: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError)
      throw new InputError(error.problems.map((problem) => ({ ...problem, file: `${ref}:${problem.file}` })));
    if (!(error instanceof GitError)) throw error;
    throw new InputError([{ message: `git can't read "${ref}": ${error.stderr.split("\n")[0]}`, fix: "Fetch the whole commit." }]);
  }
}

/** Problems name files of a commit as git does, and no temporary folder. */
function named(error: unknown, folder: string, ref: string): unknown {
  if (!(error instanceof InputError)) return error;
  const shown = (text: string) => text.replaceAll(`${folder}/`, `${ref}:`).replaceAll(folder, ref);
  return new InputError(
    error.problems.map((problem) => ({
      ...problem,
      message: shown(problem.message),
      ...(problem.file === undefined ? {} : { file: shown(problem.file) }),
    })),
  );
}

/** The commit that a ref names; undefined where git knows none. */
export async function commitOf(git: Git, ref: string): Promise<string | undefined> {
  return ref.startsWith("-") ? undefined : git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
}
