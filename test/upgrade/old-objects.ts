import type { KubernetesObject } from "../../lib/manifest/index.ts";

export const objectOf = (apiVersion: string, kind: string, rest: object) =>
  ({ apiVersion, kind, metadata: { name: "a", namespace: "shop" }, ...rest }) as unknown as KubernetesObject;
export const pod = { template: { metadata: { labels: { a: "a" } }, spec: { containers: [{ name: "a", image: "a:1" }] } } };
export const webhook = {
  name: "a.example.com",
  clientConfig: { url: "https://a.example" },
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
  ...{ failurePolicy: "Fail", matchPolicy: "Exact", timeoutSeconds: 10 },
};
export const target = { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "a" }, maxReplicas: 3 };

/** Objects of removed APIs that have one right answer: what they are, and the edits that move them, as `steps`, `key` and `value`. */
export const movable: readonly [what: string, object: KubernetesObject, edits: unknown[]][] = [
  [
    "a CronJob",
    objectOf("batch/v1beta1", "CronJob", {
      spec: {
        schedule: "* * * * *",
        jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "a:1" }] } } } },
      },
    }),
    [["apiVersion", "batch/v1"]],
  ],
  [
    "a Deployment with a selector",
    objectOf("apps/v1beta2", "Deployment", { spec: { selector: { matchLabels: { a: "a" } }, ...pod } }),
    [["apiVersion", "apps/v1"]],
  ],
  [
    "an autoscaler of v2beta2",
    objectOf("autoscaling/v2beta2", "HorizontalPodAutoscaler", { spec: target }),
    [["apiVersion", "autoscaling/v2"]],
  ],
  [
    "a budget with labels",
    objectOf("policy/v1beta1", "PodDisruptionBudget", { spec: { minAvailable: 1, selector: { matchLabels: { a: "a" } } } }),
    [["apiVersion", "policy/v1"]],
  ],
  [
    "a priority level",
    objectOf("flowcontrol.apiserver.k8s.io/v1beta2", "PriorityLevelConfiguration", {
      spec: { type: "Limited", limited: { assuredConcurrencyShares: 5, limitResponse: { type: "Reject" } } },
    }),
    [
      ["apiVersion", "flowcontrol.apiserver.k8s.io/v1"],
      ["spec.limited.assuredConcurrencyShares", "nominalConcurrencyShares"],
    ],
  ],
  [
    "webhooks that say all that v1 fills in otherwise",
    objectOf("admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration", { webhooks: [webhook] }),
    [["apiVersion", "admissionregistration.k8s.io/v1"]],
  ],
  [
    "a ServiceCIDR",
    objectOf("networking.k8s.io/v1beta1", "ServiceCIDR", { spec: { cidrs: ["10.0.0.0/16"] } }),
    [["apiVersion", "networking.k8s.io/v1"]],
  ],
  [
    "a ClusterTrustBundle",
    objectOf("certificates.k8s.io/v1alpha1", "ClusterTrustBundle", { spec: { trustBundle: "x" } }),
    [["apiVersion", "certificates.k8s.io/v1"]],
  ],
  [
    "an Ingress whose path has its type",
    objectOf("networking.k8s.io/v1beta1", "Ingress", {
      spec: {
        backend: { serviceName: "a", servicePort: "http" },
        rules: [{ http: { paths: [{ path: "/", pathType: "Prefix", backend: { serviceName: "a", servicePort: 80 } }] } }],
      },
    }),
    [
      ["apiVersion", "networking.k8s.io/v1"],
      ["spec.backend", "defaultBackend", { service: { name: "a", port: { name: "http" } } }],
      ["spec.rules.0.http.paths.0.backend", { service: { name: "a", port: { number: 80 } } }],
    ],
  ],
  [
    "a role",
    objectOf("rbac.authorization.k8s.io/v1beta1", "Role", { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] }),
    [["apiVersion", "rbac.authorization.k8s.io/v1"]],
  ],
];
