import {
  type Issue,
  isAnnotationKey,
  isKind,
  isLabel,
  isLabelValue,
  isPathSegment,
  isQualifiedName,
  isServiceNameSince,
  isSubdomain,
  joined,
  kindNameOf,
  minorOf,
  shownValue,
} from "../../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../../manifest/index.ts";
import { own } from "../../outside/index.ts";
import { yaml } from "../example.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf } from "../scope.ts";
import { formed, within } from "./issues.ts";

const subdomain = [
  isSubdomain,
  "lower-case letters, digits, '-' and '.', at most 253, each part beginning and ending with a letter or digit",
] as const;
const label = [isLabel, "at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit"] as const;
/** Kinds whose names aren't subdomains, with their groups: other groups have kinds of these names too. */
const nameForms: Readonly<Record<string, readonly [(text: unknown) => boolean, string]>> = {
  Namespace: label,
  "apps/StatefulSet": label,
  ...Object.fromEntries(
    [
      ...["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"].map((kind) => `rbac.authorization.k8s.io/${kind}`),
      "policy/PodDisruptionBudget",
    ].map((kind) => [kind, [isPathSegment, "no '/', '%', '.' or '..'"] as const]),
  ),
};

/** How a kind's names are spelt in a minor version. */
function nameForm(object: KubernetesObject, minor: number): readonly [(text: unknown) => boolean, string] {
  // The pods of an indexed Job have its name in their host names.
  if (isKind(object, "batch/Job") && object.spec?.completionMode === "Indexed") return label;
  if (!isKind(object, "Service")) return own(nameForms, kindNameOf(object)) ?? subdomain;
  const holds = isServiceNameSince(minor);
  return holds === isLabel ? label : [holds, "at most 63 lower-case letters, digits and '-', beginning with a letter"];
}

/** Kinds whose objects' names become names or labels of others, which leaves less room. */
const shorter: Readonly<Record<string, readonly [most: number, because: string]>> = {
  Job: [63, "its pods carry it in a label"],
  CronJob: [52, "its Jobs get 11 characters more"],
};

export const names = rule({
  id: "schema/name",
  severity: "error",
  why: "The API server refuses an object whose name or namespace isn't spelt as its kind asks for, and the sync fails with it.",
  fix: "Rename it as described in the message.",
  source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
  bad: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: 1st, namespace: shop }
    spec: { ports: [{ port: 80 }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: first, namespace: shop }
    spec: { ports: [{ port: 80 }] }
  `,
  *check({ manifests, environment }) {
    for (const manifest of manifests) {
      const { object } = manifest;
      const [holds, form] = nameForm(object, minorOf(environment.kubernetes));
      yield* within(manifest, formed(object.metadata.name, holds, "metadata.name", form));
      yield* within(manifest, formed(object.metadata.namespace, label[0], "metadata.namespace", label[1]));
      const bound = groupOf(object) === "batch" || groupOf(object) === "apps" ? own(shorter, object.kind) : undefined;
      if (bound && object.metadata.name.length > bound[0])
        yield {
          manifest,
          path: "metadata.name",
          message: `expected at most ${bound[0]} characters, as ${bound[1]}, found ${object.metadata.name.length}`,
        };
      yield* droppedNamespace(manifest, environment.isPart);
    }
  },
});

/** The server drops the namespace of a kind that has none; kustomize writes one into every kind that it doesn't know. */
function* droppedNamespace(manifest: CheckedManifest, isPart = false): Generator<ManifestIssue> {
  const { kind, metadata } = manifest.object;
  if (namespaceOf(manifest) !== "" || !metadata.namespace) return;
  const severity = isPart ? "info" : "warning";
  yield { manifest, path: "metadata.namespace", message: `a ${kind} has no namespace`, fix: "Remove it: the server drops it.", severity };
}

/** Together, keys and values: https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/ */
const mostAnnotationBytes = 256 * 1024;

export const labels = rule({
  id: "schema/labels",
  severity: "error",
  why: "The API server refuses labels, annotations and finalizers with keys or values of another form.",
  fix: "Keys are an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; values of labels the same, or empty. Longer text goes into annotations.",
  source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set",
  bad: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: a
      namespace: shop
      labels: { team: the shop }
  `,
  good: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: a
      namespace: shop
      labels: { team: the-shop }
  `,
  *check({ manifests, pods }) {
    for (const manifest of manifests) yield* within(manifest, metadataIssues(manifest.object.metadata, "metadata"));
    for (const { manifest, labels: podLabels, annotations, path } of pods)
      if (manifest.object.kind !== "Pod")
        yield* within(manifest, metadataIssues({ labels: podLabels, annotations }, path.replace(/spec$/, "metadata")));
  },
});

interface Labelled {
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly finalizers?: readonly string[];
}

function* metadataIssues({ labels, annotations, finalizers }: Labelled, path: string): Generator<Issue> {
  for (const key in labels) {
    if (!isQualifiedName(key)) yield invalidKey(key, joined(`${path}.labels`, key));
    const value = labels[key];
    if (value !== null && !isLabelValue(value))
      yield {
        path: joined(`${path}.labels`, key),
        message: `expected at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, found ${shownValue(value)}`,
      };
  }
  for (const [index, name] of (finalizers ?? []).entries())
    if (!isQualifiedName(name)) yield invalidKey(name, `${path}.finalizers[${index}]`);
  if (annotations) yield* annotationIssues(annotations, `${path}.annotations`);
}

function* annotationIssues(annotations: Readonly<Record<string, unknown>>, path: string): Generator<Issue> {
  let size = 0;
  for (const key in annotations) {
    if (!isAnnotationKey(key)) yield invalidKey(key.toLowerCase(), joined(path, key));
    size += key.length + String(annotations[key]).length;
  }
  const bytes = size * mostBytesOfUnit > mostAnnotationBytes ? bytesOf(annotations) : 0;
  if (bytes > mostAnnotationBytes) yield { path, message: `at most 262144 bytes in all, found ${bytes}` };
}

/** The most bytes that one unit of JavaScript's text takes in UTF-8. */
const mostBytesOfUnit = 3;
const bytesOf = (annotations: object) =>
  Object.entries(annotations).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)), 0);
const invalidKey = (key: string, path: string): Issue => ({
  path,
  message: `expected a key of an optional DNS prefix, '/' and a name, found ${shownValue(key)}`,
});

const levels = ["privileged", "baseline", "restricted"];

export const namespaceLabels = rule({
  id: "schema/pod-security-label",
  severity: "error",
  why: "The API server refuses a namespace whose Pod Security labels name no level or version.",
  fix: "Levels are privileged, baseline and restricted; versions are latest or as v1.34.",
  source: "https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces",
  bad: yaml`
    apiVersion: v1
    kind: Namespace
    metadata:
      name: shop
      labels: { pod-security.kubernetes.io/enforce: restrictive }
  `,
  good: yaml`
    apiVersion: v1
    kind: Namespace
    metadata:
      name: shop
      labels: { pod-security.kubernetes.io/enforce: restricted }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("Namespace")) {
      for (const [key, value] of Object.entries(manifest.object.metadata.labels ?? {})) {
        const [, mode, version] = /^pod-security\.kubernetes\.io\/(enforce|audit|warn)(-version)?$/.exec(key) ?? [];
        if (mode === undefined) continue;
        const path = joined("metadata.labels", key);
        if (version)
          yield* within(
            manifest,
            formed(
              value,
              (version) => version === "latest" || /^v1\.(0|[1-9]\d*)$/.test(String(version)),
              path,
              "latest, or a version as v1.34",
            ),
          );
        else
          yield* within(
            manifest,
            formed(value, (level) => levels.includes(String(level)), path, `one of ${levels.join(", ")}`),
          );
      }
    }
  },
});
