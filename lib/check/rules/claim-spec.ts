import { type ClaimSpec, type Issue, isSubdomain, quantity } from "../../kubernetes/index.ts";
import { formed, oneOf, required } from "./issues.ts";
import { selectorIssues } from "./selector.ts";

/** What the API server asks of a claim's spec. @param path the path of the spec */
export function* claimIssues(
  { accessModes = [], resources, volumeMode, storageClassName, selector }: ClaimSpec,
  path: string,
): Generator<Issue> {
  if (accessModes.length === 0) yield { path: `${path}.accessModes`, message: "is required but missing" };
  for (const [index, mode] of accessModes.entries())
    yield* oneOf(mode, ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"], `${path}.accessModes[${index}]`);
  if (accessModes.includes("ReadWriteOncePod") && accessModes.length > 1)
    yield { path: `${path}.accessModes`, message: "ReadWriteOncePod can't be combined with other modes" };
  yield* required(resources?.requests?.storage, `${path}.resources.requests.storage`);
  yield* formed(
    resources?.requests?.storage,
    (amount) => (quantity(amount) ?? 1) > 0,
    `${path}.resources.requests.storage`,
    "more than nothing",
  );
  yield* oneOf(volumeMode, ["Filesystem", "Block"], `${path}.volumeMode`);
  yield* formed(storageClassName, (name) => name === "" || isSubdomain(name), `${path}.storageClassName`, "an object's name");
  if (selector) yield* selectorIssues(selector, `${path}.selector`);
}
