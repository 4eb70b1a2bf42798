import { Selectors } from "../../lib/import/selectors.ts";

const object = (apiVersion: string, kind: string, spec: object) => ({ apiVersion, kind, metadata: { name: "x", namespace: "shop" }, spec });
const labels = { matchLabels: { app: "web" } };

/** Whether the label `app: web` changes what selects an object of a kind. */
const isTouched = (kind: string, before: Record<string, string>, ...objects: ReturnType<typeof object>[]) =>
  new Selectors(objects).isTouched(kind, before, "app", "web");

test.each<[string, ReturnType<typeof object>]>([
  ["a Service", object("v1", "Service", { selector: { app: "web" } })],
  ["a Deployment", object("apps/v1", "Deployment", { selector: labels, template: { metadata: { labels: { app: "web" } } } })],
  [
    "a network policy",
    object("networking.k8s.io/v1", "NetworkPolicy", { podSelector: labels, ingress: [{ from: [{ podSelector: labels }] }] }),
  ],
  ["a budget", object("policy/v1", "PodDisruptionBudget", { selector: labels })],
  ["a claim, for volumes", object("v1", "PersistentVolumeClaim", { selector: labels })],
  ["a PodMonitor", object("monitoring.coreos.com/v1", "PodMonitor", { selector: labels })],
  ["a policy of Istio", object("security.istio.io/v1", "AuthorizationPolicy", { selector: labels })],
  ["a policy of Cilium", object("cilium.io/v2", "CiliumNetworkPolicy", { endpointSelector: labels })],
  [
    "a Rollout, for its own pods",
    object("argoproj.io/v1alpha1", "Rollout", { selector: labels, template: { metadata: { labels: { app: "web" } } } }),
  ],
  ["a custom resource, for namespaces", object("example.org/v1", "Share", { namespaceSelector: labels })],
  ["a custom resource, by another label", object("example.org/v1", "Share", { selector: { matchLabels: { tier: "web" } } })],
  ["a custom resource, by another value", object("example.org/v1", "Share", { selector: { app: "api" } })],
])("a label of objects that are no pods says nothing to %s", (_what, owner) => {
  expect(isTouched("Service", {}, owner)).toBe(false);
});

test.each<[string, ReturnType<typeof object>]>([
  ["a ServiceMonitor", object("monitoring.coreos.com/v1", "ServiceMonitor", { selector: labels })],
  ["a custom resource", object("example.org/v1", "Share", { targets: [{ selector: { app: "web" } }] })],
  ["labels that are matched, wherever they stand", object("example.org/v1", "Share", { of: labels })],
  ["an expression", object("example.org/v1", "Share", { of: { matchExpressions: [{ key: "app", operator: "In", values: ["web"] }] } })],
  [
    "an expression that no longer fits",
    object("example.org/v1", "Share", { of: { matchExpressions: [{ key: "app", operator: "DoesNotExist" }] } }),
  ],
  ["a text", object("example.org/v1", "Share", { labelSelector: "app=web,tier=front" })],
])("an object would be found by %s", (_what, owner) => {
  expect(isTouched("Service", {}, owner)).toBe(true);
});

test("by a webhook, whose objects may be of any kind", () => {
  const hook = {
    ...object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", {}),
    webhooks: [{ objectSelector: labels }],
  };
  expect(isTouched("Service", {}, hook)).toBe(true);
});

test("a ServiceMonitor finds Services alone", () => {
  expect(isTouched("Deployment", {}, object("monitoring.coreos.com/v1", "ServiceMonitor", { selector: labels }))).toBe(false);
});

test("a selector that asks for more labels finds only what has the others", () => {
  const monitor = object("monitoring.coreos.com/v1", "ServiceMonitor", { selector: { matchLabels: { app: "web", tier: "front" } } });
  expect(isTouched("Service", { tier: "front" }, monitor)).toBe(true);
  expect(isTouched("Service", { tier: "back" }, monitor)).toBe(false);
});

test("what is no selector is passed over", () => {
  const odd = object("example.org/v1", "Share", {
    selector: 5,
    nodeSelector: { app: "web" },
    of: { matchLabels: { app: 5 }, matchExpressions: [null, { key: 5 }] },
    labels: { app: "web" },
  });
  expect(isTouched("Service", {}, odd)).toBe(false);
});
