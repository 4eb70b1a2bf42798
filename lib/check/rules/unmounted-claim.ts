import { yaml } from "../example.ts";
import { rule } from "../rule.ts";

const statefulSet = (mounts: string) =>
  yaml`
  apiVersion: apps/v1
  kind: StatefulSet
  metadata: { name: a, namespace: shop }
  spec:
    serviceName: a
    selector: { matchLabels: { app: a } }
    template:
      metadata: { labels: { app: a } }
      spec: { containers: [{ name: a, image: a:1MOUNTS }] }
    volumeClaimTemplates:
      - metadata: { name: data }
        spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`.replace("MOUNTS", mounts);

export const unmountedClaim = rule({
  id: "rollout/unmounted-claim",
  severity: "warning",
  why: "A StatefulSet that mounts its claim nowhere writes into its containers, whose files are gone with the pod, while the volume stays empty.",
  fix: "Mount it in a container by its name, or remove the template.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#volume-claim-templates",
  bad: statefulSet(""),
  good: statefulSet(", volumeMounts: [{ name: data, mountPath: /data }]"),
  *check(scope) {
    for (const { manifest, containers } of scope.pods) {
      const templates = (manifest.object.spec as { volumeClaimTemplates?: { metadata?: { name?: string } }[] } | undefined)
        ?.volumeClaimTemplates;
      if (manifest.object.kind !== "StatefulSet" || !templates) continue;
      const used = new Set(
        containers.flatMap(({ container }) =>
          [...(container.volumeMounts ?? []), ...(container.volumeDevices ?? [])].map(({ name }) => name),
        ),
      );
      for (const [index, { metadata: { name } = {} }] of templates.entries())
        if (name !== undefined && !used.has(name))
          yield { manifest, path: `spec.volumeClaimTemplates[${index}]`, message: `no container mounts the claim "${name}"` };
    }
  },
});
