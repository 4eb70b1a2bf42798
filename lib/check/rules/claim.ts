import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { claimIssues } from "./claim-spec.ts";
import { refused, within } from "./issues.ts";

export const claims = rule({
  id: "schema/claim",
  ...refused,
  source: "https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/",
  bad: yaml`
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: { name: a, namespace: shop }
    spec: { accessModes: [ReadWriteOnce] }
  `,
  good: yaml`
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: { name: a, namespace: shop }
    spec:
      accessModes: [ReadWriteOnce]
      resources: { requests: { storage: 1Gi } }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("PersistentVolumeClaim")) yield* within(manifest, claimIssues(manifest.object.spec ?? {}, "spec"));
    for (const manifest of scope.ofKind("apps/StatefulSet")) {
      const { volumeClaimTemplates = [] } = manifest.object.spec ?? {};
      for (const [index, { spec = {} }] of volumeClaimTemplates.entries())
        yield* within(manifest, claimIssues(spec, `spec.volumeClaimTemplates[${index}].spec`));
    }
  },
});
