import { dataLoss, deletion, immutable, inPlace, kindImpact } from "../impact.ts";

export const namespace = kindImpact(["Namespace"], {
  fields: [
    ["metadata.labels", inPlace("selectors of namespaces match differently; Pod Security applies to new pods only")],
    ["metadata", inPlace("only the namespace's own metadata changes")],
  ],
  removed: (namespace, environment) => {
    const held = environment.inNamespace(namespace.metadata.name).length;
    return dataLoss(
      `everything in the namespace is deleted with it${held > 0 ? `, ${held} ${held === 1 ? "object" : "objects"} of these manifests among it` : ""}`,
    );
  },
});

export const priorityClass = kindImpact(["scheduling.k8s.io/PriorityClass"], {
  fields: [
    ["value", immutable("the value of a PriorityClass")],
    ["preemptionPolicy", immutable("the preemption policy of a PriorityClass")],
    ["globalDefault", inPlace("new pods without a class get this one or no longer")],
  ],
  removed: () => deletion("new pods of the class are refused"),
});

export const runtimeClass = kindImpact(["node.k8s.io/RuntimeClass"], {
  fields: [["handler", immutable("the handler of a RuntimeClass")]],
  removed: () => deletion("new pods of the class are refused"),
});

export const quota = kindImpact(["ResourceQuota"], {
  fields: [
    ["spec.hard", inPlace("new pods have more or less room; running pods stay")],
    ["spec", immutable("a quota's spec, except hard,")],
  ],
  removed: () => deletion("it no longer limits the namespace"),
});

export const limitRange = kindImpact(["LimitRange"], {
  fields: [["spec", inPlace("new pods get other defaults and bounds; running pods stay")]],
  removed: () => deletion("new pods no longer get its defaults and bounds"),
});

export const webhook = kindImpact(
  ["admissionregistration.k8s.io/ValidatingWebhookConfiguration", "admissionregistration.k8s.io/MutatingWebhookConfiguration"],
  {
    fields: [["webhooks", inPlace("it is asked about other writes to the cluster at once")]],
    removed: () => deletion("it is no longer asked about writes to the cluster"),
  },
);
