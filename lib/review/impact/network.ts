import { deletion, immutable, inPlace, kindImpact } from "../impact.ts";

export const ingress = kindImpact(["networking.k8s.io/Ingress"], {
  fields: [
    ["spec.ingressClassName", inPlace("another controller serves it from now on")],
    ["spec.rules", inPlace("requests are routed otherwise at once")],
    ["spec.tls", inPlace("another certificate is shown")],
    ["spec", inPlace("requests are routed otherwise at once")],
  ],
  removed: () => deletion("its hosts and paths are served no longer"),
});

export const networkPolicy = kindImpact(["networking.k8s.io/NetworkPolicy"], {
  fields: [["spec", inPlace("connections are let through, or refused, by the new rules at once")]],
  removed: () => deletion("what only this policy closed is open"),
});

export const ingressClass = kindImpact(["networking.k8s.io/IngressClass"], {
  fields: [
    ["spec.controller", immutable("the controller of an IngressClass")],
    ["spec", inPlace("the controller reads other parameters")],
  ],
  removed: () => deletion("Ingresses of the class are served no longer"),
});
