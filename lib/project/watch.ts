import { statSync } from "node:fs";
import { resolve as absolute } from "node:path";

/** Milliseconds of quiet after which what changed is taken for one change: editors write a file in several steps. */
const quiet = 10;
/** The watcher drops a file's changes for 50 ms after one that it reported; what changed is looked at once more when that is over. */
const deaf = 60;

/** What tells that a file was written since. */
const stateOf = (file: string) => {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : "gone";
};

/**
 * Calls back with the files of a folder that changed, until it is stopped; never twice at once.
 * @param ignored folders that aren't looked at
 * @returns a function that stops it
 */
export async function watchFolder(
  folder: string,
  ignored: readonly string[],
  onChange: (files: readonly string[]) => Promise<void>,
): Promise<() => Promise<void>> {
  const { watch } = await import("chokidar");
  const skipped = new Set(ignored);
  const watcher = watch(folder, {
    ignoreInitial: true,
    ignored: (path) => skipped.has(path) || /\/(node_modules|\.git)$/.test(path),
  });
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  const run = async () => {
    if (running) return;
    running = true;
    while (changed.size > 0) {
      const files = [...changed];
      changed.clear();
      const states = new Map(files.map((file) => [file, stateOf(file)]));
      setTimeout(() => add([...states].filter(([file, state]) => stateOf(file) !== state).map(([file]) => file)), deaf);
      await onChange(files);
    }
    running = false;
  };
  const add = (files: readonly string[]) => {
    if (files.length === 0) return;
    for (const file of files) changed.add(file);
    clearTimeout(timer);
    timer = setTimeout(run, quiet);
  };
  watcher.on("all", (_event, path) => add([absolute(path)]));
  await new Promise<void>((resolve, reject) => watcher.once("ready", resolve).once("error", reject));
  return () => watcher.close();
}
