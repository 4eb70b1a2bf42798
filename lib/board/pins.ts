import { execFileSync } from "node:child_process";
import { parseDocument } from "yaml";
import type { Hold } from "./board.ts";

/** Since when each image of a kustomization.yaml is pinned as it is: the time of the newest commit on its entry, by the image's name. Empty where git knows nothing of the file. */
export function pinTimes(root: string, file: string): ReadonlyMap<string, string> {
  let blamed: string;
  try {
    blamed = execFileSync("git", ["blame", "--line-porcelain", "--", file], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 1 << 28,
    });
  } catch {
    return new Map();
  }
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

/** The images an environment holds, by what stands in its releases.yaml; what isn't of that form is left out. */
export function holdsIn(text: string | undefined): ReadonlyMap<string, Hold> {
  const value = text === undefined ? undefined : (parseDocument(text).toJS({ maxAliasCount: 10 }) as { holds?: unknown } | null);
  const holds = value?.holds;
  if (typeof holds !== "object" || holds === null) return new Map();
  const texts = (hold: object) => Object.fromEntries(Object.entries(hold).map(([key, one]) => [key, String(one)])) as Hold;
  return new Map(
    Object.entries(holds).flatMap(([image, hold]) => (typeof hold === "object" && hold !== null ? [[image, texts(hold)]] : [])),
  );
}
