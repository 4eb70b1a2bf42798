import { deletion, immutable, inPlace, kindImpact } from "../impact.ts";

export const ingress = kindImpact(["networking.k8s.io/Ingress"], {
  fields: [
    ["spec.ingressClassName", inPlace("another controller serves it from now on")],
    ["spec.rules", inPlace("requests are routed differently at once")],
    ["spec.tls", inPlace("another certificate is shown")],
    ["spec", inPlace("requests are routed differently at once")],
  ],
  removed: () => deletion("its hosts and paths are no longer served"),
});

export const networkPolicy = kindImpact(["networking.k8s.io/NetworkPolicy"], {
  fields: [["spec", inPlace("connections are allowed or denied by the new rules at once")]],
  removed: () => deletion("connections that only this policy denied are allowed"),
});

export const ingressClass = kindImpact(["networking.k8s.io/IngressClass"], {
  fields: [
    ["spec.controller", immutable("the controller of an IngressClass")],
    ["spec", inPlace("the controller reads other parameters")],
  ],
  removed: () => deletion("Ingresses of the class are no longer served"),
});
