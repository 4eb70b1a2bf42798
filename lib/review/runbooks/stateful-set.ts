import { type ObjectOf, quantity, selects } from "../../kubernetes/index.ts";
import { keptNumber } from "./autoscaled.ts";
import { inNamespace, kubectl, merging } from "./command.ts";
import { areSound, type Labels, labelPods, labelsForServices, missing, plainSelector } from "./labels.ts";
import { mergeRefused, runbook, type Situation, type Step, stopsPods, syncText } from "./runbook.ts";
import { claimsOf, type Template, templatesOf } from "./volumes.ts";

type StatefulSet = ObjectOf<"apps/StatefulSet">;
type SetChange = Situation<StatefulSet>;

/**
 * A StatefulSet is deleted without its pods, and the new one of the same name takes them over: those whose labels its selector fits and
 * whose volumes are named as its claim templates. https://kubernetes.io/docs/tasks/run-application/delete-stateful-set/
 */
export const recreateSet = runbook("recreate-stateful-set", "refused", ["apps/StatefulSet"], (situation) => {
  const { before, after, from, environments } = situation;
  if (namesOf(templatesOf(before)) !== namesOf(templatesOf(after))) return undefined;
  const labels = labelsToAdd(situation);
  const enlarge = enlargeClaims(situation);
  const kept = keptNumber(situation);
  if (!labels || !enlarge || !kept) return undefined;
  const restart = restartPods(situation);
  const least = environments.before.leastPodsOf(before);
  return {
    title: `${enlarge.length > 0 ? "Enlarge the claims, and recreate" : "Recreate"} the StatefulSet while its pods run on`,
    downtime: stopsPods(situation) || (restart.length > 0 && least < 2),
    steps: [
      ...labelPods(from.namespace, plainSelector(before) ?? {}, labels),
      ...enlarge,
      ...kept.first,
      kept.merge(mergeRefused),
      {
        text: "Delete the StatefulSet alone. Its pods and claims stay.",
        command: kubectl("delete", "statefulset", from.name, inNamespace(from.namespace), "--cascade=orphan"),
      },
      { text: `${syncText} The new StatefulSet takes over the pods and claims.` },
      ...restart,
      ...kept.last,
    ],
  };
});

const namesOf = (templates: readonly Template[]) =>
  templates
    .map(({ name }) => name)
    .sort()
    .join();

/** The labels that the running pods need for the new selector, and for Services; undefined where they can't get them. */
function labelsToAdd(situation: SetChange): Labels | undefined {
  const { before, after } = situation;
  const [old, now] = [before, after].map(({ spec }) => spec?.template?.metadata?.labels ?? {}) as [Labels, Labels];
  const wanted = after.spec?.selector ?? {};
  const own = missing(wanted.matchLabels ?? {}, old);
  const forServices = own && labelsForServices(situation, { ...old, ...own }, now);
  if (!forServices) return undefined;
  const labels = { ...own, ...forServices };
  const isLabelled = Object.keys(labels).length > 0;
  if (!areSound(labels) || (isLabelled && !plainSelector(before))) return undefined;
  return selects(wanted, { ...old, ...labels }) ? labels : undefined;
}

/** Enlarges the claims there are, whose template doesn't do it; undefined where that isn't allowed, or they can't be named. */
function enlargeClaims(situation: SetChange): Step[] | undefined {
  const { before, after, from, environments } = situation;
  const now = templatesOf(after);
  const grown = templatesOf(before).flatMap((template) => {
    const size = now.find(({ name }) => name === template.name)?.storage;
    return (quantity(size) ?? 0) > (quantity(template.storage) ?? 0) ? [{ ...template, size }] : [];
  });
  if (grown.length === 0) return [];
  if (grown.some(({ storageClass }) => storageClass !== undefined && environments.after.allowsExpansion(storageClass) === false))
    return undefined;
  const commands = grown.map(({ name, size }) => {
    const claims = claimsOf(situation.before, environments.before, from, [name]);
    const patch = merging({ spec: { resources: { requests: { storage: size } } } });
    return claims && kubectl("patch", "persistentvolumeclaim", ...claims, inNamespace(from.namespace), ...patch);
  });
  if (commands.includes(undefined)) return undefined;
  const text = "Enlarge the claims there are, which their StorageClass must allow (allowVolumeExpansion).";
  return [{ text, command: commands.join("\n") }];
}

/** Pods have the name of their Service in them, which isn't part of the template: only new pods have another. */
function restartPods({ before, after, from, fields }: SetChange): Step[] {
  const isRolled = fields.some(({ path }) => path.startsWith("spec.template"));
  if (before.spec?.serviceName === after.spec?.serviceName || isRolled || after.spec?.updateStrategy?.type === "OnDelete") return [];
  return [
    {
      text: "Replace the pods one by one, so that they have names below the new Service.",
      command: ["restart", "status"]
        .map((what) => kubectl("rollout", what, "statefulset", from.name, inNamespace(from.namespace)))
        .join("\n"),
    },
  ];
}
