import type { BorrowedRepository } from "../git/index.ts";
import { marker, type TreeFiles } from "../manifest/index.ts";
import { blobHash } from "../review/index.ts";
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
  const held = new Map(
    (await git.entries(commit, [dist])).flatMap(({ path, hash }) => {
      const inDist = path.slice(dist.length);
      return environments.includes(inDist.split("/")[0] ?? "") ? [[inDist, hash] as const] : [];
    }),
  );
  const changed = new Map([...files].filter(([path, text]) => held.get(path) !== blobHash(text, commit.length)));
  const others = [...held].filter(([path]) => changed.has(path) || !files.has(path));
  const contents = await git.contents(others.map(([, hash]) => hash));
  const generated = new Set(
    others.filter((_, index) => contents[index]?.subarray(0, marker.length).toString("utf8") === marker).map(([path]) => path),
  );
  const blocked = [...changed.keys()].filter((path) => held.has(path) && !generated.has(path));
  if (blocked.length > 0)
    throw new Refused(
      blocked
        .map(
          (path) =>
            `${dist}${path}: a generated file has to go here, and something that slipway didn't generate is in its place. Move it out of dist, or delete it.`,
        )
        .join("\n"),
    );
  return {
    changed: new Map([...changed].map(([path, text]) => [dist + path, text])),
    stale: [...generated].filter((path) => !files.has(path)).map((path) => dist + path),
  };
}
