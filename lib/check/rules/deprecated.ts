import { minorOf } from "../../kubernetes/index.ts";
import { rule } from "../rule.ts";
import type { CheckedManifest, Pods } from "../scope.ts";

interface Deprecation {
  /** Minor version that began to warn. */
  readonly since: number;
  readonly path: string;
  readonly message: string;
  readonly use: string;
}

export const deprecated = rule({
  id: "schema/deprecated",
  severity: "warning",
  why: "It still works, or is ignored already, and a later Kubernetes takes it away: then the upgrade breaks the app.",
  fix: "Use what took its place.",
  source: "https://kubernetes.io/docs/reference/using-api/deprecation-policy/",
  bad: "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a, namespace: shop, annotations: { kubernetes.io/ingress.class: nginx } }\nspec: { rules: [{ host: a.example }] }\n",
  *check(scope) {
    const minor = minorOf(scope.environment.kubernetes);
    const found: [CheckedManifest, Deprecation][] = [
      ...scope.manifests.flatMap((manifest) => [...ofObject(manifest)].map((one): [CheckedManifest, Deprecation] => [manifest, one])),
      ...scope.pods.flatMap((pods) => [...ofPods(pods)].map((one): [CheckedManifest, Deprecation] => [pods.manifest, one])),
    ];
    for (const [manifest, { since, path, message, use }] of found)
      if (minor >= since) yield { manifest, path, message: `${message} (deprecated since Kubernetes 1.${since})`, fix: use };
  },
});

function* ofObject({ object }: CheckedManifest): Generator<Deprecation> {
  const { apiVersion, kind, metadata } = object;
  const spec = (object.spec ?? {}) as Readonly<Record<string, unknown>>;
  if (kind === "Endpoints" && apiVersion === "v1")
    yield { since: 33, path: "kind", message: "v1 Endpoints are deprecated", use: "Use discovery.k8s.io/v1 EndpointSlice." };
  if (kind === "ComponentStatus")
    yield { since: 19, path: "kind", message: "ComponentStatus is deprecated", use: "Ask the API server's /readyz." };
  if (kind === "Ingress" && metadata.annotations?.["kubernetes.io/ingress.class"] !== undefined)
    yield {
      since: 18,
      path: 'metadata.annotations["kubernetes.io/ingress.class"]',
      message: "the annotation is deprecated",
      use: "Use spec.ingressClassName.",
    };
  if (kind === "Service" && spec.loadBalancerIP !== undefined)
    yield {
      since: 24,
      path: "spec.loadBalancerIP",
      message: "loadBalancerIP is deprecated, and means something else with each cloud",
      use: "Use the annotation of your cloud's controller.",
    };
  if (kind === "Service" && metadata.annotations?.["service.kubernetes.io/topology-mode"] !== undefined)
    yield {
      since: 33,
      path: 'metadata.annotations["service.kubernetes.io/topology-mode"]',
      message: "the annotation is superseded",
      use: "Use spec.trafficDistribution: PreferClose.",
    };
  if (kind === "PersistentVolumeClaim" && metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] !== undefined)
    yield {
      since: 6,
      path: 'metadata.annotations["volume.beta.kubernetes.io/storage-class"]',
      message: "the annotation is deprecated",
      use: "Use spec.storageClassName.",
    };
}

function* ofPods({ spec, path, annotations }: Pods): Generator<Deprecation> {
  const metadata = path.replace(/spec$/, "metadata.annotations");
  if ((spec as { serviceAccount?: string }).serviceAccount !== undefined)
    yield { since: 1, path: `${path}.serviceAccount`, message: "serviceAccount is an old name", use: "Use serviceAccountName." };
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    if (volume.gitRepo !== undefined)
      yield {
        since: 11,
        path: `${path}.volumes[${index}].gitRepo`,
        message: "gitRepo volumes are deprecated, and switched off in newer clusters",
        use: "Clone in an init container into an emptyDir.",
      };
    for (const gone of ["glusterfs", "rbd", "cephfs", "flocker", "quobyte", "storageos", "scaleIO"])
      if (volume[gone] !== undefined)
        yield {
          since: 25,
          path: `${path}.volumes[${index}].${gone}`,
          message: `${gone} volumes are removed or about to be`,
          use: "Use the CSI driver of the storage.",
        };
  }
  for (const key of Object.keys(annotations)) {
    if (/^(seccomp|container\.seccomp)\.security\.alpha\.kubernetes\.io\//.test(key))
      yield {
        since: 19,
        path: `${metadata}["${key}"]`,
        message: "the annotation is ignored since 1.27",
        use: "Use securityContext.seccompProfile.",
      };
    if (key.startsWith("container.apparmor.security.beta.kubernetes.io/"))
      yield {
        since: 30,
        path: `${metadata}["${key}"]`,
        message: "the annotation is deprecated",
        use: "Use securityContext.appArmorProfile.",
      };
    if (key === "scheduler.alpha.kubernetes.io/critical-pod")
      yield { since: 16, path: `${metadata}["${key}"]`, message: "the annotation is ignored", use: "Use priorityClassName." };
  }
}
