import type { IngressBackend, IngressSpec, IntOrString, Issue, ServicePort, ServiceSpec, SpecOf } from "../../kubernetes/index.ts";
import {
  isAddress,
  isCidr,
  isPathSegment,
  isPort,
  isPortName,
  isQualifiedName,
  isServiceName,
  isSubdomain,
  isWildcardHost,
} from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { formed, oneOf, refused, required, unique, within } from "./issues.ts";
import { selectorIssues } from "./selector.ts";

export const services = rule({
  id: "schema/service",
  ...refused,
  source: "https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/",
  bad: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec:
      selector: { app: a }
      ports: [{ port: 80 }, { port: 81 }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec:
      selector: { app: a }
      ports: [{ name: http, port: 80 }, { name: admin, port: 81 }]
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("Service")) yield* within(manifest, serviceIssues(manifest.object.spec ?? {}));
  },
});

function* serviceIssues(spec: ServiceSpec): Generator<Issue> {
  const { type = "ClusterIP", clusterIP, ports = [], selector = {} } = spec;
  yield* oneOf(type, ["", "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"], "spec.type");
  if (type === "ExternalName") {
    yield* required(spec.externalName, "spec.externalName");
    yield* formed(
      spec.externalName,
      (name) => name === "" || isSubdomain(String(name).replace(/\.$/, "")),
      "spec.externalName",
      "a DNS name",
    );
    if (clusterIP && clusterIP !== "None") yield { path: "spec.clusterIP", message: "an ExternalName has none" };
  } else if (ports.length === 0 && clusterIP !== "None") yield { path: "spec.ports", message: "is required but missing" };
  for (const [index, port] of ports.entries()) yield* servicePortIssues(port, `spec.ports[${index}]`, ports.length > 1, type);
  yield* unique(ports, ({ name }: ServicePort) => name || undefined, "spec.ports", "name");
  yield* unique(ports, ({ port, protocol = "TCP" }: ServicePort) => `${port}/${protocol}`, "spec.ports", "port and protocol");
  yield* unique(
    ports,
    ({ nodePort, protocol = "TCP" }: ServicePort) => (nodePort ? `${nodePort}/${protocol}` : undefined),
    "spec.ports",
    "nodePort",
  );
  yield* selectorIssues({ matchLabels: selector }, "spec.selector");
  yield* oneOf(spec.sessionAffinity, ["", "None", "ClientIP"], "spec.sessionAffinity");
  yield* oneOf(spec.externalTrafficPolicy, ["", "Cluster", "Local"], "spec.externalTrafficPolicy");
  yield* oneOf(spec.internalTrafficPolicy, ["Cluster", "Local"], "spec.internalTrafficPolicy");
  yield* oneOf(spec.ipFamilyPolicy, ["SingleStack", "PreferDualStack", "RequireDualStack"], "spec.ipFamilyPolicy");
  for (const [index, family] of (spec.ipFamilies ?? []).entries()) yield* oneOf(family, ["IPv4", "IPv6"], `spec.ipFamilies[${index}]`);
  yield* unique(spec.ipFamilies ?? [], (family: string) => family, "spec.ipFamilies", "family");
  yield* formed(spec.loadBalancerClass, isQualifiedName, "spec.loadBalancerClass", "a class, as example.com/nlb");
  yield* oneOf(spec.trafficDistribution, ["PreferClose", "PreferSameZone", "PreferSameNode"], "spec.trafficDistribution");
  yield* formed(
    spec.sessionAffinityConfig?.clientIP?.timeoutSeconds,
    (seconds) => Number(seconds) >= 1 && Number(seconds) <= 86400,
    "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
    "from 1 to 86400 seconds",
  );
  yield* formed(clusterIP, (ip) => ip === "" || ip === "None" || isAddress(ip), "spec.clusterIP", "an IP address or None");
  if (clusterIP === "None" && (type === "NodePort" || type === "LoadBalancer"))
    yield { path: "spec.clusterIP", message: `can't be None in a ${type}` };
  if (spec.externalTrafficPolicy && type === "ClusterIP" && !(spec as { externalIPs?: unknown[] }).externalIPs?.length)
    yield { path: "spec.externalTrafficPolicy", message: "is for NodePort and LoadBalancer only" };
  if (spec.loadBalancerSourceRanges?.length) {
    if (type !== "LoadBalancer") yield { path: "spec.loadBalancerSourceRanges", message: "is for LoadBalancer only" };
    for (const [index, range] of spec.loadBalancerSourceRanges.entries())
      yield* formed(range.trim(), isCidr, `spec.loadBalancerSourceRanges[${index}]`, "a network, as 10.0.0.0/16");
  }
  if (spec.allocateLoadBalancerNodePorts !== undefined && type !== "LoadBalancer")
    yield { path: "spec.allocateLoadBalancerNodePorts", message: "is for LoadBalancer only" };
}

/** Node ports as clusters have them unless configured otherwise. */
const nodePorts = [30000, 32767] as const;

function* servicePortIssues(
  { name, port, targetPort, nodePort, protocol, appProtocol }: ServicePort,
  path: string,
  several: boolean,
  type: string,
): Generator<Issue> {
  yield* required(port, `${path}.port`);
  yield* formed(port, isPort, `${path}.port`, "a port from 1 to 65535");
  if (several) yield* required(name, `${path}.name`);
  yield* formed(name, (one) => one === "" || isLabelName(one), `${path}.name`, "at most 63 lower-case letters, digits and '-'");
  yield* oneOf(protocol, ["", "TCP", "UDP", "SCTP"], `${path}.protocol`);
  yield* portIssues(targetPort, `${path}.targetPort`);
  yield* formed(appProtocol, isQualifiedName, `${path}.appProtocol`, "a protocol, as http or kubernetes.io/h2c");
  if (nodePort) {
    if (type === "ClusterIP" || type === "ExternalName")
      yield { path: `${path}.nodePort`, message: `a ${type} has none`, fix: "Make it a NodePort, or leave it out." };
    yield* formed(
      nodePort,
      (value) => Number(value) >= nodePorts[0] && Number(value) <= nodePorts[1],
      `${path}.nodePort`,
      `a port from ${nodePorts[0]} to ${nodePorts[1]}`,
    );
  }
}

const isLabelName = (text: unknown) => isServiceName(`a${String(text)}`) && /^[a-z0-9]/.test(String(text)) && String(text).length <= 63;

function* portIssues(port: IntOrString | undefined, path: string): Generator<Issue> {
  if (typeof port === "string")
    yield* formed(
      port,
      (name) => name === "" || isPortName(name),
      path,
      "a port's number, or its name of at most 15 lower-case letters, digits and '-'",
    );
  else yield* formed(port, (value) => value === 0 || isPort(value), path, "a port from 1 to 65535");
}

export const ingresses = rule({
  id: "schema/ingress",
  ...refused,
  source: "https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/",
  bad: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a, namespace: shop }
    spec:
      rules:
        - host: a.example
          http:
            paths:
              - path: orders
                pathType: Prefix
                backend: { service: { name: a, port: { number: 80 } } }
  `,
  good: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a, namespace: shop }
    spec:
      rules:
        - host: a.example
          http:
            paths:
              - path: /orders
                pathType: Prefix
                backend: { service: { name: a, port: { number: 80 } } }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("networking.k8s.io/Ingress")) yield* within(manifest, ingressIssues(manifest.object.spec ?? {}));
  },
});

function* ingressIssues({ rules = [], tls = [], defaultBackend, ingressClassName }: IngressSpec): Generator<Issue> {
  if (rules.length === 0 && !defaultBackend) yield { path: "spec", message: "expected rules or a defaultBackend, found neither" };
  yield* formed(ingressClassName, isSubdomain, "spec.ingressClassName", "an object's name");
  if (defaultBackend) yield* backendIssues(defaultBackend, "spec.defaultBackend");
  for (const [index, { hosts = [], secretName }] of tls.entries()) {
    for (const [place, host] of hosts.entries()) {
      yield* required(host, `spec.tls[${index}].hosts[${place}]`);
      yield* hostIssues(host, `spec.tls[${index}].hosts[${place}]`);
    }
    yield* formed(secretName, (name) => name === "" || isSubdomain(name), `spec.tls[${index}].secretName`, "an object's name");
  }
  for (const [index, { host, http }] of rules.entries()) {
    yield* hostIssues(host, `spec.rules[${index}].host`);
    const at = `spec.rules[${index}].http.paths`;
    if (http && (http.paths ?? []).length === 0) yield { path: at, message: "is required but missing" };
    for (const [place, { path, pathType, backend }] of (http?.paths ?? []).entries()) {
      const here = `${at}[${place}]`;
      yield* required(pathType, `${here}.pathType`);
      yield* formed(
        pathType,
        (type) => type === "" || ["Exact", "Prefix", "ImplementationSpecific"].includes(String(type)),
        `${here}.pathType`,
        "one of Exact, Prefix, ImplementationSpecific",
      );
      if (pathType === "Exact" || pathType === "Prefix") {
        yield* formed(path ?? "", (value) => String(value).startsWith("/"), `${here}.path`, "a path that begins with /");
        yield* formed(
          path,
          (value) => !/\/\/|\/\.\.?(\/|$)|%2f/i.test(String(value)),
          `${here}.path`,
          "a path without '//', '/./', '/../' and '%2f'",
        );
      } else yield* formed(path, (value) => value === "" || String(value).startsWith("/"), `${here}.path`, "a path that begins with /");
      yield* backendIssues(backend ?? {}, `${here}.backend`);
    }
  }
}

function* hostIssues(host: unknown, path: string): Generator<Issue> {
  yield* formed(
    host,
    (name) => name === "" || (isAddress(name) ? false : String(name).startsWith("*") ? isWildcardHost(name) : isSubdomain(name)),
    path,
    "a DNS name, or a wildcard as *.shop.example",
  );
}

function* backendIssues({ service, resource }: IngressBackend, path: string): Generator<Issue> {
  if (!service === !resource) return void (yield { path, message: "expected a service or a resource, found none or both" });
  if (resource) {
    yield* formed(resource.apiGroup, isSubdomain, `${path}.resource.apiGroup`, "an API group");
    for (const key of ["kind", "name"] as const) {
      yield* required(resource[key], `${path}.resource.${key}`);
      yield* formed(resource[key], (one) => one === "" || isPathSegment(one), `${path}.resource.${key}`, "no '/', '%', '.' or '..'");
    }
  }
  if (!service) return;
  yield* required(service.name, `${path}.service.name`);
  yield* formed(service.name, (name) => name === "" || isServiceName(name), `${path}.service.name`, "a Service's name");
  const { name, number } = service.port ?? {};
  if (!name === !number) yield { path: `${path}.service.port`, message: "expected a name or a number, found none or both" };
  if (number) yield* formed(number, isPort, `${path}.service.port.number`, "a port from 1 to 65535");
  if (name) yield* formed(name, isPortName, `${path}.service.port.name`, "a port's name");
}

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

function* policyIssues({ podSelector, policyTypes = [], ingress = [], egress = [] }: NetworkPolicySpec): Generator<Issue> {
  if (podSelector) yield* selectorIssues(podSelector, "spec.podSelector");
  if (policyTypes.length > 2) yield { path: "spec.policyTypes", message: `expected at most two, found ${policyTypes.length}` };
  for (const [index, type] of policyTypes.entries()) yield* oneOf(type, ["Ingress", "Egress"], `spec.policyTypes[${index}]`);
  for (const [index, { from, ports }] of ingress.entries()) yield* policyRuleIssues(from, "from", ports, `spec.ingress[${index}]`);
  for (const [index, { to, ports }] of egress.entries()) yield* policyRuleIssues(to, "to", ports, `spec.egress[${index}]`);
}

function* policyRuleIssues(peers: readonly Peer[] = [], side: "from" | "to", ports: PolicyPorts = [], path: string): Generator<Issue> {
  for (const [index, peer] of peers.entries()) yield* peerIssues(peer, `${path}.${side}[${index}]`);
  for (const [index, { port, endPort, protocol }] of ports.entries()) {
    const at = `${path}.ports[${index}]`;
    yield* oneOf(protocol, ["TCP", "UDP", "SCTP"], `${at}.protocol`);
    if (typeof port === "number") yield* formed(port, isPort, `${at}.port`, "a port from 1 to 65535");
    else yield* formed(port, isPortName, `${at}.port`, "a port's number or name");
    if (endPort !== undefined && (typeof port !== "number" || endPort < port || endPort > 65535))
      yield { path: `${at}.endPort`, message: "needs a port that is a number and not above it" };
  }
}

function* peerIssues({ podSelector, namespaceSelector, ipBlock }: Peer, path: string): Generator<Issue> {
  if (!podSelector && !namespaceSelector && !ipBlock)
    yield { path, message: "expected a podSelector, namespaceSelector or ipBlock, found none" };
  if (ipBlock && (podSelector || namespaceSelector)) yield { path, message: "an ipBlock stands alone" };
  if (podSelector) yield* selectorIssues(podSelector, `${path}.podSelector`);
  if (namespaceSelector) yield* selectorIssues(namespaceSelector, `${path}.namespaceSelector`);
  if (!ipBlock) return;
  yield* required(ipBlock.cidr, `${path}.ipBlock.cidr`);
  yield* formed(ipBlock.cidr, (value) => value === "" || isCidr(value), `${path}.ipBlock.cidr`, "a network, as 10.0.0.0/16");
  for (const [index, one] of (ipBlock.except ?? []).entries())
    yield* formed(one, isCidr, `${path}.ipBlock.except[${index}]`, "a network inside the block");
}
