import { type ObjectOf, podTemplateOf, selects } from "../../kubernetes/index.ts";
import type { KubernetesObject } from "../../manifest/index.ts";
import { isRecord, own } from "../../outside/index.ts";
import type { Difference } from "../fields.ts";
import { type Changing, downtime, immutable, inPlace, kindImpact, rejected, type Verdict } from "../impact.ts";
import { ingressesLeadingTo, routesLeadingTo } from "../ingress-backends.ts";
import { mayRunPods } from "./operators.ts";

type Labels = Readonly<Record<string, string>>;
type ServiceChange = Changing<ObjectOf<"Service">>;

/** The server gives an address out once, also where no manifest names one; that of an ExternalName comes and goes. */
function address({ before, after }: ServiceChange): Verdict {
  const isExternal = (object: ServiceChange["before"]) => object.spec?.type === "ExternalName";
  return isExternal(before) || isExternal(after) ? inPlace("the Service gets or loses its address") : immutable("a Service's clusterIP");
}

/** Its endpoints are the ready pods that its selector fits: https://kubernetes.io/docs/concepts/services-networking/service/#services-in-kubernetes */
function selector({ before, after, environments }: ServiceChange): Verdict {
  const [was, is] = [before, after].map(({ spec }) => (spec?.type === "ExternalName" ? {} : (spec?.selector ?? {})));
  const { namespace } = after.metadata;
  const isLost =
    Object.keys(was ?? {}).length > 0 &&
    Object.keys(is ?? {}).length > 0 &&
    environments.before.allIn(namespace).some((object) => hasPods(object, was)) &&
    !environments.after.allIn(namespace).some((object) => hasPods(object, is) || mayRunPods(object));
  return isLost ? downtime("it selects no pod of these manifests: requests fail") : inPlace("requests go to other pods at once");
}

const hasPods = (object: KubernetesObject, matchLabels: Labels = {}) =>
  selects({ matchLabels }, podTemplateOf(object)?.metadata?.labels ?? {});

function loadBalancerClass({ before, after }: ServiceChange): Verdict {
  const [from, to] = [before.spec?.type, after.spec?.type];
  return from === "LoadBalancer" && to === "LoadBalancer"
    ? immutable("the class of a load balancer")
    : inPlace("it is set or removed with the type");
}

export const service = kindImpact(["Service"], {
  fields: [
    ["spec.clusterIP", address],
    ["spec.clusterIPs", address],
    ["spec.loadBalancerClass", loadBalancerClass],
    ["spec.healthCheckNodePort", immutable("a Service's health check port")],
    ["spec.ipFamilies", ({ before, after }) => families(before, after)],
    ["spec.selector", selector],
    ["spec.type", inPlace("the Service is reached in another way at once")],
    ["spec.ports", (changing, difference) => lostPort(changing, difference) ?? inPlace(portReason(difference))],
    ["spec", inPlace("requests are routed differently at once")],
  ],
});

/** A port that goes while an Ingress or a route of the manifests still leads to it. */
function lostPort({ after, environments }: ServiceChange, { path, before, after: now }: Difference): Verdict | undefined {
  if (now !== undefined || !path.endsWith("]") || !isRecord(before)) return undefined;
  const [reader] = [
    ...ingressesLeadingTo(after, before, environments.after).map((name) => `Ingress ${name}`),
    ...routesLeadingTo(after, before.port, environments.after),
  ];
  return reader === undefined ? undefined : downtime(`requests to the port fail at once, and ${reader} still leads to it`);
}

/** What another field of a port does; a port as a whole comes or goes. */
const portFields: Readonly<Record<string, string>> = {
  appProtocol: "proxies speak another protocol to the port; the port itself stays",
  name: "the port has another name: what refers to it by name has to follow",
  nodePort: "the port is reached at another port of each node; requests to the old one fail at once",
  targetPort: "requests go to another port of the pods at once",
};

function portReason({ path, before, after }: Difference): string {
  const [, field] = /\]\.(\w+)$/.exec(path) ?? [];
  if (field !== undefined) return own(portFields, field) ?? "requests are routed differently at once";
  if (before === undefined) return "another port is served";
  return after === undefined ? "requests to the port fail at once" : "requests are routed differently at once";
}

function families(before: ServiceChange["before"], after: ServiceChange["after"]): Verdict {
  const primary = (object: ServiceChange["before"]) => object.spec?.ipFamilies?.[0];
  const [from, to] = [primary(before), primary(after)];
  return from && to && from !== to
    ? rejected("the API server refuses it: a Service's primary IP family can't be changed")
    : inPlace("the Service gets or loses its second address");
}
