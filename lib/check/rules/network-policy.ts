import { type Issue, isOlderNetwork, isPort, isPortName, type SpecOf } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { each, formed, oneOf, refused, required, within } from "./issues.ts";
import { selectorIssues } from "./selector.ts";

type NetworkPolicySpec = SpecOf<"networking.k8s.io/NetworkPolicy">;
type Peer = NonNullable<NonNullable<NonNullable<NetworkPolicySpec["ingress"]>[number]["from"]>[number]>;
type PolicyPorts = NonNullable<NonNullable<NetworkPolicySpec["ingress"]>[number]["ports"]>;

export const networkPolicies = rule({
  id: "schema/network-policy",
  ...refused,
  source: "https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/",
  bad: yaml`
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: a, namespace: shop }
    spec:
      podSelector: {}
      ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0 } }] }]
  `,
  good: yaml`
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: a, namespace: shop }
    spec:
      podSelector: {}
      ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("networking.k8s.io/NetworkPolicy"))
      yield* within(manifest, policyIssues(manifest.object.spec ?? {}));
  },
});

function* policyIssues({ podSelector, policyTypes = [], ingress, egress }: NetworkPolicySpec): Generator<Issue> {
  if (podSelector) yield* selectorIssues(podSelector, "spec.podSelector");
  if (policyTypes.length > 2) yield { path: "spec.policyTypes", message: `expected at most two, found ${policyTypes.length}` };
  for (const [index, type] of policyTypes.entries()) yield* oneOf(type, ["Ingress", "Egress"], `spec.policyTypes[${index}]`);
  yield* each(ingress, "spec.ingress", ({ from, ports }, path) => policyRuleIssues(from, "from", ports, path));
  yield* each(egress, "spec.egress", ({ to, ports }, path) => policyRuleIssues(to, "to", ports, path));
}

function* policyRuleIssues(peers: readonly Peer[] = [], side: "from" | "to", ports: PolicyPorts = [], path: string): Generator<Issue> {
  yield* each(peers, `${path}.${side}`, peerIssues);
  yield* each(ports, `${path}.ports`, policyPortIssues);
}

function* policyPortIssues({ port, endPort, protocol }: PolicyPorts[number], path: string): Generator<Issue> {
  yield* oneOf(protocol, ["TCP", "UDP", "SCTP"], `${path}.protocol`);
  if (typeof port === "number") yield* formed(port, isPort, `${path}.port`, "a port from 1 to 65535");
  else yield* formed(port, isPortName, `${path}.port`, "a port's number or name");
  if (endPort !== undefined && (typeof port !== "number" || endPort < port || endPort > 65535))
    yield { path: `${path}.endPort`, message: "needs a port that is a number and not above it" };
}

function* peerIssues({ podSelector, namespaceSelector, ipBlock }: Peer, path: string): Generator<Issue> {
  if (!podSelector && !namespaceSelector && !ipBlock)
    yield { path, message: "expected a podSelector, namespaceSelector or ipBlock, found none" };
  if (ipBlock && (podSelector || namespaceSelector)) yield { path, message: "an ipBlock can't be combined with selectors" };
  if (podSelector) yield* selectorIssues(podSelector, `${path}.podSelector`);
  if (namespaceSelector) yield* selectorIssues(namespaceSelector, `${path}.namespaceSelector`);
  if (!ipBlock) return;
  yield* required(ipBlock.cidr, `${path}.ipBlock.cidr`);
  yield* formed(ipBlock.cidr, (value) => value === "" || isOlderNetwork(value), `${path}.ipBlock.cidr`, "a network, as 10.0.0.0/16");
  yield* each(ipBlock.except, `${path}.ipBlock.except`, (network, at) => [
    ...formed(network, isOlderNetwork, at, "a network inside the block"),
    ...formed(
      network,
      (inner) => !isOlderNetwork(inner) || !isOlderNetwork(ipBlock.cidr) || isStrictlyInside(String(inner), ipBlock.cidr ?? ""),
      at,
      `a smaller network inside ${ipBlock.cidr}`,
    ),
  ]);
}

/** Whether a network is a smaller part of another. Of IPv6 only the sizes are compared. */
function isStrictlyInside(inner: string, outer: string): boolean {
  const [[address = "", bits = ""], [base = "", size = ""]] = [inner.split("/"), outer.split("/")];
  if (Number(bits) <= Number(size)) return false;
  if (!address.includes(".") || !base.includes(".")) return address.includes(":") === base.includes(":");
  const numberOf = (text: string) => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const span = 2 ** (32 - Number(size));
  return Math.floor(numberOf(address) / span) === Math.floor(numberOf(base) / span);
}
