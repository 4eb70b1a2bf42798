import { isKind, isSubdomain, type ObjectOf, podSpecOf, podTemplatePaths, quantity } from "../../kubernetes/index.ts";
import type { KubernetesObject } from "../../manifest/index.ts";
import type { EnvironmentIndex } from "../environment-index.ts";
import { inNamespace, kubectl, merging, selecting } from "./command.ts";
import { plainSelector, workloadKinds } from "./labels.ts";
import { mergeRefused, type Place, refusedPaths, runbook, type Situation, type Step, syncAgain } from "./runbook.ts";
import { areKnown, claimsOf, fitsVolume, handOver, type Template, templatesOf } from "./volumes.ts";

type Claim = ObjectOf<"PersistentVolumeClaim">;

const templateOf = ({ metadata, spec }: Claim): Template => ({
  name: metadata.name,
  storageClass: spec?.storageClassName,
  storage: spec?.resources?.requests?.storage,
});

/** Whether a claim takes any volume of its class: what names a source or asks for labels may get none. */
const takesAny = ({ spec }: Claim) => [spec?.selector, spec?.dataSource, spec?.dataSourceRef].every((field) => field === undefined);

/** A claim with another class, or a smaller request: the volume is handed to the claim that comes, with the class that it asks for. */
export const rebindClaim = runbook("rebind-claim", "refused", ["PersistentVolumeClaim"], (situation) => {
  const { before, after, from, environments } = situation;
  const [old, now] = [templateOf(before), templateOf(after)];
  const fields = ["spec.storageClassName", "spec.resources.requests.storage"];
  if (!refusedPaths(situation).every((path) => fields.includes(path)) || !takesAny(after) || !areKnown(from)) return undefined;
  if (now.storageClass === undefined || !(now.storageClass === "" || isSubdomain(now.storageClass))) return undefined;
  if ((quantity(now.storage) ?? 0) > (quantity(old.storage) ?? 0)) return undefined;
  const readers = readersOf(environments.before, from);
  const pods = readers.map(plainSelector);
  if (pods.includes(undefined)) return undefined;
  const stop = pods.flatMap((labels) => (labels ? [kubectl("delete", "pods", selecting(labels), inNamespace(from.namespace))] : []));
  return {
    title: "Bind the new claim to the volume of the old one, where the data stays; the volume takes the new class by name alone",
    downtime: true,
    steps: [
      mergeRefused,
      {
        text: "Keep the volume, and hand it to the claim that the sync will create. The old claim is Lost from now on; running pods stay.",
        command: handOver(from, from, now.storageClass),
      },
      {
        text: "Delete the claim. It is gone when no pod uses it any more.",
        command: kubectl("delete", "persistentvolumeclaim", from.name, inNamespace(from.namespace), "--wait=false"),
      },
      ...(stop.length > 0
        ? [{ text: "Stop the pods that use it. Those that follow wait for the new claim.", command: [...new Set(stop)].join("\n") }]
        : []),
      syncAgain,
    ],
  };
});

/** Whatever has pods that use a claim, bare Pods too. */
function readersOf(index: EnvironmentIndex, { namespace, name }: Place): KubernetesObject[] {
  return Object.keys(podTemplatePaths)
    .flatMap((kind) => index.named(kind).map(({ object }) => object))
    .filter((object) => (object.metadata.namespace ?? "") === namespace)
    .filter((object) => podSpecOf(object)?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name));
}

/** A claim by another name or in another namespace. */
export const moveClaim = runbook("move-claim", "elsewhere", ["PersistentVolumeClaim"], (situation) => {
  const { before, after, from, to, environments } = situation;
  if (!fitsVolume(templateOf(before), templateOf(after)) || !takesAny(after) || !areKnown(from, to)) return undefined;
  const readers = readersOf(environments.before, from);
  const isMoved = from.namespace !== to.namespace;
  if (!readers.every((object) => isStoppable(object) || (isMoved && isSchedule(object)))) return undefined;
  // Within a namespace, pods that use the claim are replaced by a rollout; those of two namespaces would use the volume at once.
  const users = isMoved ? readers : [];
  return {
    title: "Hand the volume to the new claim before the old one goes",
    downtime: true,
    steps: [
      ...endJobs(situation, users.filter(isSchedule)),
      { text: keepText, command: handOver(from, to, templateOf(after).storageClass) },
      ...aroundMerge(situation, users, "Merge the change. The sync creates the new claim, bound to the volume, and deletes the old one."),
    ],
  };
});

/** Whether a workload can be deleted and created anew with nothing lost: no Job's work, no bare Pod, and no claims that go with a StatefulSet. */
const isStoppable = (object: KubernetesObject): boolean =>
  isSubdomain(object.metadata.name) &&
  workloadKinds.some((kind) => isKind(object, kind)) &&
  !(isKind(object, "apps/StatefulSet") && object.spec?.persistentVolumeClaimRetentionPolicy?.whenDeleted === "Delete");

const isSchedule = (object: KubernetesObject): boolean => isKind(object, "batch/CronJob") && isSubdomain(object.metadata.name);

/** Lets the Jobs of CronJobs end, and has them start no more. Argo CD would have a CronJob go on whose manifest says so. */
function endJobs(situation: Situation, schedules: readonly KubernetesObject[]): Step[] {
  if (schedules.length === 0) return [];
  const { from } = situation;
  const suspend = schedules.map(({ metadata }) =>
    kubectl("patch", "cronjob", metadata.name, inNamespace(from.namespace), ...merging({ spec: { suspend: true } })),
  );
  const wait = schedules.map(({ metadata }) => {
    const active = kubectl("get", "cronjob", metadata.name, inNamespace(from.namespace), "--output=jsonpath={.status.active}");
    return `while sleep 5; do active=$(${active}) && [ -z "$active" ] && break; done`;
  });
  return [
    ...pause(situation),
    { text: `Start no more Jobs.${pauseByHand(situation)}`, command: suspend.join("\n") },
    { text: "Wait until those that run have ended: their pods need the volume.", command: wait.join("\n") },
  ];
}

const keepText = "Keep the volume, and hand it to the claim to come. The old claim is Lost from now on; running pods stay.";

/** A StatefulSet by another name or in another namespace has claims by other names. */
export const moveSet = runbook("move-stateful-set", "elsewhere", ["apps/StatefulSet"], (situation) => {
  const { before, after, from, to, environments } = situation;
  const [old, now] = [templatesOf(before), templatesOf(after)];
  const fits = old.every((template) => now.some((other) => other.name === template.name && fitsVolume(template, other)));
  if (old.length === 0 || old.length !== now.length || !fits || !areKnown(from, to)) return undefined;
  const names = old.map(({ name }) => name);
  const claims = claimsOf(before, environments.before, from, names);
  const next = claimsOf(before, environments.before, to, names);
  if (!claims || !next || startOf(before) !== startOf(after)) return undefined;
  const commands = claims.map((name, index) =>
    handOver({ namespace: from.namespace, name }, { namespace: to.namespace, name: next[index] ?? "" }),
  );
  return {
    title: "Hand the volumes to the claims of the new StatefulSet",
    downtime: true,
    steps: [
      { text: keepText, command: commands.join("\n") },
      ...aroundMerge(situation, [before], "Merge the change. The sync creates the new StatefulSet, whose claims are bound to the volumes."),
      {
        text: "Delete the old claims, which have no volume any more.",
        command: kubectl("delete", "persistentvolumeclaim", ...claims, inNamespace(from.namespace)),
      },
    ],
  };
});

const startOf = ({ spec }: ObjectOf<"apps/StatefulSet">) => spec?.ordinals?.start ?? 0;

/**
 * Stops what uses the volumes before the merge, so that no two pods use one at a time. Argo CD must not start it again meanwhile:
 * https://argo-cd.readthedocs.io/en/stable/user-guide/skip_reconcile/
 */
function aroundMerge(situation: Situation, users: readonly KubernetesObject[], merge: string): Step[] {
  if (users.length === 0) return [{ text: merge }];
  const { application, from } = situation;
  const stop = users.map(({ kind, metadata }) =>
    kubectl("delete", kind.toLowerCase(), metadata.name, inNamespace(from.namespace), "--cascade=foreground"),
  );
  const isPaused = users.some(isSchedule);
  return [
    ...(isPaused ? [] : pause(situation)),
    {
      text: `Stop what uses the volume: no two pods may use it at a time.${isPaused ? "" : pauseByHand(situation)}`,
      command: stop.join("\n"),
    },
    { text: merge },
    ...(application ? [{ text: "Have Argo CD go on, which syncs.", command: annotate(application, "-") }] : []),
  ];
}

const skip = "argocd.argoproj.io/skip-reconcile";
const annotate = ({ namespace, name }: Place, value: string) =>
  kubectl("annotate", "application", name, `${skip}${value}`, inNamespace(namespace), value === "-" ? "" : "--overwrite");

const pause = ({ application }: Situation): Step[] =>
  application ? [{ text: "Have Argo CD leave the Application alone.", command: annotate(application, "=true") }] : [];
const pauseByHand = ({ application }: Situation) =>
  application
    ? ""
    : ` Where Argo CD heals what it applied, first annotate its Application with ${skip}=true, and remove that after the merge.`;
