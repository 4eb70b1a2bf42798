import { Git } from "../git/index.ts";

/** Since when each image of a kustomization.yaml is pinned as it is: the time of the newest commit on its entry, by the image's name. Empty where git knows nothing of the file. */
export async function pinTimes(root: string, file: string): Promise<ReadonlyMap<string, string>> {
  const blamed = (await new Git(root).ask("blame", "--line-porcelain", "--", file)) ?? "";
  const times = new Map<string, number>();
  let [time, name, newest] = [0, "", 0];
  for (const line of blamed.split("\n")) {
    const committed = /^committer-time (\d+)$/.exec(line)?.[1];
    if (committed) time = Number(committed);
    if (!line.startsWith("\t")) continue;
    const text = line.slice(1);
    if (/^\s*-\s/.test(text)) newest = 0;
    if (/^\s*(-\s+)?(name|newTag|newName|digest):/.test(text)) newest = Math.max(newest, time);
    name = /^\s*(?:-\s+)?name:\s*["']?([^"'\s#]+)/.exec(text)?.[1] ?? name;
    if (name && newest > 0) times.set(name, newest);
  }
  return new Map([...times].map(([image, seconds]) => [image, new Date(seconds * 1000).toISOString()]));
}
