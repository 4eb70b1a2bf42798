import { type ObjectOf, quantity } from "../../kubernetes/index.ts";
import { type Changing, dataLoss, deletion, immutable, inPlace, kindImpact, rejected, type Verdict } from "../impact.ts";

type Claim = ObjectOf<"PersistentVolumeClaim">;

function storage({ before, after, environments }: Changing<Claim>): Verdict {
  const asked = (object: Claim) => quantity(object.spec?.resources?.requests?.storage) ?? 0;
  if (asked(after) < asked(before)) return rejected("the API server refuses it: a claim can't shrink");
  const name = after.spec?.storageClassName;
  const expandable = name === undefined ? undefined : environments.after.allowsExpansion(name);
  if (expandable === false) return rejected(`the API server refuses it: StorageClass ${name} doesn't allow claims to grow`);
  return inPlace(expandable ? "the volume grows" : "the volume grows, where its StorageClass allows it; else the API server refuses it");
}

export const claim = kindImpact(["PersistentVolumeClaim"], {
  fields: [
    ["spec.resources.requests.storage", storage],
    ["spec.volumeAttributesClassName", inPlace("the volume's attributes are changed by its driver")],
    ["spec", immutable("a claim's spec, except a larger request,")],
  ],
  removed: () => dataLoss("the claim is deleted, and with the reclaim policy Delete its volume and all stored data"),
});

export const volume = kindImpact(["PersistentVolume"], {
  fields: [
    ["spec.persistentVolumeReclaimPolicy", inPlace("it decides what happens to the storage when the claim is deleted")],
    ["spec.capacity", inPlace("claims are matched by another size")],
    ["spec.accessModes", inPlace("claims are matched by other modes")],
    ["spec.mountOptions", inPlace("the next mount follows it")],
    ["spec.storageClassName", inPlace("claims are matched by another class")],
    ["spec.claimRef", inPlace("the volume is bound to another claim")],
    ["spec.volumeAttributesClassName", inPlace("the volume's attributes are changed by its driver")],
    [
      "spec.nodeAffinity",
      ({ before }) =>
        before.spec?.nodeAffinity === undefined
          ? inPlace("the volume is used on some nodes only")
          : immutable("a volume's node affinity, once it is there,"),
    ],
    ["spec", immutable("where a volume's storage is")],
  ],
  removed: () => dataLoss("the volume is deleted, and with the reclaim policy Delete all stored data"),
});

export const storageClass = kindImpact(["storage.k8s.io/StorageClass"], {
  fields: [
    ...["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"].map(
      (field) => [field, immutable(`the ${field} of a StorageClass`)] as const,
    ),
    ["allowVolumeExpansion", inPlace("claims of the class may or may no longer grow")],
  ],
  removed: () => deletion("claims of the class that aren't bound yet stay Pending; volumes stay"),
});
