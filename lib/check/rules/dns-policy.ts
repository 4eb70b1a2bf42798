import { isEmptySelector, type SpecOf, selects } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { namespaceOf, type Scope } from "../scope.ts";

const policy = (ports: string) =>
  yaml`
  apiVersion: v1
  kind: Pod
  metadata: { name: a, namespace: shop, labels: { app: a } }
  spec: { containers: [{ name: a, image: a:1 }] }
  ---
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: { name: a, namespace: shop }
  spec:
    podSelector: { matchLabels: { app: a } }
    policyTypes: [Egress]
    egress: [{ to: [{ namespaceSelector: {} }], ports: [PORTS] }]
`.replace("PORTS", ports);

export const dnsPolicy = rule({
  id: "references/policy-dns",
  severity: "warning",
  severityInPart: "info",
  why: "Pods whose outgoing traffic is limited find no name unless a policy lets them ask the cluster's DNS: each connection by name fails after a timeout.",
  fix: "Allow port 53, UDP and TCP, to the namespace kube-system.",
  source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic",
  bad: policy("{ port: 5432 }"),
  good: policy("{ port: 5432 }, { port: 53, protocol: UDP }, { port: 53, protocol: TCP }"),
  *check(scope) {
    // Other policies may let all pods ask DNS.
    if (others.some((kind) => scope.ofCustomKind(kind).length > 0)) return;
    const policies = scope
      .ofKind("networking.k8s.io/NetworkPolicy")
      .filter(({ object: { spec: { policyTypes } = {} } }) => policyTypes === undefined || policyTypes.includes("Egress"));
    for (const manifest of policies) {
      const { podSelector = {}, egress = [] } = manifest.object.spec ?? {};
      // Only addresses are allowed, or nothing is: names may not be wanted.
      if (
        egress.length === 0 ||
        egress.some(allowsDns) ||
        egress.every(({ to = [] }) => to.length > 0 && to.every(({ ipBlock }) => ipBlock))
      )
        continue;
      const beside = policies
        .filter((other) => other !== manifest && namespaceOf(other) === namespaceOf(manifest))
        .map(({ object }) => object.spec);
      const pods = scope.selected(namespaceOf(manifest), podSelector).filter(usesClusterDns);
      const silent = pods.find(({ labels }) => !beside.some((spec) => spec && coversDns(spec, labels)));
      if (silent)
        yield {
          manifest,
          path: "spec.egress",
          message: `no policy lets the pods of ${silent.manifest.object.kind} ${silent.manifest.object.metadata.name} ask DNS`,
        };
    }
  },
});

/** Kinds that limit or allow traffic too. */
const others = [
  "cilium.io/CiliumNetworkPolicy",
  "cilium.io/CiliumClusterwideNetworkPolicy",
  "crd.projectcalico.org/GlobalNetworkPolicy",
  "projectcalico.org/GlobalNetworkPolicy",
  "policy.networking.k8s.io/AdminNetworkPolicy",
  "policy.networking.k8s.io/BaselineAdminNetworkPolicy",
];

type PolicySpec = SpecOf<"networking.k8s.io/NetworkPolicy">;
type Egress = NonNullable<PolicySpec["egress"]>[number];

/** Whether a rule of a policy lets a pod ask DNS, wherever its server is. */
const allowsDns = ({ ports = [] }: Egress) =>
  ports.length === 0 ||
  ports.some(
    ({ port, endPort }) => port === undefined || typeof port === "string" || (port <= 53 && (endPort ?? port) >= 53) || port === 5353,
  );

const coversDns = ({ podSelector = {}, egress = [] }: PolicySpec, labels: Readonly<Record<string, string>>) =>
  egress.some(allowsDns) && (isEmptySelector(podSelector) || selects(podSelector, labels));

const usesClusterDns = ({ spec }: Scope["pods"][number]) =>
  spec.dnsPolicy !== "None" && spec.dnsPolicy !== "Default" && spec.hostNetwork !== true;
