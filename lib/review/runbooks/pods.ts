import { containersOf, isKind, podSpecOf } from "../../kubernetes/index.ts";
import type { KubernetesObject } from "../../manifest/index.ts";

/** Whether pods of two versions of a workload may run side by side: nothing is theirs alone, and the workload doesn't ask for it. */
export const canRunTwice = (object: KubernetesObject): boolean =>
  !(isKind(object, "apps/Deployment") && object.spec?.strategy?.type === "Recreate") && !takesPorts(object) && !hasClaims(object);

function takesPorts(object: KubernetesObject): boolean {
  const pod = podSpecOf(object) ?? {};
  return (
    pod.hostNetwork === true || containersOf(pod).some(({ container }) => container.ports?.some(({ hostPort }) => hostPort !== undefined))
  );
}

const hasClaims = (object: KubernetesObject) =>
  (podSpecOf(object)?.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined);

/** Volumes that each pod has for itself, or that no pod writes to. */
const own = ["configMap", "downwardAPI", "emptyDir", "ephemeral", "image", "projected", "secret"];

/** Whether a pod takes nothing that a second one would miss or write to as well: no port of its node, and no volume but its own. */
export const sharesNothing = (object: KubernetesObject): boolean =>
  !takesPorts(object) &&
  (podSpecOf(object)?.volumes ?? []).every((volume) => Object.keys(volume).every((key) => key === "name" || own.includes(key)));
