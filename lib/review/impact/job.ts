import type { ObjectOf } from "../../kubernetes/index.ts";
import { isHook, syncOptionsOf } from "../argocd.ts";
import { type Changing, immutable, inPlace, kindImpact, rollout, scale, type Verdict } from "../impact.ts";

type JobChange = Changing<ObjectOf<"batch/Job">>;

/** How Argo CD brings a Job up to date that can't be changed: as a hook, by replacing it, or not at all. */
function recreated({ after }: Changing): string | undefined {
  if (isHook(after)) return "it is a hook: the next sync deletes the Job and runs the new one";
  const options = syncOptionsOf(after);
  if (options.includes("Force=true") && options.includes("Replace=true"))
    return "Argo CD deletes the Job and runs the new one (Force, Replace)";
  return undefined;
}

const orRecreated =
  (verdict: Verdict | ((changing: JobChange) => Verdict)) =>
  (changing: JobChange): Verdict => {
    const how = recreated(changing);
    if (how) return rollout(how);
    return typeof verdict === "function" ? verdict(changing) : verdict;
  };

/** A suspended Job's pods may still be placed elsewhere: https://kubernetes.io/docs/concepts/workloads/controllers/job/#mutable-scheduling-directives */
const schedulingFields = /^spec\.template\.(metadata\.(labels|annotations)|spec\.(nodeSelector|affinity|tolerations|schedulingGates))/;

export const job = kindImpact(["batch/Job"], {
  fields: [
    [
      "spec.template",
      (changing, { path }) =>
        orRecreated(
          changing.before.spec?.suspend && schedulingFields.test(path)
            ? inPlace("the Job is suspended: its pods will be placed like this when it continues")
            : immutable("the template of a Job"),
        )(changing),
    ],
    [
      "spec.parallelism",
      orRecreated(({ before, after }) => scale(`${before.spec?.parallelism} pods at a time become ${after.spec?.parallelism}`)),
    ],
    [
      "spec.suspend",
      orRecreated(({ after }) =>
        after.spec?.suspend ? scale("the Job is suspended: its pods stop") : scale("the Job continues: its pods start"),
      ),
    ],
    [
      "spec.completions",
      orRecreated(({ after }) => {
        const { completionMode, completions, parallelism } = after.spec ?? {};
        return completionMode === "Indexed" && completions === parallelism
          ? scale("an indexed Job gets other pods")
          : immutable("a Job's completions");
      }),
    ],
    ...["selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"].map(
      (field) => [`spec.${field}`, orRecreated(immutable(`a Job's ${field}`))] as const,
    ),
    ["spec", orRecreated(inPlace("the Job continues with the new limit"))],
  ],
});

export const cronJob = kindImpact(["batch/CronJob"], {
  fields: [
    ["spec.jobTemplate", inPlace("the next run follows it; running Jobs stay as they are")],
    ["spec.schedule", inPlace("the next run comes at another time")],
    ["spec.suspend", inPlace("runs stop or continue")],
  ],
  added: ({ spec }) => inPlace(spec?.suspend ? "it is suspended: no Job starts until that changes" : "its Jobs start by its schedule"),
});
