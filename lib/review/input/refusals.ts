import { join } from "node:path";
import type { LeftOut } from "../../git/index.ts";
import { reachOf } from "../../sources/index.ts";
import type { Given } from "./read-places.ts";

/** Whether a file is at or below a path. */
export const touches = (file: string, path: string) => `${file}/`.startsWith(`${path}/`);

/** The places of a repository, and why some aren't rendered: what leads out of it, or into another, isn't what a commit holds. */
export const withRefusals = (places: readonly Given[], repository: string, leftOut: readonly LeftOut[]): Given[] =>
  places.map((given) => {
    if (given.place.kind !== "rendered") return given;
    const { paths, outside } = reachOf(given.place.root, given.place.source, repository);
    if (outside !== undefined) return { ...given, refusal: `it includes ${outside}, which leads out of the repository` };
    const missing = leftOut.find(({ path }) =>
      paths.some((reached) => touches(join(repository, path), reached) || touches(reached, join(repository, path))),
    );
    return missing === undefined ? given : { ...given, refusal: `it includes ${missing.path}, which is ${whatIs[missing.what]}` };
  });

const whatIs: Readonly<Record<LeftOut["what"], string>> = {
  link: "a link that leads out of the repository, or nowhere",
  name: "no name that a file may have",
  submodule: "another repository",
};
