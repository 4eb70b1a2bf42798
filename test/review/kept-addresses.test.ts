import { type Impact, review, treeOf } from "../../lib/review/index.ts";

const object = (apiVersion: string, kind: string, rest: object, labels: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name: "web", namespace: "shop", labels },
  ...rest,
});
const impactOf = (before: readonly object[], after: readonly object[], kubernetes = "1.36"): Impact => {
  const tree = (objects: readonly object[]) => treeOf(new Map([["a.json", JSON.stringify({ kind: "List", items: objects })]]), "test");
  return review(tree(before), tree(after), { kubernetes }).summary.impact;
};
const policy = (cidrs: readonly string[], label = "a") =>
  object(
    "networking.k8s.io/v1",
    "NetworkPolicy",
    { spec: { podSelector: {}, ingress: [{ from: cidrs.map((cidr) => ({ ipBlock: { cidr } })) }] } },
    { label },
  );
const slice = (addresses: readonly string[], label: string) =>
  object(
    "discovery.k8s.io/v1",
    "EndpointSlice",
    { addressType: "IPv4", endpoints: addresses.map((address) => ({ addresses: [address] })) },
    { label },
  );

test.each<readonly [what: string, before: object[], after: object[], impact: Impact]>([
  ["an address that stays", [policy(["10.0.0.5/8"])], [policy(["10.0.0.5/8"], "b")], "in-place"],
  ["an address that moves in its list", [policy(["10.0.0.5/8"])], [policy(["10.1.0.0/16", "10.0.0.5/8"])], "in-place"],
  ["another address", [policy(["10.0.0.5/8"])], [policy(["10.0.0.5/8", "10.0.0.6/8"])], "rejected"],
  ["an address of a new object", [], [policy(["10.0.0.5/8"])], "rejected"],
  ["an address of a slice whose endpoints stay", [slice(["010.0.0.1"], "a")], [slice(["010.0.0.1"], "b")], "in-place"],
  ["an address of a slice that gets another", [slice(["010.0.0.1"], "a")], [slice(["010.0.0.1", "10.0.0.2"], "a")], "rejected"],
])("%s in an old form, on Kubernetes 1.36", (_what, before, after, impact) => {
  expect(impactOf(before, after)).toBe(impact);
});
