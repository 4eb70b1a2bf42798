import { type Review, review, treeOf } from "../../lib/review/index.ts";

const treeOfAll = (objects: readonly object[]) =>
  treeOf(new Map([["all.json", JSON.stringify({ apiVersion: "v1", kind: "List", items: objects })]]), "test");
const reviewed = (before: readonly object[], after: readonly object[]): Review["changes"] =>
  review(treeOfAll(before), treeOfAll(after), { kubernetes: "1.34" }).changes;
const object = (apiVersion: string, kind: string, rest: object = {}, metadata: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name: "web", namespace: "shop", ...metadata },
  ...rest,
});
const deployment = (replicas: number, labels: object = {}, more: object = {}) =>
  object(
    "apps/v1",
    "Deployment",
    {
      spec: {
        replicas,
        selector: { matchLabels: { app: "web" } },
        template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "web:1" }] } },
        ...more,
      },
    },
    { labels },
  );
const notesOf = (changes: Review["changes"], kind: string) =>
  changes.filter(({ resource }) => resource.kind === kind).flatMap(({ notes }) => notes.map(({ flag, text }) => `${flag}: ${text}`));

test("the words are of the spec where metadata changes as much", () => {
  const paused = (label: string, isPaused: boolean) => deployment(2, { label }, { paused: isPaused });
  expect(reviewed([paused("a", false)], [paused("b", true)])).toMatchObject([
    { impact: "in-place", reason: "rollouts stop or continue", fields: [{ path: "spec.paused" }, { path: "metadata.labels.label" }] },
  ]);
});

test("a Secret is flagged for its data, and not for its labels", () => {
  const secret = (value: string, label: string) => object("v1", "Secret", { stringData: { a: value } }, { labels: { label } });
  expect(reviewed([secret("1", "a")], [secret("1", "b")])).toMatchObject([{ flags: [] }]);
  expect(reviewed([secret("1", "a")], [secret("2", "a")])).toMatchObject([{ flags: ["secret"] }]);
});

test.each([
  ["appProtocol", { appProtocol: "http" }, /another protocol to the port; the port itself stays/],
  ["name", { name: "http" }, /the port has another name/],
  ["targetPort", { targetPort: 8080 }, /another port of the pods/],
])("a Service's %s says what it does", (_field, more, reason) => {
  const service = (port: object) => object("v1", "Service", { spec: { ports: [{ port: 80, ...port }] } });
  expect(reviewed([service({})], [service(more)])[0]?.reason).toMatch(reason);
});

test("a port that comes or goes says which", () => {
  const service = (...ports: number[]) => object("v1", "Service", { spec: { ports: ports.map((port) => ({ port, name: `p${port}` })) } });
  expect(reviewed([service(80)], [service(80, 81)])[0]?.reason).toBe("another port is served");
  expect(reviewed([service(80, 81)], [service(80)])[0]?.reason).toBe("requests to the port fail at once");
});

describe("what can stop every write is flagged", () => {
  const admission = "admissionregistration.k8s.io/v1";
  const webhook = (failurePolicy?: string) =>
    object(admission, "ValidatingWebhookConfiguration", {
      webhooks: [{ name: "a.b.example", ...(failurePolicy ? { failurePolicy } : {}), clientConfig: {}, sideEffects: "None", rules: [] }],
    });
  const policy = (failurePolicy: string) => object(admission, "ValidatingAdmissionPolicy", { spec: { failurePolicy, validations: [] } });
  const binding = (...validationActions: string[]) =>
    object(admission, "ValidatingAdmissionPolicyBinding", { spec: { policyName: "p", validationActions } });
  const service = { name: "metrics", namespace: "kube-system" };
  const api = (more: object) => object("apiregistration.k8s.io/v1", "APIService", { spec: { group: "m.example", version: "v1", ...more } });
  test.each([
    ["webhook", webhook("Ignore"), webhook(), /writes are refused while webhook a\.b\.example doesn't answer/],
    ["policy", policy("Ignore"), policy("Fail"), /where a rule can't be evaluated/],
    ["binding", binding("Audit"), binding("Deny"), /policy p refuses writes/],
    ["API service", api({}), api({ service }), /API group m\.example is served by Service kube-system\/metrics/],
  ])("a %s", (_name, before, after, text) => {
    const admissionNotes = (old: object, now: object) =>
      notesOf(reviewed([old], [now]), after.kind).filter((note) => note.startsWith("admission"));
    expect(admissionNotes(before, after)).toEqual([expect.stringMatching(text)]);
    expect(admissionNotes(after, before)).toEqual([]);
    expect(notesOf(reviewed([], [after]), after.kind)).toEqual(expect.arrayContaining([expect.stringMatching(text)]));
  });
});

test("a budget that lets no pod go says that nodes can't be drained", () => {
  const budget = (spec: object) =>
    object("policy/v1", "PodDisruptionBudget", { spec: { selector: { matchLabels: { app: "web" } }, ...spec } });
  const notes = (spec: object) =>
    notesOf(reviewed([deployment(2), budget({ minAvailable: 1 })], [deployment(2), budget(spec)]), "PodDisruptionBudget");
  expect(notes({ minAvailable: 2 })).toEqual(["capacity: no node that runs its pods can be drained: minAvailable is 2 of 2 pods"]);
  expect(notes({ maxUnavailable: 0 })).toEqual([expect.stringMatching(/maxUnavailable is 0/)]);
  expect(notes({ maxUnavailable: 1 })).toEqual([]);
});

test("an account that is renamed while a binding names the old one loses its rights", () => {
  const account = (name: string) => object("v1", "ServiceAccount", {}, { name });
  const binding = (name: string) =>
    object("rbac.authorization.k8s.io/v1", "RoleBinding", {
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
      subjects: [{ kind: "ServiceAccount", name }],
    });
  const lost = "privilege: RoleBinding web still names ServiceAccount old, which goes: its rights are lost";
  expect(notesOf(reviewed([account("old"), binding("old")], [account("new"), binding("old")]), "ServiceAccount")).toContain(lost);
  expect(notesOf(reviewed([account("old"), binding("old")], [account("new"), binding("new")]), "ServiceAccount")).not.toContain(lost);
});

describe("another API version", () => {
  const ingress = (apiVersion: string) =>
    object(apiVersion, "Ingress", { spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } } });
  test("that the server converts is no change, in another group too", () => {
    expect(reviewed([ingress("extensions/v1beta1")], [ingress("networking.k8s.io/v1")])).toEqual([]);
  });
  test("that isn't served is refused", () => {
    expect(reviewed([ingress("networking.k8s.io/v1")], [ingress("networking.k8s.io/v1beta1")])).toMatchObject([
      { impact: "rejected", reason: expect.stringMatching(/networking\.k8s\.io\/v1beta1/) },
    ]);
  });
});
