import type { ObjectOf } from "../../kubernetes/index.ts";
import { type Changing, immutable, inPlace, kindImpact, rejected, type Verdict } from "../impact.ts";

type ServiceChange = Changing<ObjectOf<"Service">>;

/** The server gives an address out once, also where no manifest names one; that of an ExternalName comes and goes. */
function address({ before, after }: ServiceChange): Verdict {
  const isExternal = (object: ServiceChange["before"]) => object.spec?.type === "ExternalName";
  return isExternal(before) || isExternal(after) ? inPlace("the Service gets or loses its address") : immutable("a Service's clusterIP");
}

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
    ["spec.selector", inPlace("requests go to other pods at once")],
    ["spec.type", inPlace("the Service is reached in another way at once")],
    ["spec.ports", inPlace("requests to the old port fail at once")],
    ["spec", inPlace("requests are routed differently at once")],
  ],
});

function families(before: ServiceChange["before"], after: ServiceChange["after"]): Verdict {
  const primary = (object: ServiceChange["before"]) => object.spec?.ipFamilies?.[0];
  const [from, to] = [primary(before), primary(after)];
  return from && to && from !== to
    ? rejected("the API server refuses it: a Service's primary IP family can't be changed")
    : inPlace("the Service gets or loses its second address");
}
