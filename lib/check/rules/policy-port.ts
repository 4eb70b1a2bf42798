import type { Issue, ObjectOf, SpecOf } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Pods, type Scope } from "../scope.ts";
import { each, within } from "./issues.ts";

export const policyPort = rule({
  id: "references/policy-port",
  severity: "error",
  why: "A NetworkPolicy looks at the port of the pod, not at that of the Service: with the Service's port in it, it drops every request that the Service sends.",
  fix: "Write the port that the container listens on, by number or name.",
  source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop, labels: { app: a } }
    spec: { containers: [{ name: a, image: a:1, ports: [{ containerPort: 8080 }] }] }
    ---
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { selector: { app: a }, ports: [{ port: 80, targetPort: 8080 }] }
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: a, namespace: shop }
    spec: { podSelector: { matchLabels: { app: a } }, ingress: [{ ports: [{ port: 80 }] }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop, labels: { app: a } }
    spec: { containers: [{ name: a, image: a:1, ports: [{ containerPort: 8080 }] }] }
    ---
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { selector: { app: a }, ports: [{ port: 80, targetPort: 8080 }] }
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: a, namespace: shop }
    spec: { podSelector: { matchLabels: { app: a } }, ingress: [{ ports: [{ port: 8080 }] }] }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("networking.k8s.io/NetworkPolicy"))
      yield* within(manifest, policyIssues(manifest.object.spec ?? {}, namespaceOf(manifest), scope));
  },
});

function* policyIssues(
  { podSelector, ingress }: SpecOf<"networking.k8s.io/NetworkPolicy">,
  namespace: string,
  scope: Scope,
): Generator<Issue> {
  const selected = podSelector && ingress?.some(({ ports = [] }) => ports.length > 0) ? scope.selected(namespace, podSelector) : [];
  const open = selected.map(portsOf);
  // A pod that declares no port may listen on any.
  if (open.length === 0 || open.some((ports) => ports.size === 0)) return;
  // Policies add up: another rule may let the requests in.
  const isAdmitted = admitsSome(selected, new Set(open.flatMap((ports) => [...ports])), namespace, scope);
  yield* each(ingress, "spec.ingress", ({ ports }, path) =>
    each(ports, `${path}.ports`, function* ({ port, endPort, protocol = "TCP" }, at) {
      if (typeof port === "string") yield* nameIssues(port, selected, `${at}.port`);
      if (typeof port !== "number" || endPort !== undefined || open.some((numbers) => numbers.has(`${port}/${protocol}`))) return;
      yield* protocolIssues(port, protocol, open, `${at}.protocol`);
      const service = servicesOf(selected, namespace, scope).find(({ object: { spec } }) =>
        spec?.ports?.some((candidate) => candidate.port === port && (candidate.targetPort ?? port) !== port),
      );
      if (!service) return;
      const { name } = service.object.metadata;
      const numbers = [...new Set(open.flatMap((pod) => [...pod]))].join(", ");
      yield {
        path: `${at}.port`,
        message: `${port} is the port of Service ${name}; the pods listen on ${numbers}`,
        ...(isAdmitted ? { severity: "warning" as const } : {}),
      };
    }),
  );
}

function nameIssues(port: string, selected: readonly Pods[], path: string): Issue[] {
  const names = new Set(selected.flatMap(namesOf));
  if (names.has(port)) return [];
  return [
    { path, message: `no pod of the policy has a port named "${port}"`, fix: `They have: ${[...names].join(", ") || "no named port"}.` },
  ];
}

/** A port that the pods have open by another protocol alone. */
function protocolIssues(port: number, protocol: string, open: readonly ReadonlySet<string>[], path: string): Issue[] {
  const others = ["TCP", "UDP", "SCTP"].filter((other) => open.some((numbers) => numbers.has(`${port}/${other}`)));
  if (others.length === 0) return [];
  const message = `is ${protocol}, and the pods listen on ${port} by ${others.join(" and ")}`;
  return [{ path, message, fix: `Set protocol: ${others[0]}.`, severity: "warning" }];
}

/** Whether some policy of these pods lets requests to one of their ports in. */
function admitsSome(pods: readonly Pods[], open: ReadonlySet<string>, namespace: string, scope: Scope): boolean {
  const targets = new Set(pods);
  return scope.ofKind("networking.k8s.io/NetworkPolicy").some((policy) => {
    const { podSelector, ingress = [] } = policy.object.spec ?? {};
    if (namespaceOf(policy) !== namespace || !podSelector) return false;
    const admits = ingress.some(
      ({ ports = [] }) =>
        ports.length === 0 ||
        ports.some(
          ({ port, endPort, protocol = "TCP" }) => typeof port !== "number" || endPort !== undefined || open.has(`${port}/${protocol}`),
        ),
    );
    return admits && scope.selected(namespace, podSelector).some((pod) => targets.has(pod));
  });
}

const portsOf = ({ containers }: Pods) =>
  new Set(
    containers.flatMap(({ container }) =>
      (container.ports ?? []).map(({ containerPort, protocol = "TCP" }) => `${containerPort}/${protocol}`),
    ),
  );

const namesOf = ({ containers }: Pods) => containers.flatMap(({ container }) => (container.ports ?? []).flatMap(({ name }) => name ?? []));

/** The Services that send requests to some of these pods. */
function servicesOf(pods: readonly Pods[], namespace: string, scope: Scope): CheckedManifest<ObjectOf<"Service">>[] {
  const targets = new Set(pods);
  return scope.ofKind("Service").filter((service) => {
    const { selector, type } = service.object.spec ?? {};
    if (namespaceOf(service) !== namespace || !selector || Object.keys(selector).length === 0 || type === "ExternalName") return false;
    return scope.selected(namespace, { matchLabels: selector }).some((pod) => targets.has(pod));
  });
}
