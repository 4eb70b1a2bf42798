import { dataLoss, deletion, immutable, inPlace, kindImpact } from "../impact.ts";

export const namespace = kindImpact(["Namespace"], {
  fields: [
    ["metadata.labels", inPlace("what selects namespaces by label follows; Pod Security decides on new pods only")],
    ["metadata", inPlace("the namespace says other things of itself")],
  ],
  removed: (namespace, environment) => {
    const held = environment.inNamespace(namespace.metadata.name);
    return dataLoss(
      `everything in the namespace goes with it${held > 0 ? `, ${held} ${held === 1 ? "object" : "objects"} of these manifests among it` : ""}`,
    );
  },
});

export const definition = kindImpact(["apiextensions.k8s.io/CustomResourceDefinition"], {
  fields: [
    ["spec.group", immutable("the group of a CRD")],
    ["spec.scope", immutable("the scope of a CRD")],
    ["spec.names.kind", immutable("the kind of a CRD")],
    ["spec.versions", inPlace("objects are held against the new schema when they are next written")],
  ],
  removed: (object, environment) => {
    const { names } = object.spec ?? {};
    const held = environment.countOfKind(names?.kind ?? "");
    return dataLoss(
      `every ${names?.kind ?? "object"} of the cluster goes with it${held > 0 ? `, ${held} of these manifests among them` : ""}`,
    );
  },
});

export const priorityClass = kindImpact(["scheduling.k8s.io/PriorityClass"], {
  fields: [
    ["value", immutable("the value of a PriorityClass")],
    ["preemptionPolicy", immutable("the preemption policy of a PriorityClass")],
    ["globalDefault", inPlace("new pods without a class get, or don't get, this one")],
  ],
  removed: () => deletion("new pods of the class are refused"),
});

export const runtimeClass = kindImpact(["node.k8s.io/RuntimeClass"], {
  fields: [["handler", immutable("the handler of a RuntimeClass")]],
  removed: () => deletion("new pods of the class are refused"),
});

export const quota = kindImpact(["ResourceQuota"], {
  fields: [
    ["spec.hard", inPlace("new pods have more, or less, room; those that run stay")],
    ["spec", immutable("but for hard, a quota's spec")],
  ],
  removed: () => deletion("nothing bounds the namespace by it any more"),
});

export const limitRange = kindImpact(["LimitRange"], {
  fields: [["spec", inPlace("new pods get other defaults and bounds; those that run stay")]],
  removed: () => deletion("new pods get no defaults and bounds by it any more"),
});

export const webhook = kindImpact(
  ["admissionregistration.k8s.io/ValidatingWebhookConfiguration", "admissionregistration.k8s.io/MutatingWebhookConfiguration"],
  {
    fields: [["webhooks", inPlace("what is written to the cluster is asked about otherwise at once")]],
    removed: () => deletion("nobody is asked by it any more about what is written to the cluster"),
  },
);
