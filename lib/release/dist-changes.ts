import { marker, type TreeFiles } from "../dist/index.ts";
import type { BorrowedRepository } from "../git/index.ts";
import { blobHash } from "../git/index.ts";
import { Refused } from "./refused.ts";

/** How dist has to change in a commit. Paths are the repository's. */
export interface DistChanges {
  readonly changed: ReadonlyMap<string, string>;
  readonly stale: readonly string[];
}

/**
 * What differs between dist as it should be and dist as a commit has it. What somebody else has put there stays.
 * @param dist path of dist in the repository, with a slash at its end
 * @param files what dist should hold of the environments, by path in dist
 * @throws Refused where a file that slipway didn't generate is in the place of one that it has to write
 */
export async function changesOfDist(
  { git }: BorrowedRepository,
  dist: string,
  commit: string,
  files: TreeFiles,
  environments: readonly string[],
): Promise<DistChanges> {
  const entries = await git.entries(commit, [dist.slice(0, -1)]);
  const held = new Map(entries.map(({ path, hash, mode }) => [path.slice(dist.length), { hash, isFile: mode.startsWith("100") }]));
  const changed = new Map([...files].filter(([path, text]) => held.get(path)?.hash !== blobHash(text, commit.length)));
  const others = [...held].filter(
    ([path, { isFile }]) => isFile && (changed.has(path) || (!files.has(path) && environments.includes(path.split("/")[0] ?? ""))),
  );
  const contents = await git.contents(others.map(([, { hash }]) => hash));
  const generated = new Set(
    others.filter((_entry, index) => contents[index]?.subarray(0, marker.length).toString("utf8") === marker).map(([path]) => path),
  );
  refuseBlocked(
    dist,
    [...changed.keys()],
    [...held.keys()].filter((path) => !generated.has(path) && (changed.has(path) || !files.has(path))),
  );
  return {
    changed: new Map([...changed].map(([path, text]) => [dist + path, text])),
    stale: [...generated].filter((path) => !files.has(path)).map((path) => dist + path),
  };
}

/** @throws Refused where what somebody else has put into dist is in the place of a file that has to be written, above or below it */
function refuseBlocked(dist: string, changed: readonly string[], foreign: readonly string[]): void {
  const above = (path: string) => path.split("/").map((_entry, index, parts) => parts.slice(0, index + 1).join("/"));
  const places = new Set(changed.flatMap(above));
  const written = new Set(changed);
  const blocked = foreign.filter((path) => path === "" || places.has(path) || above(path).some((place) => written.has(place)));
  if (blocked.length === 0) return;
  const line = (path: string) =>
    `${dist}${path}: a generated file has to go here, and something that slipway didn't generate is in its place. Move it out of dist, or delete it.`;
  throw new Refused(blocked.map(line).join("\n"));
}
