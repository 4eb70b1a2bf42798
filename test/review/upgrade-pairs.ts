import type { KubernetesObject } from "slipway";
import type { ObjectPair } from "./pairs.ts";

const object = (apiVersion: string, kind: string, rest: object, metadata: object = {}) =>
  ({ apiVersion, kind, metadata: { name: "web", ...metadata }, ...rest }) as unknown as KubernetesObject;

const selector = { matchLabels: { app: "web" } };
const deployment = (container: object = {}, metadata: object = {}, rest: object = {}) =>
  object(
    "apps/v1",
    "Deployment",
    {
      spec: {
        replicas: 2,
        selector,
        template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "web:1", ...container }] } },
      },
      ...rest,
    },
    metadata,
  );
const configMap = (metadata: object) => object("v1", "ConfigMap", { data: { a: "1" } }, metadata);

/** What an exported manifest says of the live object, and lists that charts print: the server takes some and refuses others. */
const exported: readonly (readonly [what: string, before: KubernetesObject, after: KubernetesObject])[] = [
  ["ConfigMap: exported with creationTimestamp", configMap({}), configMap({ creationTimestamp: "2020-01-01T00:00:00Z" })],
  ["ConfigMap: exported with generation and selfLink", configMap({}), configMap({ generation: 3, selfLink: "/a" })],
  ["ConfigMap: exported with resourceVersion", configMap({}), configMap({ resourceVersion: "1" })],
  ["ConfigMap: exported with uid", configMap({}), configMap({ uid: "6f0c4e2e-0000-0000-0000-000000000000" })],
  ["ConfigMap: exported with managedFields", configMap({}), configMap({ managedFields: [] })],
  ["Deployment: exported with status", deployment(), deployment({}, {}, { status: { replicas: 3 } })],
  ["Deployment: env of null", deployment({ env: [] }), deployment({ env: null, envFrom: null, ports: null })],
  ["Deployment: labels of null", deployment(), deployment({}, { labels: null, annotations: null })],
];

const capable = (name: string) => deployment({ securityContext: { allowPrivilegeEscalation: false, capabilities: { add: [name] } } });
const mode = { name: "MODE", value: "a" };
const lists: readonly (readonly [what: string, before: KubernetesObject, after: KubernetesObject])[] = [
  ["Deployment: a variable twice", deployment({ env: [mode] }), deployment({ env: [mode, { ...mode, value: "b" }] })],
  ["Deployment: the same variable twice", deployment({ env: [mode] }), deployment({ env: [mode, mode] })],
  [
    "Deployment: a port twice",
    deployment({ ports: [{ containerPort: 80 }] }),
    deployment({ ports: [{ containerPort: 80 }, { containerPort: 80, name: "http" }] }),
  ],
  ["Deployment: SYS_ADMIN without escalation", deployment(), capable("SYS_ADMIN")],
  ["Deployment: CAP_SYS_ADMIN without escalation", deployment(), capable("CAP_SYS_ADMIN")],
];

const limits = (more: object) => object("v1", "LimitRange", { spec: { limits: [{ type: "Container", max: { cpu: "2" }, ...more }] } });
const secret = (value: string) => object("v1", "Secret", { data: { a: value } });
const claims = (storage: string) =>
  object("apps/v1", "StatefulSet", {
    spec: {
      replicas: 0,
      serviceName: "web",
      selector,
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "web:1" }] } },
      volumeClaimTemplates: [
        { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } } },
      ],
    },
  });
const barePod = (resources: object) => object("v1", "Pod", { spec: { containers: [{ name: "web", image: "web:1", resources }] } });
const autoscaler = (apiVersion: string, spec: object) =>
  object(apiVersion, "HorizontalPodAutoscaler", {
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, minReplicas: 1, maxReplicas: 3, ...spec },
  });
const cpu = (averageUtilization: number) => [
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } },
];

/** Values that the server stores in another form than they are written in. */
const normalised: readonly (readonly [what: string, before: KubernetesObject, after: KubernetesObject])[] = [
  ["LimitRange: defaults written out", limits({}), limits({ default: { cpu: "2" }, defaultRequest: { cpu: "2" } })],
  ["LimitRange: other defaults", limits({}), limits({ default: { cpu: "1" } })],
  ["Secret: base64 in lines", secret("aGVsbG8gd29ybGQ="), secret("aGVsbG8g\nd29ybGQ=\n")],
  ["StatefulSet: the same storage in another unit", claims("1024Mi"), claims("1Gi")],
  ["StatefulSet: other storage", claims("1Gi"), claims("2Gi")],
  ["Pod: requests written out", barePod({ limits: { cpu: "1" } }), barePod({ limits: { cpu: "1" }, requests: { cpu: "1" } })],
  [
    "HorizontalPodAutoscaler: the same in a newer version",
    autoscaler("autoscaling/v1", { targetCPUUtilizationPercentage: 70 }),
    autoscaler("autoscaling/v2", { metrics: cpu(70) }),
  ],
  [
    "HorizontalPodAutoscaler: another target in a newer version",
    autoscaler("autoscaling/v1", { targetCPUUtilizationPercentage: 70 }),
    autoscaler("autoscaling/v2", { metrics: cpu(80) }),
  ],
];

type Schema = Readonly<Record<string, unknown>>;
const version = (name: string, properties: Schema, more: object = {}, rules: object = {}) => ({
  name,
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties, ...rules } } } },
  ...more,
});
const definition = (...versions: object[]) =>
  object(
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    { spec: { group: "web.example", scope: "Namespaced", names: { kind: "Web", plural: "webs" }, versions } },
    { name: "webs.web.example" },
  );
const size = { type: "integer" };
const owner = { type: "string" };
const ruled = (rule: string) => definition(version("v1", { size, owner }, {}, { "x-kubernetes-validations": [{ rule }] }));
const isOld = { storage: false };

/** What the server takes and refuses of a CRD that changes: of each refusal the nearest neighbour that isn't one. */
const definitions: readonly (readonly [what: string, after: KubernetesObject])[] = [
  ["the stored version is dropped", definition(version("v2", { size, owner }))],
  [
    "the stored version stays unserved",
    definition(version("v2", { size, owner }), version("v1", { size, owner }, { served: false, ...isOld })),
  ],
  ["two storage versions", definition(version("v1", { size, owner }), version("v2", { size, owner }))],
  ["a version is added", definition(version("v1", { size, owner }), version("v2", { size, owner }, isOld))],
  ["a field is dropped", definition(version("v1", { size }))],
  ["a field without a type", definition(version("v1", { size, owner: {} }))],
  ["a field of a number or text", definition(version("v1", { size, owner: { "x-kubernetes-int-or-string": true } }))],
  ["a list without items", definition(version("v1", { size, owner: { type: "array" } }))],
  ["a list of items", definition(version("v1", { size, owner: { type: "array", items: owner } }))],
  ["a list of unique items", definition(version("v1", { size, owner: { type: "array", items: owner, uniqueItems: true } }))],
  ["a list that is a set", definition(version("v1", { size, owner: { type: "array", items: owner, "x-kubernetes-list-type": "set" } }))],
  [
    "a map without keys",
    definition(version("v1", { size, owner: { type: "array", items: { type: "object" }, "x-kubernetes-list-type": "map" } })),
  ],
  ["a reference", definition(version("v1", { size, owner: { type: "string", $ref: "#/definitions/a" } }))],
  [
    "fields and free keys at once",
    definition(version("v1", { size, owner: { type: "object", properties: { a: owner }, additionalProperties: owner } })),
  ],
  ...["self.nope > 1", "has(self.nope)", "self.size >", "self.size > (1", "self.size.owner == 1", ""].map(
    (rule) => [`the rule "${rule}"`, ruled(rule)] as const,
  ),
  ...["self.size > 1", "has(self.owner)", "self.owner.size() > 1", "self.owner.matches('^self.nope$')", "self.size > oldSelf.size"].map(
    (rule) => [`the rule "${rule}"`, ruled(rule)] as const,
  ),
];

const policy = (expression: string, failurePolicy = "Ignore") =>
  object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", {
    spec: {
      failurePolicy,
      matchConstraints: {
        resourceRules: [{ apiGroups: ["web.example"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["webs"] }],
      },
      validations: [{ expression }],
    },
  });
const bindingOf = (...validationActions: string[]) =>
  object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", {
    spec: { policyName: "nowhere.example", validationActions },
  });
const apiService = (versionPriority: number) =>
  object(
    "apiregistration.k8s.io/v1",
    "APIService",
    { spec: { group: "web.example", version: "v1", groupPriorityMinimum: 1000, versionPriority } },
    { name: "v1.web.example" },
  );
const judging: readonly (readonly [what: string, before: KubernetesObject, after: KubernetesObject])[] = [
  ["ValidatingAdmissionPolicy: another rule", policy("true"), policy("object.metadata.name != 'a'")],
  ["ValidatingAdmissionPolicy: another failure policy", policy("true"), policy("true", "Fail")],
  ["ValidatingAdmissionPolicyBinding: other actions", bindingOf("Audit"), bindingOf("Deny")],
  ["APIService: another priority", apiService(10), apiService(20)],
];

/** Changes that real upgrades of charts and operators have. */
export const upgradePairs: readonly ObjectPair[] = [
  ...[...exported, ...lists, ...normalised, ...judging].map(([what, before, after]) => ({ what, before: [before], after: [after] })),
  ...definitions.map(([what, after]) => ({
    what: `CustomResourceDefinition: ${what}`,
    before: [definition(version("v1", { size, owner }))],
    after: [after],
  })),
];
