import { parentsOf, type ServedPath, servedPaths, shownAddress } from "../kubernetes/index.ts";
import { type Changing, downtime, inPlace, type Verdict } from "./impact.ts";
import { isServed } from "./served-in.ts";

/** Some addresses in words. */
export const shownAddresses = (paths: readonly ServedPath[]): string => {
  const names = [...new Set(paths.map(shownAddress))];
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
};

/** Addresses that were served and that nothing of these manifests serves any more, at the listeners where they were. */
function lost({ before, after, environments }: Changing): readonly ServedPath[] {
  // Where the parents change, their own row says what is lost by that.
  const parents = parentsOf(after);
  return servedPaths(before).filter((path) => !isServed(environments.after, path.parents ? { ...path, parents } : path));
}

/** What a route or an Ingress no longer serves, or else what its change does. */
export const orLost =
  (reason: string) =>
  (changing: Changing): Verdict => {
    const gone = lost(changing);
    return gone.length > 0 ? downtime(`nothing serves ${shownAddresses(gone)} there any more: requests get 404`) : inPlace(reason);
  };
