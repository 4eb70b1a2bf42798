import { isLabelValue, type ObjectOf, selects } from "../../kubernetes/index.ts";
import { keptNumber } from "./autoscaled.ts";
import { inNamespace, kubectl, selecting } from "./command.ts";
import { canKeep, keep, losesNamespace, mergeBeside } from "./kept.ts";
import { areSound, isShared, type Labels, labelPods, labelsForServices, missing, plainSelector } from "./labels.ts";
import { canRunTwice } from "./pods.ts";
import { mergeRefused, type Place, refusedPaths, runbook, type Situation, type Step, stopsPods, syncAgain } from "./runbook.ts";
import { usedAndDeleted } from "./used-objects.ts";

type Deployment = ObjectOf<"apps/Deployment">;
type DaemonSet = ObjectOf<"apps/DaemonSet">;
type Workload = Deployment | DaemonSet | ObjectOf<"apps/StatefulSet">;

const labelsOf = ({ spec }: Workload): Labels => spec?.template?.metadata?.labels ?? {};
const isSelectorOnly = (situation: Situation) =>
  refusedPaths(situation).length > 0 && refusedPaths(situation).every((path) => path.startsWith("spec.selector"));

const orphan = (resource: string, { namespace, name }: Place): Step => ({
  text: `Delete the ${resource === "deployment" ? "Deployment" : "DaemonSet"} alone. Its pods stay.`,
  command: kubectl("delete", resource, name, inNamespace(namespace), "--cascade=orphan"),
});

/** One command: what follows a line that fails would be run all the same. The sync may not have created the workload yet. */
const onceRolledOut = (resource: string, { namespace, name }: Place, command: string): string =>
  [
    kubectl("wait", "--for=create", `${resource}/${name}`, inNamespace(namespace), "--timeout=60s"),
    kubectl("rollout", "status", resource, name, inNamespace(namespace)),
    command,
  ].join(" && ");

const mark = "replaced-deployment";

/** What is deleted at the end is what is known of as the Deployment's own before: its pods' labels may be those of others too. */
function markOwn({ namespace, name }: Place): Step {
  const own = `jsonpath={range .items[?(@.metadata.ownerReferences[0].name=="${name}")]}{.metadata.name}{"\\n"}{end}`;
  const names = kubectl("get", "replicasets", inNamespace(namespace), `--output=${own}`);
  const label = kubectl("label", "replicasets", "%", inNamespace(namespace), "--overwrite", `${mark}=${name}`);
  return {
    text: "Mark the ReplicaSets that the Deployment owns. The command prints their names: they, and no others, are deleted at the end.",
    command: `${names} | xargs -I % ${label}`,
  };
}

/** The new Deployment takes over the old ReplicaSet where its selector fits it; else both run side by side until the new pods are ready. */
export const recreateDeployment = runbook("recreate-deployment", "refused", ["apps/Deployment"], (situation) => {
  const { before, after, from } = situation;
  const [selector, wanted] = [plainSelector(before), plainSelector(after)];
  const kept = keptNumber(situation);
  if (!selector || !wanted || !kept || !isSelectorOnly(situation) || isShared(situation, selector)) return undefined;
  const old = labelsOf(before);
  const labels = labelsForServices(situation, old, labelsOf(after));
  if (!labels || !areSound(labels)) return undefined;
  const isTakenOver = selects({ matchLabels: wanted }, old);
  if (!isTakenOver && (!canRunTwice(after) || !isLabelValue(from.name))) return undefined;
  const replaceOld: Step[] = isTakenOver
    ? []
    : [
        {
          text: "Wait until the new pods are ready, and delete the old ones.",
          command: onceRolledOut(
            "deployment",
            from,
            kubectl("delete", "replicasets", selecting({ [mark]: from.name }), inNamespace(from.namespace)),
          ),
        },
      ];
  return {
    title: "Recreate the Deployment while its pods run on",
    downtime: isTakenOver && stopsPods(situation),
    steps: [
      ...labelPods(from.namespace, selector, labels),
      ...(isTakenOver ? [] : [markOwn(from)]),
      ...kept.first,
      kept.merge(mergeRefused),
      orphan("deployment", from),
      syncAgain,
      ...replaceOld,
      ...kept.last,
    ],
  };
});

/** The new DaemonSet takes over the pods that its selector fits, and replaces them node by node. */
export const recreateDaemonSet = runbook("recreate-daemon-set", "refused", ["apps/DaemonSet"], (situation) => {
  const { before, after, from } = situation;
  const [selector, wanted] = [plainSelector(before), plainSelector(after)];
  if (!selector || !wanted || !isSelectorOnly(situation) || isShared(situation, selector)) return undefined;
  const old = labelsOf(before);
  const own = missing(wanted, old);
  const forServices = own && labelsForServices(situation, { ...old, ...own }, labelsOf(after));
  const labels = { ...own, ...forServices };
  if (!forServices || !areSound(labels)) return undefined;
  return {
    title: "Recreate the DaemonSet while its pods run on",
    downtime: stopsPods(situation),
    steps: [...labelPods(from.namespace, selector, labels), mergeRefused, orphan("daemonset", from), syncAgain],
  };
});

const placeOf = ({ metadata }: Situation["before"]): Place => ({ namespace: metadata.namespace ?? "", name: metadata.name });
const commandsFor = (objects: readonly Situation["before"][], commandOf: (object: Situation["before"]) => string | undefined) =>
  objects.map(commandOf).join("\n");

/** The old pods need it until the new ones are ready. */
const keepUsed = (objects: readonly Situation["before"][]): Step[] =>
  objects.length === 0
    ? []
    : [
        {
          text: "Have it keep what the old pods use, and the change deletes, too.",
          command: commandsFor(objects, (object) => keep(object.kind.toLowerCase(), placeOf(object)).command),
        },
      ];
const deleteUsed = (objects: readonly Situation["before"][]): Step[] =>
  objects.length === 0
    ? []
    : [
        {
          text: "Delete what the old pods used, once no pod uses it any more.",
          command: commandsFor(objects, ({ kind, metadata }) =>
            kubectl("delete", kind.toLowerCase(), metadata.name, inNamespace(metadata.namespace ?? ""), "--ignore-not-found"),
          ),
        },
      ];

/** A workload by another name or in another namespace: the old pods go when the new ones are ready. */
export const replaceWorkload = runbook(
  "replace-workload",
  "elsewhere",
  ["apps/Deployment", "apps/StatefulSet"],
  (situation: Situation<Workload>) => {
    const { before, after, from, to } = situation;
    const kept = keptNumber(situation);
    const isSet = after.kind === "StatefulSet";
    if (isSet && (after as ObjectOf<"apps/StatefulSet">).spec?.volumeClaimTemplates?.length) return undefined;
    if (losesNamespace(situation) || !kept || !canRunTwice(after)) return undefined;
    const selector = plainSelector(before);
    const labels = labelsForServices(situation, labelsOf(before), labelsOf(after));
    const used = usedAndDeleted(situation);
    if (!selector || !labels || !areSound(labels) || !used || ![before, ...used].every(canKeep)) return undefined;
    const resource = isSet ? "statefulset" : "deployment";
    return {
      title: `Delete the old ${after.kind} when the new one is ready`,
      downtime: false,
      steps: [
        ...labelPods(from.namespace, selector, labels),
        keep(resource, from),
        ...keepUsed(used),
        ...kept.first,
        kept.merge(mergeBeside),
        {
          text: "Wait until the new pods are ready. Delete the old ones once nothing sends requests to them.",
          command: onceRolledOut(resource, to, kubectl("delete", resource, from.name, inNamespace(from.namespace))),
        },
        ...deleteUsed(used),
        ...kept.last,
      ],
    };
  },
);
