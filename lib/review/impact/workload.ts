import { type ObjectOf, podSpecOf } from "../../kubernetes/index.ts";
import type { EnvironmentIndex } from "../environment-index.ts";
import { type Changing, deletion, downtime, immutable, inPlace, isWorse, kindImpact, rollout, scale, type Verdict } from "../impact.ts";
import { replaced, rolloutOfDeployment } from "../rollout-pods.ts";

type IntOrPercent = number | string | undefined;

type Deployment = ObjectOf<"apps/Deployment">;
type StatefulSet = ObjectOf<"apps/StatefulSet">;
type DaemonSet = ObjectOf<"apps/DaemonSet">;
type Replicated = Deployment | StatefulSet | ObjectOf<"apps/ReplicaSet"> | ObjectOf<"ReplicationController">;

/** Pods of a number or share, rounded as the controller rounds: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable */
const podsOf = (amount: IntOrPercent, of: number, round: (share: number) => number) =>
  typeof amount === "string" ? round((Number.parseInt(amount, 10) * of) / 100) : (amount ?? 0);

/** Pods that run while the change is applied: an autoscaler's least number, or the workload's own. */
function running({ before, after, environments }: Changing): number {
  const least = environments.after.leastPodsOf(after);
  // Fewer before than after: those there are decide whether there is a gap.
  return Math.min(least, environments.before.leastPodsOf(before) || least);
}

/** The Deployment's own pods, and those of a Rollout that takes the template from it. */
function deploymentTemplate(changing: Changing<Deployment>): Verdict {
  const own = deploymentPods(changing);
  const follower = rolloutOfDeployment(changing.after, changing.environments.after);
  if (!follower) return own;
  const followed = replaced(follower, changing.environments.after);
  const { impact } = isWorse(own.impact, followed.impact) ? own : followed;
  return { impact, reason: `${own.reason}; of Rollout ${follower.metadata.name}, which takes the template from it: ${followed.reason}` };
}

/** Whether a field is in the pods' template, and so makes new ones. */
function deploymentPods(changing: Changing<Deployment>): Verdict {
  const { paused, strategy } = changing.after.spec ?? {};
  const count = running(changing);
  if (changing.environments.after.leastPodsOf(changing.after) === 0) return inPlace("it runs no pods");
  if (paused) return inPlace("the Deployment is paused: pods are replaced when it is resumed");
  if (strategy?.type === "Recreate") return downtime("Recreate: all pods stop before the new ones start");
  const { maxSurge, maxUnavailable } = strategy?.rollingUpdate ?? {};
  const gone = podsOf(maxUnavailable, count, Math.floor);
  const more = podsOf(maxSurge, count, Math.ceil);
  // The controller lets one go where both are rounded down to none.
  if (gone >= count || (gone === 0 && more === 0 && count === 1))
    return downtime(`a rolling update that lets ${count === 1 ? "the only pod" : `all ${count} pods`} go before new ones are ready`);
  const port = hostPortOf(changing.after);
  if (gone === 0 && port !== undefined) return rollout(`each new pod needs a node with port ${port} free, and no old pod may stop first`);
  const quota = changing.environments.after.surgeBlockedBy(changing.after, more);
  if (quota && gone === 0) return rollout(`it waits: ${quota} allows no further pod, and no old pod may stop first`);
  return rollout(
    `pods are replaced, ${gone === 0 ? "each only when its successor is ready" : `at most ${gone} of ${count} missing at a time`}`,
  );
}

/** A port of its node that a pod takes, so that no two fit on one. */
function hostPortOf(object: Changing["after"]): number | undefined {
  const { containers = [], hostNetwork } = podSpecOf(object) ?? {};
  const ports = containers.flatMap(({ ports: own = [] }) => own);
  return ports
    .map(({ hostPort, containerPort }) => hostPort || (hostNetwork ? containerPort : undefined))
    .find((port) => port !== undefined);
}

function statefulPods(changing: Changing<StatefulSet>): Verdict {
  const { updateStrategy, ordinals: { start = 0 } = {} } = changing.after.spec ?? {};
  const replicas = changing.environments.after.leastPodsOf(changing.after);
  if (replicas === 0) return inPlace("it runs no pods");
  if (updateStrategy?.type === "OnDelete") return inPlace("OnDelete: a pod changes when somebody deletes it");
  const { partition = 0, maxUnavailable } = updateStrategy?.rollingUpdate ?? {};
  const replaced = Math.min(replicas, replicas + start - partition);
  if (replaced <= 0) return inPlace(`partition ${partition}: only pods from that number on would be replaced, and there is none`);
  const gone = podsOf(maxUnavailable ?? 1, replicas, Math.ceil);
  const count = running(changing);
  if (Math.min(replaced, gone) >= count)
    return downtime(count === 1 ? "a StatefulSet stops its only pod before it starts the new one" : `all ${count} pods may stop at once`);
  return rollout(
    replaced < replicas
      ? `partition ${partition}: ${replaced} of ${replicas} pods are replaced, one by one`
      : "pods are replaced one by one",
  );
}

function daemonPods({ after }: Changing<DaemonSet>): Verdict {
  const { updateStrategy } = after.spec ?? {};
  if (updateStrategy?.type === "OnDelete") return inPlace("OnDelete: a pod changes when somebody deletes it");
  const { maxUnavailable } = updateStrategy?.rollingUpdate ?? {};
  if (maxUnavailable === "100%") return downtime("the pods of all nodes may stop at once");
  return rollout(`pods are replaced node by node${maxUnavailable === 0 ? "" : ", each node without one meanwhile"}`);
}

function replicas({ before, after }: Changing<Replicated>): Verdict {
  const [from, to] = [before.spec?.replicas ?? 1, after.spec?.replicas ?? 1];
  return scale(`${from} pods become ${to}${to === 0 ? ": nothing runs any more" : ""}`);
}

/** A Deployment's number of pods, which an autoscaler may own. */
function deploymentReplicas(changing: Changing<Deployment>): Verdict {
  const autoscaler = changing.environments.after.autoscalerOf(changing.after);
  const verdict = replicas(changing);
  if (!autoscaler) return verdict;
  if (changing.environments.before.autoscalerOf(changing.before))
    return scale(`${verdict.reason}, until the autoscaler ${autoscaler} sets its own number`);
  return scale(`${verdict.reason} at the sync, until the autoscaler ${autoscaler} takes over; autoscaling.initialReplicas keeps them`);
}

/** What goes with a Deployment, which a Rollout may have taken the pods of before. */
function deploymentRemoved(object: Deployment, environment: EnvironmentIndex, remaining: EnvironmentIndex): Verdict {
  const { namespace, name } = object.metadata;
  const follower = rolloutOfDeployment(object, environment);
  const all = "the Deployment and its pods are deleted";
  if (follower) {
    const rolloutName = `Rollout ${follower.metadata.name}`;
    return deletion(
      (follower.spec?.workloadRef?.scaleDown ?? "never") === "never"
        ? `${all}; ${rolloutName} has pods of its own`
        : `the Deployment is deleted, and it runs no pods any more: ${rolloutName} has them`,
    );
  }
  const successor = remaining
    .objectsOf("argoproj.io/Rollout")
    .find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  return deletion(
    successor
      ? `${all}, and nothing waits until those of Rollout ${name} are ready: with workloadRef the Deployment stays until they are`
      : all,
  );
}

export const deployment = kindImpact(["apps/Deployment"], {
  fields: [
    ["spec.selector", immutable("a Deployment's selector")],
    ["spec.template", deploymentTemplate],
    ["spec.replicas", deploymentReplicas],
    ["spec.paused", inPlace("rollouts stop or continue")],
  ],
  removed: deploymentRemoved,
});

export const statefulSet = kindImpact(["apps/StatefulSet"], {
  fields: [
    ["spec.template", statefulPods],
    ["spec.replicas", replicasOfSet],
    ["spec.updateStrategy", inPlace("the next rollout follows it")],
    ["spec.persistentVolumeClaimRetentionPolicy", inPlace("it decides which claims are deleted with the set or its pods")],
    ["spec.minReadySeconds", inPlace("the next rollout follows it")],
    ["spec.ordinals", rollout("pods get other numbers: those outside the new range stop, others start")],
    ["spec.revisionHistoryLimit", inPlace("how many old revisions are kept")],
    [
      "spec",
      immutable("a StatefulSet's spec, except replicas, ordinals, template, updateStrategy, retention of claims and minReadySeconds,"),
    ],
  ],
  removed: (object) => {
    const { volumeClaimTemplates = [], persistentVolumeClaimRetentionPolicy: policy } = object.spec ?? {};
    if (volumeClaimTemplates.length === 0) return { impact: "deletion", reason: "the StatefulSet and its pods are deleted" };
    const names = volumeClaimTemplates.map(({ metadata }) => metadata?.name).join(", ");
    return {
      impact: "data-loss",
      reason:
        policy?.whenDeleted === "Delete"
          ? `its pods and their claims (${names}) with all stored data are deleted: whenDeleted is Delete`
          : `its pods are deleted, and their claims (${names}) stay without an owner: whoever cleans them up deletes the stored data`,
    };
  },
});

function replicasOfSet(changing: Changing<StatefulSet>): Verdict {
  const verdict = replicas(changing);
  const { volumeClaimTemplates = [], persistentVolumeClaimRetentionPolicy: policy } = changing.after.spec ?? {};
  const fewer = (changing.after.spec?.replicas ?? 1) < (changing.before.spec?.replicas ?? 1);
  if (fewer && volumeClaimTemplates.length > 0 && policy?.whenScaled === "Delete")
    return { impact: "data-loss", reason: `${verdict.reason}, and the claims of stopped pods are deleted: whenScaled is Delete` };
  return verdict;
}

export const daemonSet = kindImpact(["apps/DaemonSet"], {
  fields: [
    ["spec.selector", immutable("a DaemonSet's selector")],
    ["spec.template", daemonPods],
  ],
});

export const replicaSet = kindImpact(["apps/ReplicaSet", "ReplicationController"], {
  fields: [
    [
      "spec.selector",
      (changing) => (changing.after.kind === "ReplicaSet" ? immutable("a ReplicaSet's selector") : inPlace("it counts other pods")),
    ],
    ["spec.template", inPlace("running pods stay as they are; new pods follow the template")],
    ["spec.replicas", replicas],
  ],
});
