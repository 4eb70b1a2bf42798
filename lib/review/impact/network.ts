import { covers, type ObjectOf, servedPaths } from "../../kubernetes/index.ts";
import { deletion, immutable, inPlace, kindImpact } from "../impact.ts";
import { servedIn } from "../served-in.ts";

export const ingress = kindImpact(["networking.k8s.io/Ingress"], {
  fields: [
    ["spec.ingressClassName", inPlace("another controller serves it from now on")],
    ["spec.rules", inPlace("requests are routed differently at once")],
    ["spec.tls", inPlace("another certificate is shown")],
    ["spec", inPlace("requests are routed differently at once")],
  ],
  removed: (object, _before, after) => {
    const routes = servedIn(after, object);
    const isServed = servedPaths(object).every((path) => routes.some((other) => covers(other, path)));
    return deletion(
      isServed
        ? "what else serves its hosts and paths has them alone: where a DNS record still leads to its controller, requests get 404"
        : "its hosts and paths are no longer served",
    );
  },
});

/** The directions of a policy, by its rules where it names none: https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource */
function directionsOf({ spec }: ObjectOf<"networking.k8s.io/NetworkPolicy">): readonly string[] {
  const { policyTypes = [], egress } = spec ?? {};
  return policyTypes.length > 0 ? policyTypes : ["Ingress", ...(egress ? ["Egress"] : [])];
}

export const networkPolicy = kindImpact(["networking.k8s.io/NetworkPolicy"], {
  fields: [["spec", inPlace("connections are allowed or denied by the new rules at once")]],
  added: (object) => {
    const directions = directionsOf(object);
    const what = directions.length > 1 ? "traffic" : directions[0] === "Egress" ? "outgoing traffic" : "incoming traffic";
    return inPlace(`${what} of the pods it selects is cut at once to what it, or another policy, permits`);
  },
  removed: () => deletion("connections that only this policy denied are allowed"),
});

export const ingressClass = kindImpact(["networking.k8s.io/IngressClass"], {
  fields: [
    ["spec.controller", immutable("the controller of an IngressClass")],
    ["spec", inPlace("the controller reads other parameters")],
  ],
  removed: () => deletion("Ingresses of the class are no longer served"),
});
