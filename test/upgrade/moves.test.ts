import { removalIn } from "../../lib/kubernetes/index.ts";
import type { KubernetesObject } from "../../lib/manifest/index.ts";
import { moveOf } from "../../lib/upgrade/moves.ts";

const objectOf = (apiVersion: string, kind: string, rest: object) =>
  ({ apiVersion, kind, metadata: { name: "a", namespace: "shop" }, ...rest }) as unknown as KubernetesObject;
const move = (object: KubernetesObject) => {
  const removal = removalIn("1.37", object.apiVersion, object.kind);
  if (removal === undefined) return "served";
  const found = moveOf(object, removal, "1.37");
  return "reason" in found ? found.reason : found.edits.map(({ steps, key, value }) => [steps.join("."), key, value].filter(Boolean));
};
const pod = { template: { metadata: { labels: { a: "a" } }, spec: { containers: [{ name: "a", image: "a:1" }] } } };
const webhook = {
  name: "a.example.com",
  clientConfig: { url: "https://a.example" },
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
  ...{ failurePolicy: "Fail", matchPolicy: "Exact", timeoutSeconds: 10 },
};
const target = { scaleTargetRef: { kind: "Deployment", name: "a" }, maxReplicas: 3 };

test.each<[string, KubernetesObject, unknown[]]>([
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
    "a role",
    objectOf("rbac.authorization.k8s.io/v1beta1", "Role", { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] }),
    [["apiVersion", "rbac.authorization.k8s.io/v1"]],
  ],
])("%s has one right answer", (_what, object, edits) => {
  expect(move(object)).toEqual(edits);
});

test.each<[string, KubernetesObject, string]>([
  ["a Deployment without a selector", objectOf("extensions/v1beta1", "Deployment", { spec: pod }), "spec.selector: is required"],
  [
    "an empty selector of a budget",
    objectOf("policy/v1beta1", "PodDisruptionBudget", { spec: { selector: { matchLabels: {} } } }),
    "its selector is empty",
  ],
  ["a PodSecurityPolicy", objectOf("policy/v1beta1", "PodSecurityPolicy", { spec: {} }), "nothing took its place"],
  [
    "metrics of v2beta1",
    objectOf("autoscaling/v2beta1", "HorizontalPodAutoscaler", {
      spec: { ...target, metrics: [{ type: "Resource", resource: { name: "cpu", targetAverageUtilization: 70 } }] },
    }),
    "spec.metrics[0].resource",
  ],
  [
    "webhooks that leave the failure policy to the server",
    objectOf("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration", {
      webhooks: [{ ...webhook, failurePolicy: undefined }],
    }),
    "webhooks[0].failurePolicy isn't given",
  ],
  ["a CRD", objectOf("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", { spec: {} }), "its fields are others"],
  ["a claim of 1.30", objectOf("resource.k8s.io/v1alpha2", "ResourceClaim", { spec: { resourceClassName: "gpu" } }), "spec"],
])("%s is for a person to decide", (_what, object, reason) => {
  expect(move(object)).toContain(reason);
});
