import { isRecord, itemsOf, membersOf } from "../outside/index.ts";
import { defined, isSame, type Members, picked, short, unless } from "./shape.ts";

const kinds: ReadonlySet<unknown> = new Set([undefined, "ClusterIP", "NodePort", "LoadBalancer"]);
const fields = [
  "externalTrafficPolicy",
  "internalTrafficPolicy",
  "trafficDistribution",
  "publishNotReadyAddresses",
  "ipFamilyPolicy",
  "ipFamilies",
  "externalIPs",
  "loadBalancerClass",
  "loadBalancerSourceRanges",
  "allocateLoadBalancerNodePorts",
  "healthCheckNodePort",
] as const;

/** What a Service is read with. */
export interface ServiceScope {
  /** Labels that select the app's pods. */
  readonly selector: Members;
  /** Ports of the app's containers, as the model has them, by container. */
  readonly ports: readonly Members[];
}

/** What a Service is in the model beside its name, labels and annotations; undefined where it has no pods or ports of the cluster's. */
export function liftService(spec: Members, { selector, ports }: ServiceScope): Members | undefined {
  if (!kinds.has(spec.type)) return undefined;
  const said = liftServicePorts(spec.ports, ports);
  if (said === undefined) return undefined;
  const isHeadless = spec.clusterIP === "None";
  const own = membersOf(spec.selector);
  return defined({
    type: isHeadless ? "Headless" : unless(spec.type, "ClusterIP"),
    selector: isSame(own, selector) ? undefined : own,
    ports: said,
    clusterIP: isHeadless ? undefined : unless(spec.clusterIP, ""),
    sessionAffinity: unless(spec.sessionAffinity, "None"),
    sessionAffinityTimeoutSeconds: membersOf(membersOf(spec.sessionAffinityConfig).clientIP).timeoutSeconds,
    ...picked(spec, fields),
  });
}

const inFull = (port: unknown): Members => (isRecord(port) ? port : { port });

/** The container port of a number that has no name in the manifest, by its key in the model. */
const unnamed = (number: unknown, ports: readonly Members[]) =>
  ports.flatMap((group) => Object.entries(group)).find(([, port]) => inFull(port).named === false && inFull(port).port === number);

function liftServicePorts(list: unknown, ports: readonly Members[]): Members | undefined {
  const found = new Map<string, unknown>();
  for (const item of itemsOf(list)) {
    const port = membersOf(item);
    const target = port.targetPort === undefined || port.targetPort === null || port.targetPort === 0 ? port.port : port.targetPort;
    const [unnamedKey] = unnamed(target, ports) ?? [];
    const name = typeof port.name === "string" && port.name !== "" ? port.name : undefined;
    const key = name ?? unnamedKey ?? keyOf(target, port);
    if (found.has(key)) return undefined;
    const lifted = {
      port: port.port,
      // Where the container's port has no name, the model's name of it becomes its number.
      targetPort: unless(unnamedKey ?? target, key),
      nodePort: unless(port.nodePort, 0),
      protocol: protocolOf(port.protocol, unnamedKey ?? target, ports),
      appProtocol: port.appProtocol,
      named: name === undefined ? false : undefined,
    };
    found.set(key, short(defined(lifted), "port"));
  }
  return Object.fromEntries(found);
}

const keyOf = (target: unknown, { port, protocol = "TCP" }: Members) =>
  typeof target === "string" ? target : `${String(protocol).toLowerCase()}-${port}`;

/** A protocol, unless it is that of the container's port. */
function protocolOf(protocol: unknown, target: unknown, ports: readonly Members[]): unknown {
  const group = ports.find((candidate) => typeof target === "string" && Object.hasOwn(candidate, target) && isRecord(candidate[target]));
  const opened = (group && membersOf(group[String(target)]).protocol) ?? "TCP";
  return unless(protocol ?? "TCP", opened);
}
