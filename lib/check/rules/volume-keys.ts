import type { Container, Volume } from "../../kubernetes/index.ts";
import { suggestion } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { providedBy } from "../provided-objects.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import type { Pods, Scope } from "../scope.ts";

export const subPathKey = rule({
  id: "references/sub-path",
  severity: "error",
  why: "A subPath that names no file of a ConfigMap or Secret is an empty folder in its place: the program finds a folder where it expects a file.",
  fix: "Name a key of the object, or the path that items give it.",
  source: "https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath",
  bad: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop }
    data: { app.yaml: "a: 1" }
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      volumes: [{ name: config, configMap: { name: a } }]
      containers: [{ name: a, image: a:1, volumeMounts: [{ name: config, mountPath: /etc/app.yaml, subPath: app.yml }] }]
  `,
  good: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop }
    data: { app.yaml: "a: 1" }
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      volumes: [{ name: config, configMap: { name: a } }]
      containers: [{ name: a, image: a:1, volumeMounts: [{ name: config, mountPath: /etc/app.yaml, subPath: app.yaml }] }]
  `,
  *check(scope) {
    for (const pods of scope.pods) for (const { container, path } of pods.containers) yield* mountIssues(container, path, pods, scope);
  },
});

function* mountIssues({ volumeMounts = [] }: Container, path: string, pods: Pods, scope: Scope): Generator<ManifestIssue> {
  for (const [index, { name, subPath }] of volumeMounts.entries()) {
    const volume = subPath ? (pods.spec.volumes ?? []).find((candidate) => candidate.name === name) : undefined;
    const files = volume && filesOf(volume, pods.namespace, scope);
    // A folder of files comes by items whose paths lead into it.
    if (!subPath || !files || files.some((file) => file === subPath || file.startsWith(`${subPath}/`))) continue;
    yield {
      manifest: pods.manifest,
      path: `${path}.volumeMounts[${index}].subPath`,
      message: `the volume "${name}" has no file "${subPath}"`,
      fix: suggestion(subPath, files, "It has"),
    };
  }
}

/** The files of a volume of a ConfigMap or Secret, where they are all known. */
function filesOf({ configMap, secret }: Volume, namespace: string, scope: Scope): readonly string[] | undefined {
  const { items = [] } = configMap ?? secret ?? {};
  if (items.length > 0) return items.flatMap(({ path }) => path ?? []);
  const provided = providedBy(scope);
  const source = configMap
    ? provided.configMap(namespace, configMap.name ?? "")
    : secret && provided.secret(namespace, secret.secretName ?? "");
  const isOptional = configMap?.optional ?? secret?.optional;
  return source?.keys && !isOptional ? [...source.keys] : undefined;
}

export const mountedTwice = rule({
  id: "rollout/mount-twice",
  severity: "error",
  why: "The API server compares mount paths as they are written, and the runtime mounts two volumes at one place: the second hides the first.",
  fix: "Give each volume a path of its own.",
  source: "https://kubernetes.io/docs/concepts/storage/volumes/#background",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      volumes: [{ name: a, emptyDir: {} }, { name: b, emptyDir: {} }]
      containers: [{ name: a, image: a:1, volumeMounts: [{ name: a, mountPath: /data }, { name: b, mountPath: /data/ }] }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      volumes: [{ name: a, emptyDir: {} }, { name: b, emptyDir: {} }]
      containers: [{ name: a, image: a:1, volumeMounts: [{ name: a, mountPath: /data }, { name: b, mountPath: /more }] }]
  `,
  *check(scope) {
    for (const { manifest, containers } of scope.pods)
      for (const { container, path } of containers) {
        const first = new Map<string, string>();
        for (const [index, { mountPath = "" }] of (container.volumeMounts ?? []).entries()) {
          const plain = mountPath.replace(/\/{1,20}$/, "");
          const other = first.get(plain);
          if (other !== undefined && other !== mountPath)
            yield { manifest, path: `${path}.volumeMounts[${index}].mountPath`, message: `${mountPath} is the same place as ${other}` };
          first.set(plain, mountPath);
        }
      }
  },
});
