import { type PodRead, podReads } from "../../kubernetes/index.ts";
import { suggestion } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { providedBy } from "../provided-objects.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { inNamespace, type Pods, type Scope } from "../scope.ts";
import { missing } from "./missing.ts";

export const configuration = rule({
  id: "references/configuration",
  severity: "error",
  why: "A pod that reads a ConfigMap, Secret or key that doesn't exist never starts: it stays in CreateContainerConfigError or ContainerCreating.",
  fix: "Create the object or key, correct the name, or mark the reference optional.",
  source: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#restrictions",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          envFrom: [{ configMapRef: { name: nobody } }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          envFrom: [{ configMapRef: { name: nobody } }]
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: nobody, namespace: shop }
  `,
  *check(scope) {
    for (const pods of scope.pods)
      for (const read of podReads(pods.spec, pods.path))
        if (!read.isOptional && read.as !== "pull secret") yield* readIssues(read, pods, scope);
  },
});

function* readIssues({ kind, name, path, keys }: PodRead, { manifest, namespace }: Pods, scope: Scope): Generator<ManifestIssue> {
  const provided = providedBy(scope);
  const source = kind === "Secret" ? provided.secret(namespace, name) : provided.configMap(namespace, name);
  if (!source) {
    const candidates = kind === "Secret" ? provided.secretNames(namespace) : scope.namesOf("ConfigMap", namespace);
    const message = `nothing creates the ${kind} "${name}"${inNamespace(manifest)}`;
    yield { manifest, path, message, ...missing({ kind, namespace, name, candidates }) };
    return;
  }
  if (!source.keys) return;
  for (const { key, path: at } of keys)
    if (!source.keys.has(key))
      yield { manifest, path: at, message: `the ${kind} "${name}" has no key "${key}"`, fix: suggestion(key, source.keys, "It has") };
}

export const serviceAccount = rule({
  id: "references/service-account",
  severity: "error",
  why: "Pods of a ServiceAccount that doesn't exist are refused: the workload stays at 0 pods.",
  fix: "Create the ServiceAccount, or name an existing one.",
  source: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      serviceAccountName: nobody
      containers: [{ name: a, image: a:1 }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      serviceAccountName: nobody
      containers: [{ name: a, image: a:1 }]
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: { name: nobody, namespace: shop }
  `,
  *check(scope) {
    for (const { manifest, spec, path, namespace } of scope.pods) {
      const name = spec.serviceAccountName;
      if (!name || name === "default" || scope.has("ServiceAccount", namespace, name)) continue;
      yield {
        manifest,
        path: `${path}.serviceAccountName`,
        message: `there is no ServiceAccount "${name}"${inNamespace(manifest)}`,
        ...missing({ kind: "ServiceAccount", namespace, name, candidates: scope.namesOf("ServiceAccount", namespace) }),
      };
    }
  },
});

export const claim = rule({
  id: "references/claim",
  severity: "error",
  why: "Pods of a claim that doesn't exist stay Pending.",
  fix: "Create the PersistentVolumeClaim, or name an existing one.",
  source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#claims-as-volumes",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      volumes:
        - name: data
          persistentVolumeClaim: { claimName: nobody }
      containers: [{ name: a, image: a:1 }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      volumes:
        - name: data
          persistentVolumeClaim: { claimName: nobody }
      containers: [{ name: a, image: a:1 }]
    ---
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: { name: nobody, namespace: shop }
    spec:
      accessModes: [ReadWriteOnce]
      resources: { requests: { storage: 1Gi } }
  `,
  *check(scope) {
    const provided = providedBy(scope);
    for (const { manifest, spec, path, namespace } of scope.pods) {
      for (const [index, { persistentVolumeClaim }] of (spec.volumes ?? []).entries()) {
        const name = persistentVolumeClaim?.claimName;
        if (name && !provided.claim(namespace, name))
          yield {
            manifest,
            path: `${path}.volumes[${index}].persistentVolumeClaim.claimName`,
            message: `nothing creates the claim "${name}"${inNamespace(manifest)}`,
            ...missing({
              kind: "PersistentVolumeClaim",
              namespace,
              name,
              candidates: scope.namesOf("PersistentVolumeClaim", namespace),
            }),
          };
      }
    }
  },
});
