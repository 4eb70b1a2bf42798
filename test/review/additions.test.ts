import { review, treeOf } from "../../lib/review/index.ts";
import { deployment } from "./runbook-objects.ts";

const object = (apiVersion: string, kind: string, rest: object) => ({
  apiVersion,
  kind,
  metadata: { name: "web", namespace: "shop" },
  ...rest,
});
const added = (object: object) => {
  const tree = (...items: object[]) => treeOf(new Map([["a.json", JSON.stringify({ kind: "List", items })]]), "test");
  const { changes } = review(tree(deployment()), tree(deployment(), object), { kubernetes: "1.34" });
  return changes.map(({ impact, reason }) => `${impact}: ${reason}`);
};
const policy = (spec: object) => object("networking.k8s.io/v1", "NetworkPolicy", { spec: { podSelector: {}, ...spec } });
const quota = (hard: object) => object("v1", "ResourceQuota", { spec: { hard } });
const once = { spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "web", image: "web:1" }] } } } };
const cronJob = (more: object) => object("batch/v1", "CronJob", { spec: { schedule: "0 0 1 1 *", jobTemplate: once, ...more } });
const budget = (spec: object) =>
  object("policy/v1", "PodDisruptionBudget", { spec: { selector: { matchLabels: { app: "web" } }, ...spec } });
const admission = (kind: string, rest: object) => ({ ...object("admissionregistration.k8s.io/v1", kind, rest), metadata: { name: "web" } });
const webhook = (kind: string, failurePolicy: string) =>
  admission(kind, {
    webhooks: [
      {
        name: "web.example.com",
        clientConfig: { url: "https://web.example/validate" },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        failurePolicy,
      },
    ],
  });
const binding = (...validationActions: string[]) =>
  admission("ValidatingAdmissionPolicyBinding", { spec: { policyName: "web", validationActions } });

test.each<readonly [what: string, object: object, reason: string]>([
  [
    "a policy of both directions",
    policy({ policyTypes: ["Ingress", "Egress"] }),
    "traffic of the pods it selects is cut at once to what it, or another policy, permits",
  ],
  [
    "a policy that names no direction",
    policy({}),
    "incoming traffic of the pods it selects is cut at once to what it, or another policy, permits",
  ],
  [
    "a policy with rules for what goes out",
    policy({ egress: [] }),
    "traffic of the pods it selects is cut at once to what it, or another policy, permits",
  ],
  [
    "a policy of what goes out",
    policy({ policyTypes: ["Egress"] }),
    "outgoing traffic of the pods it selects is cut at once to what it, or another policy, permits",
  ],
  ["a quota of pods", quota({ pods: "4" }), "pods past it are refused from now on, also in rollouts"],
  [
    "a quota of what pods request",
    quota({ "requests.cpu": "4", pods: "9" }),
    "pods past it, and pods that don't set requests.cpu, are refused from now on, also in rollouts",
  ],
  ["a quota of other objects", quota({ "requests.storage": "1Gi", "count/services": "2" }), "objects past it are refused from now on"],
  [
    "a LimitRange",
    object("v1", "LimitRange", { spec: { limits: [{ type: "Container", max: { cpu: "1" } }] } }),
    "new pods get its defaults, and those past its bounds are refused; running pods stay",
  ],
  ["a CronJob", cronJob({}), "its Jobs start by its schedule"],
  ["a CronJob that is suspended", cronJob({ suspend: true }), "it is suspended: no Job starts until that changes"],
  ["a budget of all pods", budget({ minAvailable: 2 }), "it lets no pod be evicted: minAvailable is 2 of 2 pods"],
  ["a budget with room", budget({ minAvailable: 1 }), "drains of nodes evict no more of its pods at a time than it allows"],
  [
    "a webhook that refuses",
    webhook("ValidatingWebhookConfiguration", "Fail"),
    "it is asked about writes to the cluster from now on, and can refuse them; while it doesn't answer they are refused: failurePolicy is Fail",
  ],
  [
    "a webhook that changes",
    webhook("MutatingWebhookConfiguration", "Ignore"),
    "it is asked about writes to the cluster from now on, and can change or refuse them",
  ],
  [
    "a policy of admission",
    admission("ValidatingAdmissionPolicy", { spec: { validations: [{ expression: "true" }] } }),
    "it can refuse writes to the cluster as soon as a binding names it",
  ],
  [
    "a binding that denies",
    binding("Deny"),
    "writes that its policy doesn't allow are refused from now on, those of running controllers among them",
  ],
  ["a binding that warns", binding("Warn"), "its policy judges writes from now on, and refuses none: validationActions has no Deny"],
  ["what no table knows to act", object("v1", "ConfigMap", {}), "ConfigMap web is created; no pod is replaced"],
])("%s says what it does from now on", (_what, object, reason) => {
  expect(added(object)).toEqual([`in-place: ${reason}`]);
});
