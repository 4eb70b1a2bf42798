import type { ClaimSpec } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import type { CheckedManifest, Scope } from "../scope.ts";
import { missing } from "./missing.ts";

/** The kinds of classes, by how messages call them. */
const classKinds = {
  IngressClass: "networking.k8s.io/IngressClass",
  PriorityClass: "scheduling.k8s.io/PriorityClass",
  RuntimeClass: "node.k8s.io/RuntimeClass",
  StorageClass: "storage.k8s.io/StorageClass",
} as const;

/** A class that an object names, and where. */
interface Named {
  readonly manifest: CheckedManifest;
  readonly kind: keyof typeof classKinds;
  readonly name: string | undefined;
  readonly path: string;
}

/** Every cluster has these. */
const given = new Set(["system-cluster-critical", "system-node-critical"]);

export const classes = rule({
  id: "references/class",
  severity: "warning",
  why: "Pods of a priority or runtime class that doesn't exist are refused, claims of a storage class that doesn't exist stay Pending, and no controller serves an Ingress of an unknown class.",
  fix: "Name an existing class, or create it. Where the environment creates no class of a kind, the cluster is assumed to have them.",
  source: "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#priorityclass",
  bad: yaml`
    apiVersion: scheduling.k8s.io/v1
    kind: PriorityClass
    metadata: { name: checkout }
    value: 1000
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      priorityClassName: chekout
      containers: [{ name: a, image: a:1 }]
  `,
  good: yaml`
    apiVersion: scheduling.k8s.io/v1
    kind: PriorityClass
    metadata: { name: checkout }
    value: 1000
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      priorityClassName: checkout
      containers: [{ name: a, image: a:1 }]
  `,
  *check(scope) {
    for (const { manifest, kind, name, path } of named(scope)) {
      const names = scope.ofKind(classKinds[kind]).map(({ object }) => object.metadata.name);
      // Every cluster has storage and something that serves Ingresses; other classes somebody has to create.
      const isBrought = names.length === 0 && (kind === "StorageClass" || kind === "IngressClass") && !scope.isListed(kind);
      if (!name || isBrought || names.includes(name) || (kind === "PriorityClass" && given.has(name))) continue;
      yield {
        manifest,
        path,
        message: `the environment creates no ${kind} "${name}"`,
        ...missing({ kind, namespace: "", name, candidates: names }),
      };
    }
  },
});

function* named(scope: Scope): Generator<Named> {
  for (const { manifest, spec, path } of scope.pods) {
    yield { manifest, kind: "PriorityClass", name: spec.priorityClassName, path: `${path}.priorityClassName` };
    yield { manifest, kind: "RuntimeClass", name: spec.runtimeClassName, path: `${path}.runtimeClassName` };
    for (const [index, { ephemeral }] of (spec.volumes ?? []).entries()) {
      const at = `${path}.volumes[${index}].ephemeral.volumeClaimTemplate.spec`;
      yield* ofClaim(manifest, ephemeral?.volumeClaimTemplate?.spec, at);
    }
  }
  for (const manifest of scope.ofKind("PersistentVolumeClaim")) yield* ofClaim(manifest, manifest.object.spec ?? {}, "spec");
  for (const manifest of scope.ofKind("apps/StatefulSet")) {
    const { volumeClaimTemplates = [] } = manifest.object.spec ?? {};
    for (const [index, { spec }] of volumeClaimTemplates.entries())
      yield* ofClaim(manifest, spec, `spec.volumeClaimTemplates[${index}].spec`);
  }
  for (const manifest of scope.ofKind("networking.k8s.io/Ingress"))
    yield { manifest, kind: "IngressClass", name: manifest.object.spec?.ingressClassName, path: "spec.ingressClassName" };
}

function* ofClaim(manifest: CheckedManifest, spec: ClaimSpec | undefined, path: string): Generator<Named> {
  yield { manifest, kind: "StorageClass", name: spec?.storageClassName, path: `${path}.storageClassName` };
}
