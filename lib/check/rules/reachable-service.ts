import { isAddress, joined, type ServiceSpec } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "../scope.ts";

export const serviceAddress = rule({
  id: "rollout/service-address",
  severity: "warning",
  why: "The API server takes the Service, and nothing answers at its name, or a field of it counts for nothing.",
  fix: "Give the Service a selector, or endpoints of its own; an external name is a DNS name.",
  source: "https://kubernetes.io/docs/concepts/services-networking/service/#externalname",
  bad: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { type: ExternalName, externalName: 10.0.0.1 }
  `,
  good: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { type: ExternalName, externalName: db.example }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("Service")) {
      const spec = manifest.object.spec ?? {};
      if (spec.type === "ExternalName") yield* externalIssues(manifest, spec);
      else if (Object.keys(spec.selector ?? {}).length === 0 && !scope.environment.isPart && !hasEndpoints(manifest, scope))
        yield { manifest, path: "spec.selector", message: "is missing, and no EndpointSlice gives the Service endpoints" };
      if (spec.sessionAffinityConfig?.clientIP && spec.sessionAffinity !== "ClientIP")
        yield {
          manifest,
          path: "spec.sessionAffinityConfig",
          message: "counts for nothing unless sessionAffinity is ClientIP",
          fix: "Set sessionAffinity: ClientIP, or remove it.",
        };
    }
  },
});

function* externalIssues(manifest: CheckedManifest, { externalName, selector }: ServiceSpec): Generator<ManifestIssue> {
  if (isAddress(externalName))
    yield {
      manifest,
      path: "spec.externalName",
      message: `${externalName} is an address, which DNS has no name for`,
      fix: "Use a Service without selector, and an EndpointSlice with the address.",
    };
  if (Object.keys(selector ?? {}).length > 0)
    yield { manifest, path: "spec.selector", message: "counts for nothing in an ExternalName", fix: "Remove it, or choose another type." };
}

const slices = "discovery.k8s.io/EndpointSlice";

/** Whether something else than a selector gives a Service its endpoints. Controllers that choose a leader do so. */
function hasEndpoints(manifest: CheckedManifest, scope: Scope): boolean {
  const [name, namespace] = [manifest.object.metadata.name, namespaceOf(manifest)];
  const isHere = (other: CheckedManifest) => namespaceOf(other) === namespace;
  return (
    scope.has("Endpoints", namespace, name) ||
    scope.ofCustomKind(slices).some((slice) => isHere(slice) && slice.object.metadata.labels?.["kubernetes.io/service-name"] === name) ||
    mayGive(scope) ||
    (namespace === "default" && name === "kubernetes")
  );
}

/** Whether an account or operator among the manifests may write endpoints. */
const mayGive = (scope: Scope) =>
  ["Role", "ClusterRole"].some((kind) =>
    scope
      .ofKind(`rbac.authorization.k8s.io/${kind as "Role"}`)
      .some(({ object }) =>
        (object.rules ?? []).some(({ resources = [] }) => resources.some((name) => /^(endpoints|endpointslices|\*)$/.test(name))),
      ),
  ) || scope.manifests.some(({ object }) => /\.(io|com|dev|org)\//.test(object.apiVersion) && !object.apiVersion.includes("k8s.io/"));

export const securityLabel = rule({
  id: "security/namespace-label",
  severity: "warning",
  why: "The admission controller looks at three labels of a namespace and ignores what is nearly one: nothing is enforced.",
  fix: "Write pod-security.kubernetes.io/enforce, warn or audit.",
  source: "https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces",
  bad: yaml`
    apiVersion: v1
    kind: Namespace
    metadata: { name: shop, labels: { pod-security.kubernetes.io/enforced: restricted } }
  `,
  good: yaml`
    apiVersion: v1
    kind: Namespace
    metadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: restricted } }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("Namespace"))
      for (const key of Object.keys(manifest.object.metadata.labels ?? {}))
        if (key.startsWith(prefix) && !modes.includes(key.slice(prefix.length).replace(/-version$/, "")))
          yield { manifest, path: joined("metadata.labels", key), message: `Pod Security knows no label "${key}"` };
  },
});

const prefix = "pod-security.kubernetes.io/";
const modes = ["enforce", "warn", "audit"];
