import type { ObjectOf } from "../../kubernetes/index.ts";
import { denies, failingWebhooks } from "../admission.ts";
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

const ofPods = /^(pods|count\/pods|cpu|memory|ephemeral-storage|(requests|limits)\.(cpu|memory|ephemeral-storage))$/;

/** Pods have to request what a quota bounds: https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
function bounded({ spec }: ObjectOf<"ResourceQuota">): string {
  const own = Object.keys(spec?.hard ?? {}).filter((resource) => ofPods.test(resource));
  if (own.length === 0) return "objects past it are refused from now on";
  const requested = own.filter((resource) => /(^|\.)(cpu|memory)$/.test(resource));
  return `pods past it${requested.length > 0 ? `, and pods that don't set ${requested.join(", ")},` : ""} are refused from now on, also in rollouts`;
}

export const quota = kindImpact(["ResourceQuota"], {
  fields: [
    ["spec.hard", inPlace("new pods have more or less room; running pods stay")],
    ["spec", immutable("a quota's spec, except hard,")],
  ],
  added: (object) => inPlace(bounded(object)),
  removed: () => deletion("it no longer limits the namespace"),
});

export const limitRange = kindImpact(["LimitRange"], {
  fields: [["spec", inPlace("new pods get other defaults and bounds; running pods stay")]],
  added: () => inPlace("new pods get its defaults, and those past its bounds are refused; running pods stay"),
  removed: () => deletion("new pods no longer get its defaults and bounds"),
});

const fails = ", and refuses them while it doesn't answer: failurePolicy is Fail";
const whileSilent = "; while it doesn't answer they are refused: failurePolicy is Fail";

export const admissionPolicy = kindImpact(["admissionregistration.k8s.io/ValidatingAdmissionPolicy"], {
  fields: [["spec", inPlace("writes to the cluster are judged by other rules, wherever a binding asks for it")]],
  added: () => inPlace("it can refuse writes to the cluster as soon as a binding names it"),
  removed: () => deletion("it no longer judges writes to the cluster"),
});

export const admissionBinding = kindImpact(["admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding"], {
  fields: [["spec", inPlace("its policy judges other writes, or does something else about them, at once")]],
  added: (object) =>
    inPlace(
      denies(object)
        ? "writes that its policy doesn't allow are refused from now on, those of running controllers among them"
        : "its policy judges writes from now on, and refuses none: validationActions has no Deny",
    ),
  removed: () => deletion("its policy no longer judges the writes that it named"),
});

export const apiService = kindImpact(["apiregistration.k8s.io/APIService"], {
  fields: [["spec", inPlace("requests to its API group are answered by others at once; while they don't answer, the group is not served")]],
  added: () =>
    inPlace("requests to its API group are answered by what it names from now on; while that doesn't answer, the group is not served"),
  removed: () => deletion("its API group is no longer served"),
});

export const webhook = kindImpact(
  ["admissionregistration.k8s.io/ValidatingWebhookConfiguration", "admissionregistration.k8s.io/MutatingWebhookConfiguration"],
  {
    fields: [
      [
        "webhooks",
        ({ after }) => inPlace(`it is asked about other writes to the cluster at once${failingWebhooks(after).length > 0 ? fails : ""}`),
      ],
    ],
    added: (object) => {
      const can = object.kind === "MutatingWebhookConfiguration" ? "change or refuse them" : "refuse them";
      return inPlace(
        `it is asked about writes to the cluster from now on, and can ${can}${failingWebhooks(object).length > 0 ? whileSilent : ""}`,
      );
    },
    removed: () => deletion("it is no longer asked about writes to the cluster"),
  },
);
