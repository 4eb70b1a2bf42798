import { type Issue, type PodRead, podReads } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Pods, type Scope } from "../scope.ts";
import { within } from "./issues.ts";

export const syncOrder = rule({
  id: "rollout/sync-order",
  severity: "error",
  why: "Argo CD applies the phases and waves of a sync one after the other, and waits until each is healthy: pods that read what comes later never start, and the first sync never ends.",
  fix: "Apply what is read in the same wave as its reader, or in an earlier one; what a PreSync hook reads must be a PreSync hook of an earlier wave.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/",
  bad: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop, annotations: { argocd.argoproj.io/sync-wave: "1" } }
    data: { key: value }
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          envFrom: [{ configMapRef: { name: a } }]
  `,
  good: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop, annotations: { argocd.argoproj.io/sync-wave: "-1" } }
    data: { key: value }
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          envFrom: [{ configMapRef: { name: a } }]
  `,
  *check(scope) {
    for (const pods of scope.pods) {
      const place = placeOf(pods.manifest);
      if (place && !unawaited.has(pods.manifest.object.kind)) yield* within(pods.manifest, readIssues(pods, place, scope));
    }
  },
});

/** Kinds whose pods no sync waits for. */
const unawaited = new Set(["CronJob", "PodTemplate"]);

function* readIssues({ manifest, spec, path: at, namespace }: Pods, reader: Place, scope: Scope): Generator<Issue> {
  for (const read of podReads(spec, at)) {
    const source = read.isOptional ? undefined : sourceOf(read, namespace, scope);
    const place = source?.app === manifest.app && !source.isFromSnapshot ? placeOf(source) : undefined;
    if (!source || !place || !isBefore(reader, place)) continue;
    const later = `the ${source.object.kind} "${source.object.metadata.name}" is applied in ${described(place)}`;
    yield { path: read.path, message: `${later}, after the pods that read it in ${described(reader)}` };
  }
}

function sourceOf({ kind, name }: PodRead, namespace: string, scope: Scope): CheckedManifest | undefined {
  if (kind === "ConfigMap") return scope.find("ConfigMap", namespace, name);
  const secret = scope.find("Secret", namespace, name) ?? scope.find("bitnami.com/SealedSecret", namespace, name);
  return (
    secret ??
    scope.ofKind("external-secrets.io/ExternalSecret").find((manifest) => {
      const { metadata, spec } = manifest.object;
      return namespaceOf(manifest) === namespace && (spec?.target?.name ?? metadata.name) === name;
    })
  );
}

/** When Argo CD applies an object: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/#how-do-i-configure-waves */
interface Place {
  readonly phase: number;
  readonly wave: number;
}

const phases = ["PreSync", "Sync", "PostSync"];
/** Hooks of Helm that Argo CD takes for its own: https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-hooks */
const helmHooks: Readonly<Record<string, string>> = {
  "crd-install": "PreSync",
  "pre-install": "PreSync",
  "pre-upgrade": "PreSync",
  "post-install": "PostSync",
  "post-upgrade": "PostSync",
};

/** Undefined for an object that no sync applies, or that several phases do. */
function placeOf({ object: { metadata } }: CheckedManifest): Place | undefined {
  const { annotations = {} } = metadata;
  const hooks = (annotations["argocd.argoproj.io/hook"] ?? "").split(",").map((hook) => hook.trim());
  const helm = (annotations["helm.sh/hook"] ?? "").split(",").map((hook) => helmHooks[hook.trim()] ?? "");
  const named = new Set([...hooks, ...(hooks.some(Boolean) || annotations["helm.sh/hook"] === undefined ? [] : helm)].filter(Boolean));
  if (named.size > 1 || (named.size === 0 && annotations["helm.sh/hook"] !== undefined)) return undefined;
  const [phase = "Sync"] = named;
  const wave = Number(annotations["argocd.argoproj.io/sync-wave"] ?? annotations["helm.sh/hook-weight"] ?? 0);
  return phases.includes(phase) && Number.isInteger(wave) ? { phase: phases.indexOf(phase), wave } : undefined;
}

const isBefore = (first: Place, second: Place) => (first.phase === second.phase ? first.wave < second.wave : first.phase < second.phase);

const described = ({ phase, wave }: Place) => `wave ${wave} of ${phases[phase]}`;
