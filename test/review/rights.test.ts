import { rightsOf } from "../../lib/review/rights.ts";

const role = (...rules: readonly object[]) => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: "web" },
  rules,
});
const rule = (
  group: string | readonly string[],
  resource: string | readonly string[],
  verb: string | readonly string[],
  more: object = {},
) => ({
  apiGroups: [group].flat(),
  resources: [resource].flat(),
  verbs: [verb].flat(),
  ...more,
});
const only = (...resourceNames: readonly string[]) => ({ resourceNames });
const urls = (...nonResourceURLs: readonly string[]) => ({ nonResourceURLs, verbs: ["get"] });

test.each<readonly [what: string, before: object, after: object, gained: readonly string[], lost: readonly string[]]>([
  [
    "a group less",
    rule(["apps", "extensions"], "deployments", "get"),
    rule("apps", "deployments", "get"),
    [],
    ["get extensions/deployments"],
  ],
  ["verbs that all were", rule("", "pods", "*"), rule("", "pods", ["get", "list"]), [], ["* pods"]],
  ["resources that all were", rule("apps", "*", "get"), rule("apps", "deployments", "get"), [], ["get apps/*"]],
  ["groups that all were", rule("*", "pods", "get"), rule("", "pods", "get"), [], ["get */pods"]],
  ["a subresource that all were", rule("apps", "*/scale", "get"), rule("apps", "deployments/scale", "get"), [], ["get apps/*/scale"]],
  ["a name where all were", rule("", "secrets", "get"), rule("", "secrets", "get", only("a")), [], ["get secrets"]],
  ["all where a name was", rule("", "secrets", "get", only("a")), rule("", "secrets", "get"), ["get secrets"], []],
  ["a name more", rule("", "secrets", "get", only("a")), rule("", "secrets", "get", only("a", "b")), ["get secrets (b)"], []],
  ["paths that all were", urls("/api/*"), urls("/api/v1"), [], ["get /api/*"]],
  ["a path that none was", urls("/api/*"), urls("/api/*", "/metrics"), ["get /metrics"], []],
  ["a subresource that no resource covers", rule("", "pods", "get"), rule("", ["pods", "pods/exec"], "get"), ["get pods/exec"], []],
  [
    "another group of the same resource",
    rule("apps", "deployments", "get"),
    rule("extensions", "deployments", "get"),
    ["get extensions/deployments"],
    ["get apps/deployments"],
  ],
])("%s", (_what, before, after, gained, lost) => {
  const found = rightsOf(role(before), role(after)) ?? { gained: [], lost: [] };
  expect(found).toEqual({ gained, lost });
});

test("the same rights in other rules are no change", () => {
  const joined = role(rule(["apps", "batch"], ["jobs", "deployments"], ["get", "list"]));
  const split = role(...["apps", "batch"].map((group) => rule(group, ["deployments", "jobs"], ["list", "get"])));
  expect(rightsOf(joined, split)).toBeUndefined();
});
