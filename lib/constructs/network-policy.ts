import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { INetworkPolicyEgressRule, INetworkPolicyIngressRule, INetworkPolicyPeer } from "kubernetes-models/networking.k8s.io/v1";
import {
  type AppSpec,
  type Container,
  type LabelSelector,
  type ResolvedApp,
  type ResolvedEnvironment,
  servedBy,
  type Use,
} from "../overlay/index.ts";
import { configurationWave, metadata, nonEmpty, sorted } from "./metadata.ts";
import { type AppProps, jobLabel, selectorOf } from "./props.ts";
import { verbatim } from "./verbatim.ts";

type Selector = NonNullable<INetworkPolicyPeer["podSelector"]>;

/** Lets through what an app needs where its environment denies by default: https://kubernetes.io/docs/concepts/services-networking/network-policies/ */
export class NetworkPolicy extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, users: readonly ResolvedApp[]) {
    const ingress = ingressRules(props, users);
    const egress = sorted(props.app.spec.uses).map(([name, use]) => egressRule(props, name, use));
    super(scope, id, {
      ...k8s.KubeNetworkPolicy.GVK,
      metadata: metadata(props, props.app.name, {}, configurationWave),
      spec: {
        podSelector: podsOf(props.app),
        policyTypes: ["Ingress", "Egress"],
        ...nonEmpty("ingress", ingress),
        ...nonEmpty("egress", egress),
      },
    });
  }
}

/** The app another one means by a use, or undefined when it is a network. */
export function usedApp(name: string, use: Use): string | undefined {
  return use.app ?? (use.cidr === undefined ? name : undefined);
}

/** For each app those that use it, found in one pass over the environment. */
export function usersByApp({ apps }: ResolvedEnvironment): ReadonlyMap<string, readonly ResolvedApp[]> {
  const users = new Map<string, ResolvedApp[]>();
  for (const app of apps) {
    const used = new Set(sorted(app.spec.uses).flatMap(([name, use]) => usedApp(name, use) ?? []));
    for (const name of used) users.set(name, [...(users.get(name) ?? []), app]);
  }
  return users;
}

/** The pods of an app, its jobs' among them. */
function podsOf(app: ResolvedApp): Selector {
  const jobs = sorted(app.spec.jobs).map(([name]) => jobLabel(app.name, name));
  const { app: label, ...others } = selectorOf(app);
  if (jobs.length === 0 || Object.keys(others).length > 0 || label === undefined) return { matchLabels: { ...selectorOf(app) } };
  return { matchExpressions: [{ key: "app", operator: "In", values: [label, ...jobs] }] };
}

function ingressRules(props: AppProps, users: readonly ResolvedApp[]): INetworkPolicyIngressRule[] {
  const { environment, app } = props;
  const { network } = environment.settings;
  const ports = openPorts(app.spec);
  const served = servedPorts(app.spec);
  const rules: INetworkPolicyIngressRule[] = [];
  for (const { namespace, pods } of proxiesOf(props)) rules.push({ from: [peer(namespace, pods)], ...nonEmpty("ports", served) });
  // Whoever asks for a NodePort or a LoadBalancer asks to be reached from outside the cluster.
  if (app.spec.service?.type === "NodePort" || app.spec.service?.type === "LoadBalancer") rules.push(nonEmpty("ports", served));
  for (const user of users) rules.push({ from: [appPeer(user, app)], ...nonEmpty("ports", usedPorts(user, app) ?? served) });
  for (const [, { namespace, pods }] of sorted(network?.accepts))
    rules.push({ from: [peer(namespace, pods)], ...nonEmpty("ports", ports) });
  for (const [, { namespace, pods, ports: some }] of sorted(app.spec.accepts)) {
    rules.push({
      from: [namespace ? peer(namespace, pods) : { podSelector: verbatim<Selector>(pods ?? {}) }],
      ...nonEmpty("ports", some?.map((port) => ({ port })) ?? ports),
    });
  }
  return rules;
}

/** The pods that bring requests from outside to an app: the ingress controller's and the Gateway's. */
function proxiesOf({ environment, app }: AppProps) {
  const { ingressController, gateway } = environment.settings.network ?? {};
  const by = servedBy(environment.settings, app.spec);
  const byGateway = by.gateway !== undefined || backendsOfOthers(environment).has(app.name);
  const byIngress = by.ingress !== undefined || Object.keys(app.spec.ingresses ?? {}).length > 0;
  return [byIngress ? ingressController : undefined, byGateway ? gateway : undefined].filter((proxy) => proxy !== undefined);
}

const known = new WeakMap<ResolvedEnvironment, ReadonlySet<string>>();

/** Apps that the Gateway sends requests of other apps' routes to, or copies of them. */
function backendsOfOthers(environment: ResolvedEnvironment): ReadonlySet<string> {
  const found = known.get(environment);
  if (found) return found;
  const routes = environment.apps
    .filter(({ spec }) => servedBy(environment.settings, spec).gateway !== undefined)
    .flatMap(({ spec }) => Object.values(spec.routes ?? {}));
  const names = new Set(routes.flatMap(({ weights, mirror }) => [...Object.keys(weights ?? {}), ...(mirror ? [mirror.app] : [])]));
  known.set(environment, names);
  return names;
}

function egressRule({ environment, app }: AppProps, name: string, use: Use): INetworkPolicyEgressRule {
  const other = environment.appsByName.get(usedApp(name, use) ?? "");
  if (other) return { to: [appPeer(other, app)], ...nonEmpty("ports", portsOf(use) ?? servedPorts(other.spec)) };
  const networks = typeof use.cidr === "string" ? [use.cidr] : (use.cidr ?? []);
  return { to: networks.map((cidr) => ({ ipBlock: { cidr } })), ...nonEmpty("ports", portsOf(use)) };
}

function portsOf({ ports }: Use): OpenPort[] | undefined {
  return ports && sorted(ports).map(([, port]) => openPort(port));
}

/** The ports that a user needs of an app; undefined for all of them. */
function usedPorts(user: ResolvedApp, app: ResolvedApp): OpenPort[] | undefined {
  const meant = sorted(user.spec.uses).filter(([name, use]) => usedApp(name, use) === app.name);
  const ports = meant.map(([, use]) => portsOf(use));
  return ports.some((some) => some === undefined) ? undefined : ports.flatMap((some) => some ?? []);
}

type PortSpec = Pick<AppSpec, "container" | "sidecars" | "service">;
type OpenPort = { readonly port: number | string; readonly protocol: "TCP" | "UDP" | "SCTP" };

/** What the app's containers open. */
function openPorts({ container, sidecars, service }: PortSpec): OpenPort[] {
  if (!container) return servedPorts({ service });
  return [...containerPorts(container, sidecars).values()];
}

/** What the app's Service leads to, by number; without a Service all that is open. */
function servedPorts(spec: PortSpec): OpenPort[] {
  if (!spec.service) return spec.container ? openPorts(spec) : [];
  const open = containerPorts(spec.container, spec.sidecars);
  return sorted(spec.service.ports).map(([name, port]) => {
    const target = (typeof port === "object" && port.targetPort) || name;
    return open.get(String(target)) ?? { port: target, protocol: (typeof port === "object" && port.protocol) || "TCP" };
  });
}

/** One port of the model, in short or in full. */
function openPort(port: number | { readonly port: number; readonly protocol?: OpenPort["protocol"] }): OpenPort {
  return typeof port === "number" ? { port, protocol: "TCP" } : { port: port.port, protocol: port.protocol ?? "TCP" };
}

function containerPorts(container: Container | undefined, sidecars: AppSpec["sidecars"]): Map<string, OpenPort> {
  const all: Container[] = [...(container ? [container] : []), ...sorted(sidecars).map(([, sidecar]) => sidecar)];
  const ports = all.flatMap((model) => sorted(model.ports));
  return new Map(ports.map(([name, port]) => [name, openPort(port)]));
}

function appPeer(other: ResolvedApp, self: ResolvedApp): INetworkPolicyPeer {
  const podSelector = podsOf(other);
  return other.spec.namespace === self.spec.namespace ? { podSelector } : { ...namespaceSelector(other.spec.namespace), podSelector };
}

function peer(namespace: string, pods?: LabelSelector): INetworkPolicyPeer {
  return { ...namespaceSelector(namespace), ...(pods ? { podSelector: verbatim<Selector>(pods) } : {}) };
}

const namespaceSelector = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
