import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { LeftOut } from "../../git/index.ts";
import { isInside, reachOf } from "../../sources/index.ts";
import type { Given } from "./read-places.ts";

/** Whether a file is at or below a path. */
export const touches = (file: string, path: string) => `${file}/`.startsWith(`${path}/`);

/** The places of a repository, and why some aren't rendered: what leads out of it, or into another, isn't what a commit holds. */
export const withRefusals = (places: readonly Given[], repository: string, leftOut: readonly LeftOut[]): Given[] =>
  places.map((given) => {
    const refusal = refusalOf(given, repository, leftOut);
    return refusal === undefined ? given : { ...given, refusal };
  });

function refusalOf({ place }: Given, repository: string, leftOut: readonly LeftOut[]): string | undefined {
  if (place.kind === "standard input") return undefined;
  const { paths, outside } =
    place.kind === "rendered" ? reachOf(place.root, place.source, repository) : { paths: [place.path], outside: undefined };
  // First, as nothing of what lies elsewhere may be quoted.
  const linked = paths.find((path) => touches(path, repository) && existsSync(path) && !isInside(path, repository));
  if (linked !== undefined) return `it includes ${relative(repository, linked)}, which is ${whatIs.link}`;
  if (outside !== undefined) return `it includes ${outside}, which leads out of the repository`;
  if (place.kind !== "rendered") return undefined;
  const missing = leftOut.find(({ path }) =>
    paths.some((reached) => touches(join(repository, path), reached) || touches(reached, join(repository, path))),
  );
  return missing === undefined ? undefined : `it includes ${missing.path}, which is ${whatIs[missing.what]}`;
}

const whatIs: Readonly<Record<LeftOut["what"], string>> = {
  link: "a link that leads out of the repository, or nowhere",
  name: "no name that a file may have",
  missing: "a file that this clone doesn't have",
  submodule: "another repository",
};
