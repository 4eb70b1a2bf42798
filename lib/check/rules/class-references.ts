import type { ClaimSpec, IngressSpec } from "../../kubernetes/index.ts";
import { suggestion } from "../../problem/index.ts";
import { rule } from "../rule.ts";
import { type CheckedManifest, type Scope, specOf } from "../scope.ts";

/** A class that an object names, and where. */
interface Named {
  readonly manifest: CheckedManifest;
  readonly kind: "IngressClass" | "PriorityClass" | "RuntimeClass" | "StorageClass";
  readonly name: string | undefined;
  readonly path: string;
}

const groups = {
  IngressClass: "networking.k8s.io",
  PriorityClass: "scheduling.k8s.io",
  RuntimeClass: "node.k8s.io",
  StorageClass: "storage.k8s.io",
} as const;
/** Every cluster has these. */
const given = new Set(["system-cluster-critical", "system-node-critical"]);

export const classes = rule({
  id: "references/class",
  severity: "warning",
  why: "Pods of a priority or runtime class that isn't there are refused, claims of a storage class that isn't there stay Pending, and an Ingress of an unknown class is served by nobody.",
  fix: "Name a class that there is, or make it. Where the environment makes no class of the kind, the cluster is taken to bring them.",
  source: "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#priorityclass",
  bad: "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: checkout }\nvalue: 1000\n---\napiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: shop }\nspec: { priorityClassName: chekout, containers: [{ name: a, image: a:1 }] }\n",
  *check(scope) {
    const made = new Map(Object.entries(groups).map(([kind, group]) => [kind, scope.ofKind(kind, group)]));
    if ([...made.values()].every((all) => all.length === 0)) return;
    for (const { manifest, kind, name, path } of named(scope)) {
      const names = (made.get(kind) ?? []).map(({ object }) => object.metadata.name);
      if (!name || names.length === 0 || names.includes(name) || (kind === "PriorityClass" && given.has(name))) continue;
      yield { manifest, path, message: `the environment makes no ${kind} "${name}"`, fix: suggestion(name, names) };
    }
  },
});

function* named(scope: Scope): Generator<Named> {
  for (const { manifest, spec, path } of scope.pods) {
    const { runtimeClassName } = spec as { runtimeClassName?: string };
    yield { manifest, kind: "PriorityClass", name: spec.priorityClassName, path: `${path}.priorityClassName` };
    yield { manifest, kind: "RuntimeClass", name: runtimeClassName, path: `${path}.runtimeClassName` };
    for (const [index, { ephemeral }] of (spec.volumes ?? []).entries()) {
      const at = `${path}.volumes[${index}].ephemeral.volumeClaimTemplate.spec`;
      yield* ofClaim(manifest, ephemeral?.volumeClaimTemplate?.spec, at);
    }
  }
  for (const manifest of scope.ofKind("PersistentVolumeClaim")) yield* ofClaim(manifest, specOf<ClaimSpec>(manifest), "spec");
  for (const manifest of scope.ofKind("StatefulSet", "apps")) {
    const { volumeClaimTemplates = [] } = specOf<{ volumeClaimTemplates?: readonly { spec?: ClaimSpec }[] }>(manifest);
    for (const [index, { spec }] of volumeClaimTemplates.entries())
      yield* ofClaim(manifest, spec, `spec.volumeClaimTemplates[${index}].spec`);
  }
  for (const manifest of scope.ofKind("Ingress", "networking.k8s.io"))
    yield { manifest, kind: "IngressClass", name: specOf<IngressSpec>(manifest).ingressClassName, path: "spec.ingressClassName" };
}

function* ofClaim(manifest: CheckedManifest, spec: ClaimSpec | undefined, path: string): Generator<Named> {
  yield { manifest, kind: "StorageClass", name: spec?.storageClassName, path: `${path}.storageClassName` };
}
