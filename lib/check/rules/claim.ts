import { type ClaimSpec, type Issue, isSubdomain, quantity } from "../../kubernetes/index.ts";
import { rule } from "../rule.ts";
import { specOf } from "../scope.ts";
import { formed, oneOf, refused, required, within } from "./issues.ts";
import { selectorIssues } from "./workload.ts";

export const claims = rule({
  id: "schema/claim",
  ...refused,
  source: "https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/",
  bad: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: a, namespace: shop }\nspec: { accessModes: [ReadWriteOnce] }\n",
  *check(scope) {
    for (const manifest of scope.ofKind("PersistentVolumeClaim")) yield* within(manifest, claimIssues(specOf<ClaimSpec>(manifest), "spec"));
    for (const manifest of scope.ofKind("StatefulSet", "apps")) {
      const { volumeClaimTemplates = [] } = specOf<{ volumeClaimTemplates?: readonly { spec?: ClaimSpec }[] }>(manifest);
      for (const [index, { spec = {} }] of volumeClaimTemplates.entries())
        yield* within(manifest, claimIssues(spec, `spec.volumeClaimTemplates[${index}].spec`));
    }
  },
});

export function* claimIssues(
  { accessModes = [], resources, volumeMode, storageClassName, selector }: ClaimSpec,
  path: string,
): Generator<Issue> {
  if (accessModes.length === 0) yield { path: `${path}.accessModes`, message: "is required but missing" };
  for (const [index, mode] of accessModes.entries())
    yield* oneOf(mode, ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"], `${path}.accessModes[${index}]`);
  if (accessModes.includes("ReadWriteOncePod") && accessModes.length > 1)
    yield { path: `${path}.accessModes`, message: "ReadWriteOncePod stands alone" };
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
