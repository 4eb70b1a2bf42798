import type { KubernetesObject } from "slipway";
import { parse } from "yaml";

/** An object that a server may warn of, or nearly so. */
export interface WarnedObject {
  readonly what: string;
  readonly object: KubernetesObject;
}

const containers = "containers: [{ name: a, image: 'a:1' }]";
const volume = (source: string) => `{ ${containers}, volumes: [{ name: v, ${source} }] }`;
const container = (fields: string) => `{ containers: [{ name: a, image: 'a:1', ${fields} }] }`;
const two = (first: string, second: string) =>
  `{ containers: [{ name: a, image: 'a:1', ${first} }, { name: b, image: 'b:1', ${second} }] }`;
const affinity = (terms: string) => `{ ${containers}, affinity: { ${terms} } }`;
const term = "topologyKey: kubernetes.io/hostname";

const nodeLabels = [
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/os",
  "failure-domain.beta.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "beta.kubernetes.io/instance-type",
  "app.kubernetes.io/created-by",
  "scheduler.alpha.kubernetes.io/preferAvoidPods",
  "node-role.kubernetes.io/master",
  "kubernetes.io/arch",
];
const addresses = ["010.0.0.1", "::ffff:10.0.0.1", "2001:DB8::1", "2001:db8:0::1", "2001:db8:0:0:1::1", "::", "10.0.0.1", "2001:db8::1"];
const networks = [
  "10.0.0.1/8",
  "010.0.0.0/8",
  "10.0.0.0/08",
  "2001:DB8::/32",
  "2001:db8::1/32",
  "::ffff:10.0.0.0/104",
  "2001:db8::/32",
  "::/0",
];

/** Specs of pods. */
const specs: readonly string[] = [
  `{ ${containers} }`,
  ...nodeLabels.flatMap((key) => [
    `{ ${containers}, nodeSelector: { ${key}: a } }`,
    affinity(
      `nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: ${key}, operator: Exists }] }] } }`,
    ),
    affinity(
      `nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [{ key: ${key}, operator: Exists }] } }] }`,
    ),
    `{ ${containers}, topologySpreadConstraints: [{ maxSkew: 1, topologyKey: ${key}, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: a } } }] }`,
  ]),
  affinity(
    `nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [{ key: disk, operator: In, values: [fast, "very fast!"] }] } }] }`,
  ),
  `{ ${containers}, topologySpreadConstraints: [{ maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway }] }`,
  `{ ${containers}, topologySpreadConstraints: [{ maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {} }] }`,
  ...["podAffinity", "podAntiAffinity"].flatMap((kind) => [
    affinity(`${kind}: { requiredDuringSchedulingIgnoredDuringExecution: [{ ${term} }] }`),
    affinity(`${kind}: { requiredDuringSchedulingIgnoredDuringExecution: [{ ${term}, labelSelector: {} }] }`),
    affinity(`${kind}: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { ${term} } }] }`),
  ]),
  volume("gitRepo: { repository: 'https://git.example/a.git' }"),
  volume("photonPersistentDisk: { pdID: a }"),
  volume("scaleIO: { gateway: a, system: a, volumeName: a, secretRef: { name: a } }"),
  volume("flocker: { datasetName: a }"),
  volume("storageos: { volumeName: a }"),
  volume("quobyte: { registry: 'a:1', volume: a }"),
  volume("glusterfs: { endpoints: a, path: a }"),
  volume("cephfs: { monitors: [a] }"),
  volume("rbd: { monitors: [a], image: a }"),
  volume("nfs: { server: a, path: /a }"),
  ...["100m", "1500m", "1Gi", "0.5"].flatMap((amount) => [
    volume(
      `ephemeral: { volumeClaimTemplate: { spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: ${amount} } } } } }`,
    ),
    container(`resources: { requests: { memory: ${amount} }, limits: { memory: 2Gi } }`),
    container(`resources: { limits: { memory: ${amount} } }`),
    container(`resources: { limits: { ephemeral-storage: ${amount} } }`),
    `{ ${containers}, initContainers: [{ name: i, image: 'a:1', resources: { requests: { ephemeral-storage: ${amount} } } }] }`,
    `{ ${containers}, overhead: { memory: ${amount} } }`,
  ]),
  ...["configMap: { name: a, items: ", "secret: { secretName: a, items: "].flatMap((source) => [
    volume(`${source}[{ key: a, path: a }, { key: b, path: a }] }`),
    volume(`${source}[{ key: a, path: a }, { key: b, path: a/b }] }`),
    volume(`${source}[{ key: a, path: a/b/ }, { key: b, path: a }] }`),
    volume(`${source}[{ key: a, path: a }, { key: b, path: ab }] }`),
  ]),
  volume(
    "downwardAPI: { items: [{ path: a, fieldRef: { fieldPath: metadata.name } }, { path: a/b, fieldRef: { fieldPath: metadata.name } }] }",
  ),
  ...[
    "{ configMap: { name: a, items: [{ key: a, path: a }] } }, { secret: { name: a, items: [{ key: a, path: a }] } }",
    "{ configMap: { name: a, items: [{ key: a, path: a }] } }, { serviceAccountToken: { path: a/token } }",
    "{ configMap: { name: a, items: [{ key: a, path: a }, { key: b, path: a }] } }",
    "{ downwardAPI: { items: [{ path: a, fieldRef: { fieldPath: metadata.name } }] } }, { serviceAccountToken: { path: a } }",
    "{ configMap: { name: a } }, { secret: { name: a } }",
    "{}",
  ].map((sources) => volume(`projected: { sources: [${sources}] }`)),
  `{ ${containers}, hostAliases: [{ ip: 10.0.0.1, hostnames: [a] }, { ip: 10.0.0.1, hostnames: [b] }] }`,
  `{ ${containers}, hostAliases: [{ ip: 10.0.0.1, hostnames: [a] }, { ip: 10.0.0.2, hostnames: [b] }] }`,
  `{ ${containers}, imagePullSecrets: [{ name: a }, { name: a }] }`,
  `{ ${containers}, imagePullSecrets: [{ name: "" }] }`,
  `{ ${containers}, imagePullSecrets: [{}] }`,
  ...addresses.flatMap((address) => [
    `{ ${containers}, dnsConfig: { nameservers: ["${address}"] } }`,
    `{ ${containers}, hostAliases: [{ ip: "${address}", hostnames: [a] }] }`,
  ]),
  `{ ${containers}, terminationGracePeriodSeconds: -1 }`,
  `{ ${containers}, terminationGracePeriodSeconds: 0 }`,
  container("env: [{ name: A, value: a }, { name: A, value: b }]"),
  container("env: [{ name: A, value: a }, { name: A, value: $(A) }]"),
  container("env: [{ name: A, value: a }, { name: A, value: $(A)b }]"),
  container("env: [{ name: A, value: a }, { name: A, valueFrom: { fieldRef: { fieldPath: metadata.name } } }]"),
  container("ports: [{ containerPort: 80, hostIP: 10.0.0.1 }]"),
  container("ports: [{ containerPort: 80, hostPort: 80, hostIP: 10.0.0.1 }]"),
  container("ports: [{ containerPort: 80 }, { containerPort: 80 }]"),
  container("ports: [{ containerPort: 80 }, { containerPort: 80, protocol: UDP }]"),
  container("ports: [{ containerPort: 80 }, { containerPort: 80, hostPort: 80 }]"),
  container("ports: [{ containerPort: 80, hostPort: 80 }, { containerPort: 80, hostPort: 81 }]"),
  container("ports: [{ containerPort: 80, hostPort: 80 }, { containerPort: 80, hostPort: 80, hostIP: 10.0.0.1 }]"),
  two("ports: [{ containerPort: 80 }]", "ports: [{ containerPort: 80 }]"),
  two("ports: [{ name: http, containerPort: 80 }]", "ports: [{ name: http, containerPort: 81 }]"),
  two("ports: [{ name: http, containerPort: 80 }]", "ports: [{ name: web, containerPort: 81 }]"),
  `{ ${containers}, initContainers: [{ name: b, image: 'b:1', restartPolicy: Always, ports: [{ name: a, containerPort: 80 }] }, { name: c, image: 'c:1', restartPolicy: Always, ports: [{ name: a, containerPort: 80 }] }] }`,
];

/** Annotations of pods. */
const annotations: readonly (readonly [annotations: string, spec?: string])[] = [
  ["scheduler.alpha.kubernetes.io/critical-pod: ''"],
  ["security.alpha.kubernetes.io/sysctls: a=b"],
  ["security.alpha.kubernetes.io/unsafe-sysctls: a=b"],
  ["seccomp.security.alpha.kubernetes.io/pod: runtime/default"],
  [
    "seccomp.security.alpha.kubernetes.io/pod: runtime/default",
    `{ ${containers}, securityContext: { seccompProfile: { type: RuntimeDefault } } }`,
  ],
  ["container.seccomp.security.alpha.kubernetes.io/a: runtime/default"],
  ["container.seccomp.security.alpha.kubernetes.io/b: runtime/default"],
  ["container.apparmor.security.beta.kubernetes.io/a: runtime/default"],
  [
    "container.apparmor.security.beta.kubernetes.io/a: runtime/default",
    container("securityContext: { appArmorProfile: { type: RuntimeDefault } }"),
  ],
  [
    "container.apparmor.security.beta.kubernetes.io/a: runtime/default",
    `{ ${containers}, securityContext: { appArmorProfile: { type: RuntimeDefault } } }`,
  ],
  [
    "container.apparmor.security.beta.kubernetes.io/a: unconfined",
    `{ ${containers}, securityContext: { appArmorProfile: { type: RuntimeDefault } } }`,
  ],
  ["example.com/note: a"],
];

const parsed = (text: string) => parse(text) as object;
const named = (apiVersion: string, kind: string, rest: object, metadata: object = {}) =>
  ({ apiVersion, kind, metadata: { name: "a", namespace: "shop", ...metadata }, ...rest }) as KubernetesObject;

function* pods(): Generator<WarnedObject> {
  const all = [
    ...specs.map((spec) => ["", spec] as const),
    ...annotations.map(([text, spec]) => [text, spec ?? `{ ${containers} }`] as const),
  ];
  for (const [text, spec] of all) {
    const metadata = { annotations: parsed(`{ ${text} }`), labels: { app: "a" } };
    const template = (more: object = {}) => ({ metadata, spec: { ...parsed(spec), ...more } });
    const selector = { matchLabels: { app: "a" } };
    const what = `${text} ${spec}`.trim();
    const jobs = { template: template({ restartPolicy: "Never" }) };
    yield { what: `Pod ${what}`, object: named("v1", "Pod", { spec: parsed(spec) }, metadata) };
    yield { what: `Deployment ${what}`, object: named("apps/v1", "Deployment", { spec: { selector, template: template() } }) };
    yield {
      what: `CronJob ${what}`,
      object: named("batch/v1", "CronJob", { spec: { schedule: "0 1 * * *", jobTemplate: { spec: jobs } } }),
    };
  }
}

/** Workloads by their names and fields. */
function* workloads(): Generator<WarnedObject> {
  const template = { metadata: { labels: { app: "a" } }, spec: parsed(`{ ${containers} }`) };
  const selector = { matchLabels: { app: "a" } };
  for (const name of ["a.b", "a".repeat(64), "a"]) {
    yield { what: `Pod ${name}`, object: named("v1", "Pod", { spec: template.spec }, { name }) };
    for (const kind of ["Deployment", "ReplicaSet", "DaemonSet"])
      yield { what: `${kind} ${name}`, object: named("apps/v1", kind, { spec: { selector, template } }, { name }) };
    yield {
      what: `ReplicationController ${name}`,
      object: named("v1", "ReplicationController", { spec: { selector: { app: "a" }, template } }, { name }),
    };
    const jobs = { template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } } };
    yield { what: `Job ${name}`, object: named("batch/v1", "Job", { spec: jobs }, { name }) };
    yield {
      what: `CronJob ${name}`,
      object: named("batch/v1", "CronJob", { spec: { schedule: "0 1 * * *", jobTemplate: { spec: jobs } } }, { name }),
    };
    for (const counts of [
      { completions: 100_001, parallelism: 10_001 },
      { completions: 100_001, parallelism: 10_000 },
    ])
      yield {
        what: `Job ${name} ${JSON.stringify(counts)}`,
        object: named("batch/v1", "Job", { spec: { ...jobs, ...counts, completionMode: "Indexed" } }, { name }),
      };
  }
  const claim = (storage: string) => ({
    metadata: { name: "c" },
    spec: parsed(`{ accessModes: [ReadWriteOnce], resources: { requests: { storage: ${storage} } } }`),
  });
  for (const more of [
    { revisionHistoryLimit: -1 },
    { revisionHistoryLimit: 0 },
    { volumeClaimTemplates: [claim("1500m")] },
    { volumeClaimTemplates: [claim("1Gi")] },
  ])
    yield {
      what: `StatefulSet ${JSON.stringify(more)}`,
      object: named("apps/v1", "StatefulSet", { spec: { selector, template, serviceName: "a", ...more } }),
    };
}

const service = (spec: string, metadata = "") =>
  `{ apiVersion: v1, kind: Service, metadata: { ${metadata} }, spec: { ports: [{ port: 80 }], ${spec} } }`;
const disk = (fields: string, metadata = "") =>
  `{ apiVersion: v1, kind: PersistentVolume, metadata: { ${metadata} }, spec: { accessModes: [ReadWriteOnce], capacity: { storage: 1Gi }, ${fields} } }`;
const onNode = (key: string) => `{ required: { nodeSelectorTerms: [{ matchExpressions: [{ key: ${key}, operator: Exists }] }] } }`;
const owner = "{ apiVersion: v1, kind: ConfigMap, name: b, uid: 5d3e4e2c-6f2a-4e3c-9d3b-0c1f2a3b4c5d }";
const definition = (format: string) =>
  `{ apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: { name: as.example.com }, spec: { group: example.com, scope: Namespaced, names: { plural: as, kind: A }, versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { at: { type: string, format: ${format} } } } } } } }] } }`;
const policy = (network: string, except: string) =>
  `{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "${network}"${except} } }] }], egress: [{ to: [{ ipBlock: { cidr: "${network}" } }] }] } }`;

const others: readonly string[] = [
  service("selector: { app: a }"),
  service("selector: { app: a }", "annotations: { service.kubernetes.io/topology-aware-hints: auto }"),
  service("selector: { app: a }", "annotations: { service.kubernetes.io/topology-mode: auto }"),
  service("clusterIP: None, loadBalancerIP: 10.0.0.1"),
  service("clusterIP: None, externalIPs: [10.0.0.1]"),
  service("clusterIP: None, sessionAffinity: ClientIP"),
  service("clusterIP: None, sessionAffinity: None"),
  service("externalIPs: [10.0.0.1]"),
  service("type: ExternalName, externalName: a.example, externalIPs: [10.0.0.1]"),
  service("externalName: a.example"),
  service("type: LoadBalancer, loadBalancerIP: 10.0.0.1"),
  service("trafficDistribution: PreferClose"),
  service("trafficDistribution: PreferSameZone"),
  ...addresses.flatMap((address) => [service(`externalIPs: ["${address}"]`), service(`type: LoadBalancer, loadBalancerIP: "${address}"`)]),
  ...networks.map((network) => service(`type: LoadBalancer, loadBalancerSourceRanges: ["${network}"]`)),
  ...networks.map((network) => policy(network, "")),
  policy("10.0.0.0/8", ", except: [10.1.0.1/16]"),
  "{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { annotations: { kubernetes.io/ingress.class: a } }, spec: { defaultBackend: { service: { name: a, port: { number: 80 } } } } }",
  "{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { annotations: { kubernetes.io/ingress.class: a } }, spec: { ingressClassName: a, defaultBackend: { service: { name: a, port: { number: 80 } } } } }",
  disk("nfs: { server: a, path: /a }", "annotations: { volume.beta.kubernetes.io/storage-class: a }"),
  disk("nfs: { server: a, path: /a }", "annotations: { volume.beta.kubernetes.io/mount-options: hard }"),
  disk("nfs: { server: a, path: /a }, persistentVolumeReclaimPolicy: Recycle"),
  disk("nfs: { server: a, path: /a }, persistentVolumeReclaimPolicy: Retain"),
  ...nodeLabels.map((key) => disk(`nfs: { server: a, path: /a }, nodeAffinity: ${onNode(key)}`)),
  disk("cephfs: { monitors: [a] }"),
  disk("photonPersistentDisk: { pdID: a }"),
  disk("scaleIO: { gateway: a, system: a, volumeName: a, secretRef: { name: a, namespace: a } }"),
  disk("storageos: { volumeName: a, volumeNamespace: a }"),
  disk("glusterfs: { endpoints: a, path: a }"),
  disk("rbd: { monitors: [a], image: a }"),
  ...["1500m", "1Gi"].flatMap((amount) => [
    `{ apiVersion: v1, kind: PersistentVolumeClaim, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: ${amount} } } } }`,
    `{ apiVersion: v1, kind: PersistentVolumeClaim, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi }, limits: { storage: ${amount} } } } }`,
  ]),
  "{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { annotations: { volume.beta.kubernetes.io/storage-class: a } }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }",
  ...nodeLabels.flatMap((key) => [
    `{ apiVersion: storage.k8s.io/v1, kind: StorageClass, provisioner: a.example, allowedTopologies: [{ matchLabelExpressions: [{ key: ${key}, values: [a] }] }] }`,
    `{ apiVersion: storage.k8s.io/v1, kind: CSIStorageCapacity, storageClassName: a, nodeTopology: { matchLabels: { ${key}: a } } }`,
    `{ apiVersion: storage.k8s.io/v1, kind: CSIStorageCapacity, storageClassName: a, nodeTopology: { matchExpressions: [{ key: ${key}, operator: Exists }] } }`,
    `{ apiVersion: node.k8s.io/v1, kind: RuntimeClass, handler: a, scheduling: { nodeSelector: { ${key}: a } } }`,
  ]),
  "{ apiVersion: storage.k8s.io/v1, kind: CSIDriver, spec: { tokenRequests: [{ audience: a }] } }",
  "{ apiVersion: storage.k8s.io/v1, kind: CSIDriver, spec: { attachRequired: false } }",
  "{ apiVersion: v1, kind: ResourceQuota, spec: { hard: { requests.memory: 2Gi, limits.memory: 1Gi } } }",
  "{ apiVersion: v1, kind: ResourceQuota, spec: { hard: { cpu: 2, limits.cpu: 1 } } }",
  "{ apiVersion: v1, kind: ResourceQuota, spec: { hard: { requests.cpu: 500m, limits.cpu: 1 } } }",
  "{ apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: FQDN, endpoints: [{ addresses: [a.example] }] }",
  ...addresses.map(
    (address) =>
      `{ apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: ${address.includes(":") ? "IPv6" : "IPv4"}, endpoints: [{ addresses: ["${address}"] }] }`,
  ),
  ...addresses.map(
    (address) => `{ apiVersion: v1, kind: Endpoints, subsets: [{ addresses: [{ ip: "${address}" }], ports: [{ port: 80 }] }] }`,
  ),
  "{ apiVersion: v1, kind: ServiceAccount, metadata: { annotations: { kubernetes.io/enforce-mountable-secrets: 'true' } } }",
  "{ apiVersion: v1, kind: Secret, type: kubernetes.io/tls, stringData: { tls.crt: a, tls.key: b } }",
  "{ apiVersion: v1, kind: Node, spec: { externalID: a } }",
  "{ apiVersion: v1, kind: Node, spec: { podCIDR: 10.0.0.1/8, podCIDRs: [10.0.0.1/8] } }",
  `{ apiVersion: v1, kind: ConfigMap, metadata: { ownerReferences: [${owner}, ${owner}] } }`,
  `{ apiVersion: v1, kind: ConfigMap, metadata: { ownerReferences: [${owner}] } }`,
  `{ apiVersion: v1, kind: PodTemplate, template: { metadata: { labels: { app: a } }, spec: { ${containers}, nodeSelector: { beta.kubernetes.io/os: linux } } } }`,
  ...["date-time", "int32", "no-such-format", "uuid", "k8s-short-name"].map(definition),
  ...["example", "example.com", "example.com/a", "a b", "foregroundDeletion"].map(
    (name) =>
      `{ apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: { finalizers: [${name}] }, spec: { project: a, destination: { name: a }, source: { repoURL: 'https://git.example/a.git', path: a } } }`,
  ),
  "{ apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: { name: a.static.k8s.io } }",
];

/** One object for each warning of the API server's sources (`WarningsOnCreate` of its strategies), and one that nearly gets it. */
export function warnedObjects(): readonly WarnedObject[] {
  const rest = others.map((text) => {
    const { metadata, ...object } = parsed(text) as KubernetesObject;
    return { what: text, object: named(object.apiVersion, object.kind, object, metadata ?? {}) };
  });
  return [...pods(), ...workloads(), ...rest];
}
