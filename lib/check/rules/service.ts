import {
  type IntOrString,
  type Issue,
  isAddress,
  isNodePort,
  isOlderAddress,
  isOlderNetwork,
  isPort,
  isPortName,
  isQualifiedName,
  isServiceName,
  isSubdomain,
  nodePorts,
  type ServicePort,
  type ServiceSpec,
  standardAddress,
} from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { each, formed, oneOf, refused, required, unique, within } from "./issues.ts";
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
  yield* oneOf(spec.type, ["", "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"], "spec.type");
  if (spec.type === "ExternalName") yield* externalNameIssues(spec);
  else if (!spec.ports?.length && spec.clusterIP !== "None") yield { path: "spec.ports", message: "is required but missing" };
  yield* addressIssues(spec);
  yield* portsIssues(spec);
  yield* selectorIssues({ matchLabels: spec.selector ?? {} }, "spec.selector");
  yield* trafficIssues(spec);
  yield* loadBalancerIssues(spec);
}

function* externalNameIssues({ externalName, clusterIP }: ServiceSpec): Generator<Issue> {
  yield* required(externalName, "spec.externalName");
  yield* formed(externalName, (name) => name === "" || isSubdomain(String(name).replace(/\.$/, "")), "spec.externalName", "a DNS name");
  if (clusterIP && clusterIP !== "None") yield { path: "spec.clusterIP", message: "can't be set in an ExternalName" };
}

function* addressIssues({ type, clusterIP, ipFamilies = [], ipFamilyPolicy }: ServiceSpec): Generator<Issue> {
  yield* formed(clusterIP, (ip) => ip === "" || ip === "None" || isAddress(ip), "spec.clusterIP", "an IP address or None");
  if (clusterIP === "None" && (type === "NodePort" || type === "LoadBalancer"))
    yield { path: "spec.clusterIP", message: `can't be None in a ${type}` };
  yield* oneOf(ipFamilyPolicy, ["SingleStack", "PreferDualStack", "RequireDualStack"], "spec.ipFamilyPolicy");
  yield* each(ipFamilies, "spec.ipFamilies", (family, path) => oneOf(family, ["IPv4", "IPv6"], path));
  yield* unique(ipFamilies, (family) => family, "spec.ipFamilies", "family");
}

function* portsIssues({ ports = [], type = "ClusterIP" }: ServiceSpec): Generator<Issue> {
  yield* each(ports, "spec.ports", (port, path) => servicePortIssues(port, path, ports.length > 1, type));
  yield* unique(ports, ({ name }) => name || undefined, "spec.ports", "name");
  yield* unique(ports, ({ port, protocol = "TCP" }) => `${port}/${protocol}`, "spec.ports", "port and protocol");
  yield* unique(ports, ({ nodePort, protocol = "TCP" }) => (nodePort ? `${nodePort}/${protocol}` : undefined), "spec.ports", "nodePort");
}

function* trafficIssues(spec: ServiceSpec): Generator<Issue> {
  const { type = "ClusterIP", externalTrafficPolicy, externalIPs = [], sessionAffinityConfig } = spec;
  yield* each(externalIPs, "spec.externalIPs", (address, path) => formed(address, isOutside, path, "an IP address that others can reach"));
  yield* oneOf(spec.sessionAffinity, ["", "None", "ClientIP"], "spec.sessionAffinity");
  yield* oneOf(externalTrafficPolicy, ["", "Cluster", "Local"], "spec.externalTrafficPolicy");
  yield* oneOf(spec.internalTrafficPolicy, ["Cluster", "Local"], "spec.internalTrafficPolicy");
  yield* oneOf(spec.trafficDistribution, ["PreferClose", "PreferSameZone", "PreferSameNode"], "spec.trafficDistribution");
  yield* formed(
    sessionAffinityConfig?.clientIP?.timeoutSeconds,
    (seconds) => Number(seconds) >= 1 && Number(seconds) <= 86400,
    "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
    "from 1 to 86400 seconds",
  );
  if (externalTrafficPolicy && type === "ClusterIP" && externalIPs.length === 0)
    yield { path: "spec.externalTrafficPolicy", message: "is for NodePort and LoadBalancer only" };
}

/** Whether an address is one of a network: neither unspecified nor loopback nor link-local. */
const isOutside = (address: unknown) =>
  isOlderAddress(address) &&
  !/^(0\.0\.0\.0|127\..*|169\.254\..*|224\.0\.0\..*|::1?|fe[89ab].:.*|ff02:.*)$/.test(standardAddress(String(address)) ?? "");

function* loadBalancerIssues(spec: ServiceSpec): Generator<Issue> {
  const { loadBalancerSourceRanges = [], allocateLoadBalancerNodePorts } = spec;
  yield* formed(spec.loadBalancerClass, isQualifiedName, "spec.loadBalancerClass", "a class, as example.com/nlb");
  yield* each(loadBalancerSourceRanges, "spec.loadBalancerSourceRanges", (range, path) =>
    formed(range.trim(), isOlderNetwork, path, "a network, as 10.0.0.0/16"),
  );
  if (spec.type === "LoadBalancer") return;
  if (spec.loadBalancerClass) yield { path: "spec.loadBalancerClass", message: "is for LoadBalancer only" };
  if (loadBalancerSourceRanges.length > 0) yield { path: "spec.loadBalancerSourceRanges", message: "is for LoadBalancer only" };
  if (allocateLoadBalancerNodePorts !== undefined)
    yield { path: "spec.allocateLoadBalancerNodePorts", message: "is for LoadBalancer only" };
}

function* servicePortIssues(
  { name, port, targetPort, nodePort, protocol, appProtocol }: ServicePort,
  path: string,
  several: boolean,
  type: string,
): Generator<Issue> {
  yield* required(port, `${path}.port`);
  yield* formed(port, isPort, `${path}.port`, "a port from 1 to 65535");
  if (several) yield* required(name, `${path}.name`);
  yield* formed(name, (text) => text === "" || isLabelName(text), `${path}.name`, "at most 63 lower-case letters, digits and '-'");
  yield* oneOf(protocol, ["", "TCP", "UDP", "SCTP"], `${path}.protocol`);
  yield* portIssues(targetPort, `${path}.targetPort`);
  yield* formed(appProtocol, isQualifiedName, `${path}.appProtocol`, "a protocol, as http or kubernetes.io/h2c");
  if (nodePort) {
    if (type === "ClusterIP" || type === "ExternalName")
      yield { path: `${path}.nodePort`, message: `can't be set in a ${type}`, fix: "Make it a NodePort, or leave it out." };
    yield* formed(nodePort, isNodePort, `${path}.nodePort`, `a port from ${nodePorts[0]} to ${nodePorts[1]}`);
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
