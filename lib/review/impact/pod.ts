import { immutable, inPlace, kindImpact } from "../impact.ts";

export const pod = kindImpact(["Pod"], {
  fields: [
    ["spec.containers[].image", inPlace("the container is restarted with it; the pod stays")],
    ["spec.initContainers[].image", inPlace("init containers have run: nothing happens to the pod")],
    ["spec.activeDeadlineSeconds", inPlace("the pod's deadline changes; it can only be shortened")],
    ["spec.tolerations", inPlace("tolerations may be added")],
    ["spec", immutable("a Pod's spec, except images, tolerations and the deadline,")],
  ],
});
