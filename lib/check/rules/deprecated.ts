import { type KindName, kindNameOf, minorOf, valueAt } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import type { CheckedManifest, Pods } from "../scope.ts";

/** A field, annotation or kind that a later Kubernetes version removes. */
interface Deprecation {
  /** Minor version that began to warn. */
  readonly since: number;
  readonly message: string;
  /** What took its place. */
  readonly use: string;
}

export const deprecated = rule({
  id: "schema/deprecated",
  severity: "warning",
  why: "It still works, or is ignored already, and a later Kubernetes version removes it: then the upgrade breaks the app.",
  fix: "Use its replacement.",
  source: "https://kubernetes.io/docs/reference/using-api/deprecation-policy/",
  bad: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: a
      namespace: shop
      annotations: { kubernetes.io/ingress.class: nginx }
    spec: { rules: [{ host: a.example }] }
  `,
  good: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a, namespace: shop }
    spec:
      ingressClassName: nginx
      rules: [{ host: a.example }]
  `,
  *check(scope) {
    const minor = minorOf(scope.environment.kubernetes);
    const found: Found[] = [...scope.manifests.flatMap(ofObject), ...scope.pods.flatMap(ofPods)];
    for (const { manifest, path, deprecation } of found)
      if (minor >= deprecation.since)
        yield {
          manifest,
          path,
          message: `${deprecation.message}: deprecated since Kubernetes 1.${deprecation.since}`,
          fix: deprecation.use,
        };
  },
});

interface Found {
  readonly manifest: CheckedManifest;
  readonly path: string;
  readonly deprecation: Deprecation;
}

/** https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
const kinds: Readonly<Record<string, Deprecation>> = {
  Endpoints: { since: 33, message: "v1 Endpoints", use: "Use discovery.k8s.io/v1 EndpointSlice." },
  ComponentStatus: { since: 19, message: "ComponentStatus", use: "Ask the API server's /readyz." },
};

/** Annotations of objects, by kind. */
const annotations: { readonly [Kind in KindName]?: Readonly<Record<string, Deprecation>> } = {
  "networking.k8s.io/Ingress": {
    "kubernetes.io/ingress.class": { since: 18, message: "the annotation", use: "Use spec.ingressClassName." },
  },
  ServiceAccount: {
    "kubernetes.io/enforce-mountable-secrets": {
      since: 32,
      message: "the annotation",
      use: "Keep Secrets that a pod mustn't mount in another namespace.",
    },
  },
  PersistentVolume: {
    "volume.beta.kubernetes.io/storage-class": { since: 8, message: "the annotation", use: "Use spec.storageClassName." },
    "volume.beta.kubernetes.io/mount-options": { since: 31, message: "the annotation", use: "Use spec.mountOptions." },
  },
  Service: {
    "service.kubernetes.io/topology-aware-hints": {
      since: 27,
      message: "the annotation",
      use: "Use spec.trafficDistribution: PreferSameZone, or PreferClose before Kubernetes 1.34.",
    },
    "service.kubernetes.io/topology-mode": {
      since: 33,
      message: "the annotation",
      use: "Use spec.trafficDistribution: PreferSameZone, or PreferClose before Kubernetes 1.34.",
    },
  },
  PersistentVolumeClaim: {
    "volume.beta.kubernetes.io/storage-class": { since: 6, message: "the annotation", use: "Use spec.storageClassName." },
  },
};

/** Fields of an object's spec, by kind. */
const fields: { readonly [Kind in KindName]?: Readonly<Record<string, Deprecation>> } = {
  Service: {
    loadBalancerIP: {
      since: 24,
      message: "loadBalancerIP, which means something else with each cloud",
      use: "Use the annotation of your cloud's controller.",
    },
    externalIPs: {
      since: 36,
      message: "externalIPs, by which a Service takes over anybody's address",
      use: "Use a Service of type LoadBalancer, or a Gateway.",
    },
  },
};

/** Annotations of pods, by how their keys begin. */
const podAnnotations: readonly (readonly [prefix: string, deprecation: Deprecation])[] = [
  ...["seccomp", "container.seccomp"].map(
    (prefix) =>
      [
        `${prefix}.security.alpha.kubernetes.io/`,
        { since: 19, message: "the annotation, which 1.27 and newer ignore", use: "Use securityContext.seccompProfile." },
      ] as const,
  ),
  [
    "container.apparmor.security.beta.kubernetes.io/",
    { since: 30, message: "the annotation", use: "Use securityContext.appArmorProfile." },
  ],
  ...["sysctls", "unsafe-sysctls"].map(
    (name) =>
      [
        `security.alpha.kubernetes.io/${name}`,
        { since: 11, message: "the annotation, which newer clusters ignore", use: "Use securityContext.sysctls." },
      ] as const,
  ),
  [
    "scheduler.alpha.kubernetes.io/critical-pod",
    { since: 16, message: "the annotation, which newer clusters ignore", use: "Use priorityClassName." },
  ],
];

/** Fields of a pod's spec. */
const podFields: Readonly<Record<string, Deprecation>> = {
  serviceAccount: { since: 1, message: "serviceAccount, an old name", use: "Use serviceAccountName." },
};

/** Sources of volumes. */
const volumes: Readonly<Record<string, Deprecation>> = {
  gitRepo: {
    since: 11,
    message: "gitRepo volumes, which newer clusters have switched off",
    use: "Clone in an init container into an emptyDir.",
  },
  ...Object.fromEntries(
    ["glusterfs", "rbd", "cephfs", "flocker", "quobyte", "storageos", "scaleIO", "photonPersistentDisk"].map((source) => [
      source,
      { since: 25, message: `${source} volumes`, use: "Use the CSI driver of the storage." },
    ]),
  ),
};

function ofObject(manifest: CheckedManifest): Found[] {
  const { object } = manifest;
  const kind = kindNameOf(object);
  const deprecation = own(kinds, kind);
  return [
    ...(deprecation ? [{ manifest, path: "kind", deprecation }] : []),
    ...present(own(annotations, kind), object.metadata.annotations, (key) => `metadata.annotations["${key}"]`, manifest),
    ...present(own(fields, kind), object.spec, (key) => `spec.${key}`, manifest),
    ...present(kind === "PersistentVolume" ? volumes : undefined, object.spec, (key) => `spec.${key}`, manifest),
    ...valued(manifest, kind),
  ];
}

/** Values of fields, by kind: where, and which. */
const values: Readonly<Record<string, readonly (readonly [path: string, value: string, deprecation: Deprecation])[]>> = {
  PersistentVolume: [
    [
      "spec.persistentVolumeReclaimPolicy",
      "Recycle",
      { since: 11, message: "the reclaim policy Recycle", use: "Use Delete with a StorageClass that provisions volumes, or Retain." },
    ],
  ],
  Service: [
    ["spec.trafficDistribution", "PreferClose", { since: 35, message: "PreferClose, now PreferSameZone", use: "Use PreferSameZone." }],
  ],
  "discovery.k8s.io/EndpointSlice": [
    [
      "addressType",
      "FQDN",
      { since: 17, message: "FQDN endpoints, which nothing reads", use: "Use addresses, or an ExternalName Service." },
    ],
  ],
};

const valued = (manifest: CheckedManifest, kind: string): Found[] =>
  (own(values, kind) ?? []).flatMap(([path, value, deprecation]) =>
    valueAt(manifest.object, path) === value ? [{ manifest, path, deprecation }] : [],
  );

function ofPods({ manifest, spec, path, annotations: given }: Pods): Found[] {
  const metadata = path.replace(/spec$/, "metadata.annotations");
  const old = Object.keys(given).flatMap((key) =>
    podAnnotations
      .filter(([prefix]) => key.startsWith(prefix))
      .map(([, deprecation]) => ({ manifest, path: `${metadata}["${key}"]`, deprecation })),
  );
  return [
    ...present(podFields, spec, (key) => `${path}.${key}`, manifest),
    ...(spec.volumes ?? []).flatMap((volume, index) => present(volumes, volume, (key) => `${path}.volumes[${index}].${key}`, manifest)),
    ...old,
  ];
}

/** The deprecated keys of a table that a value has. */
function present(
  table: Readonly<Record<string, Deprecation>> | undefined,
  value: unknown,
  pathOf: (key: string) => string,
  manifest: CheckedManifest,
): Found[] {
  if (!table || typeof value !== "object" || value === null) return [];
  const keys = new Set(Object.keys(value));
  return Object.entries(table)
    .filter(([key]) => keys.has(key))
    .map(([key, deprecation]) => ({ manifest, path: pathOf(key), deprecation }));
}
