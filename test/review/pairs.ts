import type { KubernetesObject } from "slipway";
import { rolloutPairs } from "./rollout-pairs.ts";
import { upgradePairs } from "./upgrade-pairs.ts";

/** A change of one object, as it is applied: the object it is about comes first. */
export interface ObjectPair {
  readonly what: string;
  readonly before: readonly KubernetesObject[];
  readonly after: readonly KubernetesObject[];
}

type Value = unknown;
type Change = readonly [path: string, before: Value, after: Value];

const container = { name: "web", image: "web:1", resources: { requests: { cpu: "100m", memory: "64Mi" } } };
const template = (more: object = {}) => ({ metadata: { labels: { app: "web" } }, spec: { containers: [container], ...more } });
const selector = { matchLabels: { app: "web" } };
const base = (apiVersion: string, kind: string, rest: object) =>
  ({ apiVersion, kind, metadata: { name: "web" }, ...rest }) as unknown as KubernetesObject;

/** One object of each kind, to be changed. */
const objects = {
  Deployment: base("apps/v1", "Deployment", { spec: { replicas: 2, selector, template: template() } }),
  StatefulSet: base("apps/v1", "StatefulSet", { spec: { replicas: 2, serviceName: "web", selector, template: template() } }),
  DaemonSet: base("apps/v1", "DaemonSet", { spec: { selector, template: template() } }),
  ReplicaSet: base("apps/v1", "ReplicaSet", { spec: { replicas: 2, selector, template: template() } }),
  ReplicationController: base("v1", "ReplicationController", { spec: { replicas: 2, selector: { app: "web" }, template: template() } }),
  Pod: base("v1", "Pod", { spec: { containers: [container] } }),
  Job: base("batch/v1", "Job", { spec: { suspend: true, template: template({ restartPolicy: "Never" }) } }),
  CronJob: base("batch/v1", "CronJob", {
    spec: { schedule: "0 0 1 1 *", jobTemplate: { spec: { template: template({ restartPolicy: "Never" }) } } },
  }),
  Service: base("v1", "Service", { spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80 }] } }),
  ConfigMap: base("v1", "ConfigMap", { data: { a: "1" } }),
  Secret: base("v1", "Secret", { type: "Opaque", stringData: { a: "1" } }),
  PersistentVolumeClaim: base("v1", "PersistentVolumeClaim", {
    spec: { accessModes: ["ReadWriteOnce"], storageClassName: "fixed", resources: { requests: { storage: "2Gi" } } },
  }),
  ServiceAccount: base("v1", "ServiceAccount", {}),
  Role: base("rbac.authorization.k8s.io/v1", "Role", { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] }),
  RoleBinding: base("rbac.authorization.k8s.io/v1", "RoleBinding", {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "web" },
    subjects: [{ kind: "ServiceAccount", name: "web" }],
  }),
  Ingress: base("networking.k8s.io/v1", "Ingress", {
    spec: {
      rules: [
        {
          host: "web.example",
          http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] },
        },
      ],
    },
  }),
  NetworkPolicy: base("networking.k8s.io/v1", "NetworkPolicy", { spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] } }),
  PodDisruptionBudget: base("policy/v1", "PodDisruptionBudget", { spec: { minAvailable: 1, selector } }),
  HorizontalPodAutoscaler: base("autoscaling/v2", "HorizontalPodAutoscaler", {
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, minReplicas: 2, maxReplicas: 4 },
  }),
  ResourceQuota: base("v1", "ResourceQuota", { spec: { hard: { pods: "10" } } }),
  LimitRange: base("v1", "LimitRange", { spec: { limits: [{ type: "Container", default: { cpu: "1" } }] } }),
  Namespace: base("v1", "Namespace", {}),
  ClusterRole: base("rbac.authorization.k8s.io/v1", "ClusterRole", {
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: "1" } }] },
  }),
  CustomResourceDefinition: {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "webs.web.example" },
    spec: {
      group: "web.example",
      scope: "Namespaced",
      names: { kind: "Web", plural: "webs" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object" } } } },
        },
      ],
    },
  } as unknown as KubernetesObject,
  PriorityClass: base("scheduling.k8s.io/v1", "PriorityClass", { value: 10 }),
  RuntimeClass: base("node.k8s.io/v1", "RuntimeClass", { handler: "a" }),
  ValidatingWebhookConfiguration: base("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", {
    webhooks: [
      {
        name: "web.example.com",
        clientConfig: { url: "https://web.example/validate" },
        rules: [{ apiGroups: ["web.example"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["webs"] }],
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        failurePolicy: "Ignore",
      },
    ],
  }),
  IngressClass: base("networking.k8s.io/v1", "IngressClass", { spec: { controller: "web.example/a" } }),
  StorageClass: base("storage.k8s.io/v1", "StorageClass", { provisioner: "web.example/a" }),
  PersistentVolume: base("v1", "PersistentVolume", {
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "none",
      capacity: { storage: "1Gi" },
      nfs: { server: "nfs.example", path: "/" },
    },
  }),
  ExternalSecret: base("external-secrets.io/v1", "ExternalSecret", {
    spec: {
      secretStoreRef: { name: "web", kind: "SecretStore" },
      target: { name: "web" },
      data: [{ secretKey: "a", remoteRef: { key: "web" } }],
    },
  }),
  Application: base("argoproj.io/v1alpha1", "Application", {
    spec: {
      project: "web",
      source: { repoURL: "https://git.example/web.git", path: "web" },
      destination: { name: "in-cluster", namespace: "web" },
    },
  }),
  AppProject: base("argoproj.io/v1alpha1", "AppProject", { spec: { sourceRepos: ["https://git.example/web.git"] } }),
} as const;

/** Pods of a Job, which kwok lets run to their end at once unless they have no owner it knows of. */
const running = template({ restartPolicy: "OnFailure" });
const pod = "spec.template.spec";
const web = `${pod}.containers.0`;
/** Changes that every kind with a template of its own takes alike: what looks inert but makes new pods, and what looks like a change but does nothing. */
const podChanges: readonly Change[] = [
  [`${web}.image`, "web:1", "web:2"],
  [`${web}.env`, undefined, [{ name: "A", value: "1" }]],
  [
    `${web}.env`,
    [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ],
    [
      { name: "B", value: "2" },
      { name: "A", value: "1" },
    ],
  ],
  [`${web}.resources.requests.cpu`, "100m", "200m"],
  [`${web}.resources.requests.cpu`, "1000m", "1"],
  [`${web}.resources.requests.memory`, "1Gi", "1024Mi"],
  [`${web}.imagePullPolicy`, undefined, "IfNotPresent"],
  [`${web}.terminationMessagePath`, undefined, "/dev/termination-log"],
  [`${web}.ports`, [{ containerPort: 80 }], [{ containerPort: 80, protocol: "TCP" }]],
  [`${web}.ports`, [{ containerPort: 80 }], [{ name: "http", containerPort: 80 }]],
  [`${web}.args`, [], undefined],
  [`${web}.securityContext`, undefined, {}],
  [
    `${web}.readinessProbe`,
    { httpGet: { port: 80 } },
    { httpGet: { port: 80, path: "/", scheme: "HTTP" }, periodSeconds: 10, timeoutSeconds: 1 },
  ],
  [`${web}.readinessProbe`, { httpGet: { port: 80 } }, { tcpSocket: { port: 80 } }],
  [`${web}.readinessProbe`, { httpGet: { port: 80 } }, undefined],
  [`${web}.lifecycle`, { preStop: { exec: { command: ["a"] } } }, { preStop: { sleep: { seconds: 1 } } }],
  [`${pod}.securityContext`, undefined, {}],
  [`${pod}.securityContext`, undefined, { runAsNonRoot: true }],
  [`${pod}.restartPolicy`, undefined, "Always"],
  [`${pod}.dnsPolicy`, "ClusterFirst", undefined],
  [`${pod}.terminationGracePeriodSeconds`, undefined, 30],
  [`${pod}.terminationGracePeriodSeconds`, 30, 10],
  [`${pod}.schedulerName`, undefined, "default-scheduler"],
  [`${pod}.volumes`, undefined, [{ name: "a", emptyDir: {} }]],
  [`${pod}.volumes`, [{ name: "a" }], [{ name: "a", emptyDir: {} }]],
  [`${pod}.volumes`, [{ name: "a", emptyDir: {} }], [{ name: "a", configMap: { name: "web", optional: true } }]],
  [`${pod}.volumes`, [{ name: "a" }], [{ name: "a", configMap: { name: "web", optional: true } }]],
  [
    `${pod}.volumes`,
    [{ name: "a", configMap: { name: "web", optional: true } }],
    [{ name: "a", configMap: { name: "web", optional: true, defaultMode: 420 } }],
  ],
  [
    `${pod}.volumes`,
    [
      { name: "a", emptyDir: {} },
      { name: "b", emptyDir: {} },
    ],
    [
      { name: "b", emptyDir: {} },
      { name: "a", emptyDir: {} },
    ],
  ],
  [`${pod}.tolerations`, undefined, [{ key: "a", operator: "Exists" }]],
  [
    `${pod}.tolerations`,
    [
      { key: "a", operator: "Exists" },
      { key: "b", operator: "Exists" },
    ],
    [
      { key: "b", operator: "Exists" },
      { key: "a", operator: "Exists" },
    ],
  ],
  [`${pod}.nodeSelector`, undefined, { "kubernetes.io/os": "linux" }],
  [`${pod}.serviceAccountName`, undefined, "default"],
  [`${pod}.enableServiceLinks`, undefined, false],
  [`${pod}.automountServiceAccountToken`, undefined, false],
  [`${pod}.hostAliases`, [{ ip: "10.0.0.1", hostnames: ["a"] }], [{ ip: "10.0.0.1", hostnames: ["b"] }]],
  [`${pod}.initContainers`, undefined, [{ name: "proxy", image: "proxy:1", restartPolicy: "Always" }]],
  ["spec.template.metadata.annotations", undefined, { hash: "1" }],
  ["spec.template.metadata.labels", { app: "web" }, { app: "web", tier: "front" }],
  ["spec.template.metadata.labels", { app: "web", tier: "front" }, { app: "web" }],
  ["metadata.labels", undefined, { team: "shop" }],
  ["metadata.annotations", { a: "1" }, undefined],
];

const nodeAffinity = (key: string) => ({ required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: "Exists" }] }] } });
const changes: Readonly<Record<keyof typeof objects, readonly Change[]>> = {
  Deployment: [
    ...podChanges,
    ["spec.replicas", 2, 3],
    ["spec.replicas", 2, 1],
    ["spec.replicas", 2, undefined],
    ["spec.replicas", 1, undefined],
    ["spec.replicas", 2, 0],
    ["spec.selector.matchLabels", { app: "web" }, { app: "web", tier: "front" }],
    ["spec.strategy", undefined, { type: "RollingUpdate" }],
    ["spec.strategy", undefined, { rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } }],
    ["spec.strategy", { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }, undefined],
    ["spec.strategy", { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }, { rollingUpdate: { maxUnavailable: 0 } }],
    ["spec.strategy", undefined, { type: "Recreate" }],
    ["spec.strategy", { type: "RollingUpdate" }, { type: "Recreate" }],
    ["spec.strategy", { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } }, { type: "Recreate" }],
    ["spec.strategy", { type: "Recreate" }, { type: "RollingUpdate" }],
    ["spec.strategy", { type: "Recreate" }, undefined],
    ["spec.paused", undefined, true],
    ["spec.paused", undefined, false],
    ["spec.revisionHistoryLimit", undefined, 10],
    ["spec.revisionHistoryLimit", undefined, 3],
    ["spec.progressDeadlineSeconds", undefined, 600],
    ["spec.minReadySeconds", undefined, 1],
  ],
  StatefulSet: [
    ...podChanges,
    ["spec.replicas", 2, 3],
    ["spec.replicas", 2, undefined],
    ["spec.serviceName", "web", "other"],
    ["spec.podManagementPolicy", undefined, "OrderedReady"],
    ["spec.podManagementPolicy", undefined, "Parallel"],
    ["spec.updateStrategy", undefined, { type: "RollingUpdate", rollingUpdate: { partition: 0 } }],
    ["spec.updateStrategy", undefined, { type: "OnDelete" }],
    ["spec.updateStrategy", { type: "OnDelete" }, undefined],
    ["spec.selector.matchLabels", { app: "web" }, { app: "web", tier: "front" }],
    ["spec.revisionHistoryLimit", undefined, 3],
    ["spec.minReadySeconds", undefined, 1],
    ["spec.ordinals", undefined, { start: 1 }],
    ["spec.persistentVolumeClaimRetentionPolicy", undefined, { whenDeleted: "Delete" }],
    [
      "spec.volumeClaimTemplates",
      undefined,
      [{ metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } }],
    ],
  ],
  DaemonSet: [
    ...podChanges,
    ["spec.updateStrategy", undefined, { type: "OnDelete" }],
    ["spec.updateStrategy", undefined, { rollingUpdate: { maxUnavailable: 1 } }],
    ["spec.updateStrategy", undefined, { rollingUpdate: { maxUnavailable: 2 } }],
    ["spec.revisionHistoryLimit", undefined, 10],
    ["spec.minReadySeconds", undefined, 1],
    ["spec.selector.matchLabels", { app: "web" }, { app: "web", tier: "front" }],
  ],
  ReplicaSet: [
    [`${web}.image`, "web:1", "web:2"],
    ["spec.replicas", 2, 3],
    ["spec.replicas", 2, undefined],
    ["spec.selector.matchLabels", { app: "web" }, { app: "web", tier: "front" }],
    ["spec.minReadySeconds", undefined, 1],
  ],
  ReplicationController: [
    [`${web}.image`, "web:1", "web:2"],
    ["spec.replicas", 2, 1],
  ],
  Pod: [
    ["spec.containers.0.image", "web:1", "web:2"],
    ["spec.initContainers", [{ name: "init", image: "web:1" }], [{ name: "init", image: "web:2" }]],
    ["spec.containers.0.env", undefined, [{ name: "A", value: "1" }]],
    ["spec.containers.0.resources.requests.cpu", "100m", "200m"],
    ["spec.tolerations", undefined, [{ key: "a", operator: "Exists" }]],
    ["spec.nodeSelector", undefined, { "kubernetes.io/os": "linux" }],
    ["spec.terminationGracePeriodSeconds", undefined, 30],
    ["spec.activeDeadlineSeconds", undefined, 600],
    ["metadata.labels", undefined, { team: "shop" }],
  ],
  Job: [
    [`${web}.image`, "web:1", "web:2"],
    [`${pod}.nodeSelector`, undefined, { "kubernetes.io/os": "linux" }],
    [`${pod}.tolerations`, undefined, [{ key: "a", operator: "Exists" }]],
    ["spec.template.metadata.annotations", undefined, { a: "1" }],
    ["spec.parallelism", undefined, 1],
    ["spec.completions", undefined, 1],
    ["spec.completions", undefined, 2],
    ["spec.completionMode", undefined, "NonIndexed"],
    ["spec.backoffLimit", undefined, 6],
    ["spec.backoffLimit", undefined, 3],
    ["spec.activeDeadlineSeconds", undefined, 600],
    ["spec.ttlSecondsAfterFinished", undefined, 600],
    ["spec.selector", undefined, { matchLabels: { app: "web" } }],
    ["spec.completionMode", undefined, "Indexed"],
    ["spec.backoffLimitPerIndex", undefined, 1],
    ["spec.managedBy", undefined, "web.example/controller"],
    ["spec.successPolicy", undefined, { rules: [{ succeededCount: 1 }] }],
    ["spec.podFailurePolicy", undefined, { rules: [{ action: "FailJob", onExitCodes: { operator: "In", values: [1] } }] }],
    ["metadata.labels", undefined, { team: "shop" }],
  ],
  CronJob: [
    ["spec.schedule", "0 0 1 1 *", "0 0 2 1 *"],
    ["spec.concurrencyPolicy", undefined, "Allow"],
    ["spec.concurrencyPolicy", undefined, "Forbid"],
    ["spec.suspend", undefined, false],
    ["spec.suspend", undefined, true],
    ["spec.jobTemplate.spec.template.spec.containers.0.image", "web:1", "web:2"],
    ["spec.jobTemplate.spec.backoffLimit", undefined, 6],
    ["spec.successfulJobsHistoryLimit", undefined, 3],
    ["spec.failedJobsHistoryLimit", undefined, 2],
  ],
  Service: [
    ["spec.type", undefined, "ClusterIP"],
    ["spec.type", undefined, "NodePort"],
    ["spec.type", "NodePort", undefined],
    ["spec.type", "LoadBalancer", "ClusterIP"],
    ["spec.type", undefined, "LoadBalancer"],
    ["spec.clusterIP", "None", undefined],
    ["spec.clusterIP", undefined, "None"],
    ["spec.selector", { app: "web" }, { app: "other" }],
    ["spec.selector", { app: "web", tier: "front" }, { app: "web" }],
    ["spec.ports", [{ name: "http", port: 80 }], [{ name: "http", port: 81 }]],
    ["spec.ports", [{ name: "http", port: 80 }], [{ name: "http", port: 80, targetPort: 80, protocol: "TCP" }]],
    ["spec.ports", [{ name: "http", port: 80, targetPort: 8080 }], [{ name: "http", port: 80 }]],
    [
      "spec.ports",
      [
        { name: "http", port: 80 },
        { name: "admin", port: 81 },
      ],
      [
        { name: "admin", port: 81 },
        { name: "http", port: 80 },
      ],
    ],
    ["spec.ports", [{ name: "http", port: 80 }], [{ name: "web", port: 80 }]],
    ["spec.sessionAffinity", undefined, "None"],
    ["spec.sessionAffinity", undefined, "ClientIP"],
    ["spec.sessionAffinity", "ClientIP", "None"],
    ["spec.internalTrafficPolicy", undefined, "Cluster"],
    ["spec.internalTrafficPolicy", undefined, "Local"],
    ["spec.externalTrafficPolicy", undefined, "Cluster"],
    ["spec.trafficDistribution", undefined, "PreferClose"],
    ["spec.publishNotReadyAddresses", undefined, true],
    ["spec.externalName", undefined, "a.example"],
    ["spec.ipFamilies", undefined, ["IPv4"]],
    ["spec.ipFamilies", undefined, ["IPv6"]],
    ["metadata.annotations", undefined, { a: "1" }],
  ],
  ConfigMap: [
    ["data.a", "1", "2"],
    ["data", { a: "1" }, {}],
    ["data", {}, undefined],
    ["binaryData", undefined, { b: "MQ==" }],
    ["immutable", undefined, true],
    ["immutable", true, false],
    ["immutable", true, undefined],
    ["immutable", undefined, false],
  ],
  Secret: [
    ["stringData.a", "1", "2"],
    ["type", "Opaque", undefined],
    ["type", "Opaque", "example/other"],
    ["immutable", undefined, true],
    ["immutable", true, undefined],
  ],
  PersistentVolumeClaim: [
    ["spec.resources.requests.storage", "2Gi", "1Gi"],
    ["spec.resources.requests.storage", "2Gi", "2048Mi"],
    ["spec.volumeMode", undefined, "Filesystem"],
    ["spec.storageClassName", "fixed", undefined],
    ["spec.accessModes", ["ReadWriteOnce"], ["ReadWriteMany"]],
    ["metadata.labels", undefined, { team: "shop" }],
  ],
  ServiceAccount: [
    ["automountServiceAccountToken", undefined, false],
    ["imagePullSecrets", undefined, [{ name: "a" }]],
    ["metadata.annotations", undefined, { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/web" }],
  ],
  Role: [
    ["rules.0.verbs", ["get"], ["get", "list"]],
    ["rules.0.verbs", ["get", "list"], ["list", "get"]],
  ],
  RoleBinding: [
    ["roleRef.name", "web", "other"],
    ["roleRef.apiGroup", "rbac.authorization.k8s.io", undefined],
    ["subjects", [{ kind: "ServiceAccount", name: "web" }], [{ kind: "User", name: "someone" }]],
    ["subjects", [{ kind: "User", name: "someone" }], [{ kind: "User", name: "someone", apiGroup: "rbac.authorization.k8s.io" }]],
  ],
  Ingress: [
    ["spec.ingressClassName", undefined, "nginx"],
    ["spec.rules.0.host", "web.example", "www.web.example"],
    ["spec.rules.0.http.paths.0.path", "/", "/web"],
    ["spec.tls", undefined, [{ hosts: ["web.example"], secretName: "web" }]],
    ["spec.defaultBackend", undefined, { service: { name: "web", port: { number: 80 } } }],
  ],
  NetworkPolicy: [
    ["spec.policyTypes", undefined, ["Ingress"]],
    ["spec.policyTypes", undefined, ["Ingress", "Egress"]],
    ["spec.ingress", [{ ports: [{ port: 80 }] }], [{ ports: [{ port: 80, protocol: "TCP" }] }]],
    ["spec.ingress", [{ ports: [{ port: 80 }] }], []],
    ["spec.ingress", [], undefined],
    ["spec.podSelector", {}, { matchLabels: { app: "web" } }],
  ],
  PodDisruptionBudget: [
    ["spec.minAvailable", 1, 2],
    ["spec.minAvailable", 1, "50%"],
    ["spec.selector.matchLabels", { app: "web" }, { app: "other" }],
    ["spec.unhealthyPodEvictionPolicy", undefined, "AlwaysAllow"],
  ],
  HorizontalPodAutoscaler: [
    ["spec.maxReplicas", 4, 5],
    ["spec.metrics", undefined, [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } }]],
    ["spec.metrics", undefined, [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } }]],
    ["spec.behavior", undefined, { scaleDown: { stabilizationWindowSeconds: 60 } }],
    [
      "spec.behavior",
      { scaleDown: { stabilizationWindowSeconds: 60 } },
      { scaleDown: { stabilizationWindowSeconds: 60, selectPolicy: "Max" } },
    ],
  ],
  Namespace: [
    ["metadata.labels", undefined, { team: "shop" }],
    ["metadata.annotations", undefined, { a: "1" }],
  ],
  ClusterRole: [["aggregationRule.clusterRoleSelectors.0.matchLabels", { a: "1" }, { a: "2" }]],
  CustomResourceDefinition: [
    ["spec.scope", "Namespaced", "Cluster"],
    ["spec.group", "web.example", "other.example"],
    ["spec.names.kind", "Web", "Webb"],
    ["spec.names.shortNames", undefined, ["w"]],
    ["spec.versions.0.schema.openAPIV3Schema.properties.spec.properties", undefined, { a: { type: "string" } }],
  ],
  PriorityClass: [
    ["value", 10, 20],
    ["preemptionPolicy", undefined, "PreemptLowerPriority"],
    ["preemptionPolicy", undefined, "Never"],
    ["globalDefault", undefined, false],
    ["globalDefault", undefined, true],
    ["description", undefined, "for the web"],
  ],
  RuntimeClass: [["handler", "a", "b"]],
  ValidatingWebhookConfiguration: [
    ["webhooks.0.timeoutSeconds", undefined, 10],
    ["webhooks.0.timeoutSeconds", undefined, 5],
    ["webhooks.0.failurePolicy", "Ignore", "Fail"],
    ["webhooks.0.matchPolicy", undefined, "Equivalent"],
  ],
  IngressClass: [
    ["spec.controller", "web.example/a", "web.example/b"],
    ["spec.parameters", undefined, { apiGroup: "web.example", kind: "Web", name: "a" }],
  ],
  StorageClass: [
    ["provisioner", "web.example/a", "web.example/b"],
    ["parameters", undefined, { a: "1" }],
    ["reclaimPolicy", undefined, "Delete"],
    ["reclaimPolicy", undefined, "Retain"],
    ["volumeBindingMode", undefined, "WaitForFirstConsumer"],
    ["allowVolumeExpansion", undefined, true],
    ["mountOptions", undefined, ["ro"]],
  ],
  PersistentVolume: [
    ["spec.persistentVolumeReclaimPolicy", undefined, "Retain"],
    ["spec.persistentVolumeReclaimPolicy", undefined, "Delete"],
    ["spec.capacity.storage", "1Gi", "2Gi"],
    ["spec.accessModes", ["ReadWriteOnce"], ["ReadWriteMany"]],
    ["spec.mountOptions", undefined, ["ro"]],
    ["spec.storageClassName", "none", "other"],
    ["spec.claimRef", undefined, { namespace: "nowhere", name: "nothing" }],
    ["spec.nodeAffinity", nodeAffinity("a"), nodeAffinity("b")],
    ["spec.nodeAffinity", undefined, nodeAffinity("a")],
    ["spec.nfs.path", "/", "/other"],
  ],
  ExternalSecret: [
    ["spec.target.name", "web", "other"],
    ["spec.refreshInterval", undefined, "1h"],
    ["spec.data.0.remoteRef.key", "web", "other"],
  ],
  Application: [
    ["spec.destination.namespace", "web", "other"],
    ["spec.source.path", "web", "other"],
    ["spec.sources", undefined, [{ repoURL: "https://git.example/web.git", path: "web" }]],
    ["spec.project", "web", "other"],
    ["spec.syncPolicy.automated", { prune: true, selfHeal: true }, { prune: false, selfHeal: true }],
    ["spec.syncPolicy.syncOptions", undefined, ["ServerSideApply=true"]],
    ["spec.ignoreDifferences", undefined, [{ group: "apps", kind: "Deployment", jsonPointers: ["/spec/replicas"] }]],
    ["spec.revisionHistoryLimit", undefined, 3],
    ["metadata.finalizers", undefined, ["resources-finalizer.argocd.argoproj.io"]],
  ],
  AppProject: [["spec.sourceRepos", ["https://git.example/web.git"], ["https://git.example/other.git"]]],
  ResourceQuota: [
    ["spec.hard.pods", "10", "20"],
    ["spec.scopes", undefined, ["BestEffort"]],
  ],
  LimitRange: [
    ["spec.limits.0.default.cpu", "1", "2"],
    ["spec.limits.0.defaultRequest", undefined, { cpu: "1" }],
  ],
};

/** A claim with a volume it is bound to, of a class that lets claims grow or doesn't. */
function boundClaim(allowVolumeExpansion: boolean): readonly KubernetesObject[] {
  const storageClassName = allowVolumeExpansion ? "web-growing" : "web-fixed";
  const classOfIt = { ...objects.StorageClass, metadata: { name: storageClassName }, allowVolumeExpansion };
  const volume = set(withSpec(objects.PersistentVolume, { storageClassName }), "spec.capacity.storage", "2Gi");
  return [withSpec(objects.PersistentVolumeClaim, { storageClassName }), volume, classOfIt as unknown as KubernetesObject];
}

const bound: readonly ObjectPair[] = [true, false].map((grows) => {
  const [claim, ...others] = boundClaim(grows) as [KubernetesObject, ...KubernetesObject[]];
  return {
    what: `PersistentVolumeClaim: bound, a larger request of a class that ${grows ? "allows" : "doesn't allow"} it`,
    before: [claim, ...others],
    after: [set(claim, "spec.resources.requests.storage", "3Gi"), ...others],
  };
});

const { nfs: _nfs, ...ofNoKind } = objects.PersistentVolume.spec as Record<string, unknown>;
const csi = {
  ...objects.PersistentVolume,
  spec: { ...ofNoKind, csi: { driver: "web.example", volumeHandle: "a" } },
} as unknown as KubernetesObject;

/** Changes that need more than a field, or something beside the object. */
const special: readonly ObjectPair[] = [
  ...(
    [
      ["one pod that can't surge", { replicas: 1, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } }],
      ["one pod that can surge", { replicas: 1 }],
      ["all pods may go", { replicas: 2, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: "100%" } } }],
      ["one of two may go", { replicas: 2, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } }],
      ["none may go", { replicas: 2, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }],
      ["Recreate", { replicas: 2, strategy: { type: "Recreate" } }],
      ["paused", { replicas: 2, paused: true }],
      ["no pods", { replicas: 0 }],
    ] as const
  ).map(([what, spec]) => newImage(`Deployment: a new image where ${what}`, objects.Deployment, spec)),
  ...(
    [
      ["there is one pod", { replicas: 1 }],
      ["OnDelete", { replicas: 2, updateStrategy: { type: "OnDelete" } }],
      ["a partition spares all", { replicas: 2, updateStrategy: { rollingUpdate: { partition: 2 } } }],
      ["a partition spares one", { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } }],
      ["there are no pods", { replicas: 0 }],
      ["pods start in parallel", { replicas: 2, podManagementPolicy: "Parallel" }],
    ] as const
  ).map(([what, spec]) => newImage(`StatefulSet: a new image where ${what}`, objects.StatefulSet, spec)),
  ...(
    [
      ["OnDelete", { updateStrategy: { type: "OnDelete" } }],
      ["all may go", { updateStrategy: { rollingUpdate: { maxUnavailable: "100%" } } }],
      ["new ones come first", { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }],
    ] as const
  ).map(([what, spec]) => newImage(`DaemonSet: a new image where ${what}`, objects.DaemonSet, spec)),
  {
    what: "Deployment: an image and the strategy at once",
    before: [withSpec(objects.Deployment, { strategy: { type: "Recreate" } })],
    after: [set(withSpec(objects.Deployment, {}), `${web}.image`, "web:2")],
  },
  {
    what: "HorizontalPodAutoscaler: more at least",
    before: [objects.HorizontalPodAutoscaler, objects.Deployment],
    after: [set(objects.HorizontalPodAutoscaler, "spec.minReplicas", 3), objects.Deployment],
  },
  {
    what: "HorizontalPodAutoscaler: fewer at least",
    before: [objects.HorizontalPodAutoscaler, objects.Deployment],
    after: [set(objects.HorizontalPodAutoscaler, "spec.minReplicas", 1), objects.Deployment],
  },
  {
    what: "HorizontalPodAutoscaler: another workload",
    before: [
      objects.HorizontalPodAutoscaler,
      objects.Deployment,
      withSpec({ ...objects.StatefulSet, metadata: { name: "other" } }, { replicas: 1 }),
    ],
    after: [
      set(objects.HorizontalPodAutoscaler, "spec.scaleTargetRef", { apiVersion: "apps/v1", kind: "StatefulSet", name: "other" }),
      objects.Deployment,
      withSpec({ ...objects.StatefulSet, metadata: { name: "other" } }, { replicas: 1 }),
    ],
  },
  {
    what: "Service: the class of a load balancer",
    before: [withSpec(objects.Service, { type: "LoadBalancer", loadBalancerClass: "web.example/a" })],
    after: [withSpec(objects.Service, { type: "LoadBalancer", loadBalancerClass: "web.example/b" })],
  },
  {
    what: "Service: the port of a load balancer's health check",
    before: [withSpec(objects.Service, { type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort: 31000 })],
    after: [withSpec(objects.Service, { type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort: 31001 })],
  },
  {
    what: "Service: its addresses",
    before: [withSpec(objects.Service, { clusterIP: "10.0.77.1", clusterIPs: ["10.0.77.1"] })],
    after: [withSpec(objects.Service, { clusterIP: "10.0.77.2", clusterIPs: ["10.0.77.2"] })],
  },
  {
    what: "PersistentVolume: other attributes",
    before: [csi],
    after: [set(csi, "spec.volumeAttributesClassName", "fast")],
  },
  {
    what: "PersistentVolumeClaim: bound, other attributes",
    before: boundClaim(true),
    after: [set(boundClaim(true)[0] as KubernetesObject, "spec.volumeAttributesClassName", "fast"), ...boundClaim(true).slice(1)],
  },
  {
    what: "Job: its number of pods, running",
    before: [withSpec(objects.Job, { suspend: false, parallelism: 1, completions: 5, template: running })],
    after: [withSpec(objects.Job, { suspend: false, parallelism: 2, completions: 5, template: running })],
  },
  {
    what: "Job: suspended",
    before: [withSpec(objects.Job, { suspend: false, template: running })],
    after: [withSpec(objects.Job, { suspend: true, template: running })],
  },
  {
    what: "Job: a place for its pods while it runs",
    before: [withSpec(objects.Job, { suspend: false, template: running })],
    after: [set(withSpec(objects.Job, { suspend: false, template: running }), `${pod}.nodeSelector`, { "kubernetes.io/os": "linux" })],
  },
  ...(
    ["Deployment", "StatefulSet", "DaemonSet", "Service", "ConfigMap", "Secret", "Ingress", "NetworkPolicy", "Role", "CronJob"] as const
  ).map((kind): ObjectPair => ({ what: `${kind}: removed`, before: [objects[kind]], after: [] })),
];

function newImage(what: string, object: KubernetesObject, spec: object): ObjectPair {
  const before = withSpec(object, spec);
  return { what, before: [before], after: [set(before, `${web}.image`, "web:2")] };
}

function withSpec(object: KubernetesObject, spec: object): KubernetesObject {
  return { ...object, spec: { ...(object.spec as object), ...spec } } as KubernetesObject;
}

/** A copy with one field set; undefined takes it out. */
function set(object: KubernetesObject, path: string, value: unknown): KubernetesObject {
  const copy = structuredClone(object) as unknown as Record<string, unknown>;
  const keys = path.split(".");
  const last = keys.pop() as string;
  let at = copy;
  for (const key of keys) {
    at[key] ??= {};
    at = at[key] as Record<string, unknown>;
  }
  if (value === undefined) delete at[last];
  else at[last] = structuredClone(value);
  return copy as unknown as KubernetesObject;
}

/** Every pair, each about one object. */
export const pairs: readonly ObjectPair[] = [
  ...Object.entries(changes).flatMap(([kind, all]) =>
    all.map(([path, before, after]): ObjectPair => {
      const object = objects[kind as keyof typeof objects];
      return {
        what: `${kind}: ${path} ${JSON.stringify(before) ?? "absent"} -> ${JSON.stringify(after) ?? "absent"}`,
        before: [set(object, path, before)],
        after: [set(object, path, after)],
      };
    }),
  ),
  ...special,
  ...bound,
  ...rolloutPairs,
  ...upgradePairs,
];
