import { type ObjectOf, podTemplateOf, withDefaults } from "../../kubernetes/index.ts";
import type { KubernetesObject } from "../../manifest/index.ts";
import type { EnvironmentIndex } from "../environment-index.ts";
import type { Difference } from "../fields.ts";
import { type Changing, deletion, immutable, inPlace, kindImpact, rollout, scale, type Verdict } from "../impact.ts";
import { deploymentOf, replaced, stepsInWords } from "../rollout-pods.ts";

/** What Argo Rollouts does: https://argo-rollouts.readthedocs.io/en/stable/features/specification/ */

type Rollout = ObjectOf<"argoproj.io/Rollout">;

/** A new template, which the controller compares after the API server's defaults for pods. */
function template(changing: Changing<Rollout>): Verdict {
  const { before, after, environments } = changing;
  if (before.spec?.workloadRef || after.spec?.workloadRef) return workloadRef(changing);
  if (JSON.stringify(completed(before)) === JSON.stringify(completed(after)))
    return inPlace("the controller takes the template for the same: what changes is a default");
  return replaced(after, environments.after, Math.min(...leastPods({ before, after, environments })));
}

const leastPods = ({ before, after, environments }: Changing<Rollout>) => {
  const least = environments.after.leastPodsOf(after);
  // Fewer before than after: those there are decide whether there is a gap.
  return [least, environments.before.leastPodsOf(before) || least];
};

/** The template as a Deployment would have it. */
const completed = (object: Rollout | ObjectOf<"apps/Deployment">) =>
  withDefaults({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "" },
    spec: { template: podTemplateOf(object) },
  } as KubernetesObject).spec;

function replicas({ before, after, environments }: Changing<Rollout>): Verdict {
  const [from, to] = [before.spec?.replicas ?? 1, after.spec?.replicas ?? 1];
  const said = `${from} pods become ${to}${to === 0 ? ": nothing runs any more" : ""}`;
  const autoscaler = environments.after.autoscalerOf(after);
  return scale(autoscaler ? `${said}, until the autoscaler ${autoscaler} sets its own number` : said);
}

/** Steps under way begin anew; otherwise only the next rollout knows them. */
function steps({ after, environments }: Changing<Rollout>): Verdict {
  const { canary = {} } = after.spec?.strategy ?? {};
  const words = stepsInWords(canary, environments.after.leastPodsOf(after));
  return inPlace(
    `the next rollout follows them${words === "" ? ", without steps" : ` (${words})`}; one under way begins again at its first step`,
  );
}

const switchesOver = inPlace(
  "the Service gets the label of the pods that it leads to, and the one of before keeps it until somebody removes it",
);

function strategy({ before, after }: Changing<Rollout>, { path }: Difference): Verdict {
  const [was, is] = [before, after].map(({ spec }) => (spec?.strategy?.blueGreen ? "blue-green" : "canary"));
  if (was !== is)
    return inPlace(
      `the next rollout is ${is === "blue-green" ? "a blue-green one" : "a canary"} instead of ${was === "canary" ? "a canary" : "a blue-green one"}`,
    );
  return /autoPromotion/.test(path)
    ? inPlace("the next rollout follows it; one that waits for a person may go on at once")
    : inPlace("the next rollout follows it");
}

/** A Rollout that is healthy already scales its Deployment at once. */
function scaleDown({ before, after }: Changing<Rollout>): Verdict {
  const { workloadRef: { name = "", scaleDown: when = "never" } = {} } = after.spec ?? {};
  const was = before.spec?.workloadRef?.scaleDown ?? "never";
  if (when === "never" || was !== "never") return inPlace(`Deployment ${name} keeps the number of pods that it has now`);
  return scale(`Deployment ${name} loses its pods: at once where the Rollout is healthy, else ${goneWith(when)}`);
}

/** Another place for the template: the pods follow what stands there. */
function workloadRef(changing: Changing<Rollout>): Verdict {
  const { before, after, environments } = changing;
  const where = after.spec?.workloadRef ? "from elsewhere" : "from its own manifest";
  const [was, is] = [sourceOf(before, environments.before), sourceOf(after, environments.after)];
  if (was && is && JSON.stringify(completed(was)) === JSON.stringify(completed(is)))
    return inPlace(`the template is taken ${where}, and is the same: no pod is replaced`);
  const { reason, impact } = replaced(after, environments.after, Math.min(...leastPods(changing)));
  return { impact, reason: `the template is taken ${where}; ${reason}` };
}

/** The object that holds a Rollout's template: itself, or the Deployment that it names. */
function sourceOf(object: Rollout, environment: EnvironmentIndex): Rollout | ObjectOf<"apps/Deployment"> | undefined {
  const { workloadRef: reference } = object.spec ?? {};
  return reference ? deploymentOf(object, environment) : object;
}

/** A selector that comes where the one of a Deployment counted, or goes for it, is no change of the Rollout's own. */
const selector = (changing: Changing<Rollout>): Verdict =>
  changing.before.spec?.selector === undefined || changing.after.spec?.selector === undefined
    ? workloadRef(changing)
    : immutable("a Rollout's selector");

export const argoRollout = kindImpact(["argoproj.io/Rollout"], {
  runsPods: true,
  fields: [
    ["spec.selector", selector],
    ["spec.template", template],
    ["spec.workloadRef.scaleDown", scaleDown],
    ["spec.workloadRef", workloadRef],
    ["spec.restartAt", rollout("pods that started before that time are restarted, one after another")],
    ["spec.replicas", replicas],
    ["spec.paused", inPlace("a rollout under way stops or continues")],
    ["spec.strategy.canary.steps", steps],
    [
      "spec.strategy.canary.canaryMetadata",
      inPlace("new pods get other labels and annotations while a rollout goes on; no pod is replaced for it"),
    ],
    ["spec.strategy.canary.stableMetadata", inPlace("stable pods get other labels and annotations; no pod is replaced for it")],
    ["spec.strategy.blueGreen.activeService", switchesOver],
    ["spec.strategy.blueGreen.previewService", switchesOver],
    ["spec.strategy", strategy],
    ["spec.analysis", inPlace("it keeps more or fewer results of analyses")],
    ["spec.minReadySeconds", inPlace("the next rollout follows it")],
    ["spec.progressDeadlineSeconds", inPlace("the next rollout follows it")],
    ["spec.progressDeadlineAbort", inPlace("the next rollout follows it")],
    ["spec.revisionHistoryLimit", inPlace("how many old revisions are kept")],
    ["spec.rollbackWindow", inPlace("a rollback to a revision of that window skips the steps")],
  ],
  added: (object, environment) => {
    const count = environment.leastPodsOf(object);
    const { workloadRef: reference } = object.spec ?? {};
    if (count === 0) return inPlace(`Rollout ${object.metadata.name} is created; no pod is replaced`);
    if (object.spec?.paused) return inPlace(`Rollout ${object.metadata.name} is created paused: its pods start when it is resumed`);
    return scale(
      reference
        ? `Rollout ${object.metadata.name} is created and starts ${count} pods beside those of ${reference.kind} ${reference.name}, ${stays(reference.scaleDown)}`
        : `Rollout ${object.metadata.name} is created and its pods start, without steps the first time`,
    );
  },
  removed: (object) => {
    const { workloadRef: reference } = object.spec ?? {};
    return deletion(
      reference
        ? `the Rollout and its pods are deleted; ${reference.kind} ${reference.name} keeps the number of pods that it was left with, which may be none`
        : "the Rollout and its pods are deleted",
    );
  },
});

const stays = (when = "never") => (when === "never" ? "which stay" : `which go ${goneWith(when)}`);

/** When a Deployment's own pods go. */
const goneWith = (when: string | undefined) => (when === "progressively" ? "as the Rollout's come" : "once the Rollout's are available");

export const analysisTemplate = kindImpact(["argoproj.io/AnalysisTemplate", "argoproj.io/ClusterAnalysisTemplate"], {
  fields: [["spec", inPlace("the next analysis measures by it; one under way keeps to what it began with")]],
});
