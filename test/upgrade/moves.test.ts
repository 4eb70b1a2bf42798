import { removalIn } from "../../lib/kubernetes/index.ts";
import type { KubernetesObject } from "../../lib/manifest/index.ts";
import { moveOf } from "../../lib/upgrade/moves.ts";
import { movable, objectOf, pod, target, webhook } from "./old-objects.ts";

const move = (object: KubernetesObject) => {
  const removal = removalIn("1.37", object.apiVersion, object.kind);
  if (removal === undefined) return "served";
  const found = moveOf(object, removal, "1.37");
  return "reason" in found ? found.reason : found.edits.map(({ steps, key, value }) => [steps.join("."), key, value].filter(Boolean));
};
test.each(movable)("%s has one right answer", (_what, object, edits) => {
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
