import { isKind, minorOf, podTemplateOf, podTemplatePaths, removalIn } from "../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../manifest/index.ts";
import { isRecord, own } from "../outside/index.ts";
import type { Difference } from "./upgrade.ts";

/** What an upgrade takes from an object that the target accepts and warns of nothing about. */
export const silentLosses = (object: KubernetesObject, from: string, to: string): Difference[] => [
  ...scaledTargetLoss(object, to),
  ...seccompLosses(object, from, to),
];

/**
 * A target of an autoscaler whose apiVersion the version doesn't serve. The controller asks for group and kind alone:
 * https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
 */
function scaledTargetLoss(object: KubernetesObject, to: string): Difference[] {
  if (!isKind(object, "autoscaling/HorizontalPodAutoscaler")) return [];
  const { apiVersion, kind } = object.spec?.scaleTargetRef ?? {};
  if (typeof apiVersion !== "string" || typeof kind !== "string") return [];
  const removal = removalIn(to, apiVersion, kind);
  if (removal === undefined) return [];
  const { since, use } = removal;
  const isFound = use !== undefined && groupOf({ apiVersion: use }) === groupOf({ apiVersion });
  const effect = isFound
    ? "the autoscaler finds its target by group and kind all the same"
    : "the autoscaler finds no target, and the number of pods stays as it is";
  return [
    {
      kind: "reference-lost",
      path: "spec.scaleTargetRef.apiVersion",
      message: `${apiVersion} ${kind} was removed in Kubernetes ${since}: ${effect}`,
      fix: use === undefined ? "There is no replacement of this kind." : `Use ${use}.`,
    },
  ];
}

const podKey = "seccomp.security.alpha.kubernetes.io/pod";
const containerPrefix = "container.seccomp.security.alpha.kubernetes.io/";
/** The first version that ignores them: https://kubernetes.io/docs/tutorials/security/seccomp/ */
const ignoredSince = 27;

/** Profiles that only annotations give. */
function seccompLosses(object: KubernetesObject, from: string, to: string): Difference[] {
  if (minorOf(from) >= ignoredSince || minorOf(to) < ignoredSince) return [];
  const template: unknown = podTemplateOf(object);
  if (!isRecord(template) || !isRecord(template.metadata) || !isRecord(template.metadata.annotations)) return [];
  const { spec } = template;
  const path = [...(own(podTemplatePaths, object.kind) ?? []), "metadata", "annotations"].join(".");
  return Object.keys(template.metadata.annotations).flatMap((key): Difference[] => {
    const isOfPod = key === podKey;
    if (!isOfPod && !key.startsWith(containerPrefix)) return [];
    if (hasProfile(isOfPod ? spec : containerOf(spec, key.slice(containerPrefix.length)))) return [];
    const who = isOfPod ? "pods" : `container ${key.slice(containerPrefix.length)} of pods`;
    return [
      {
        kind: "field-dropped",
        path: `${path}["${key}"]`,
        message: `Kubernetes 1.${ignoredSince} and newer ignore it: ${who} that start after the upgrade ${isOfPod ? "lose" : "loses"} this seccomp profile`,
        fix: "Set securityContext.seccompProfile before the upgrade.",
      },
    ];
  });
}

/** Whether the securityContext of a pod's spec or of a container has a profile, which goes before the annotation. */
const hasProfile = (owner: unknown) => isRecord(owner) && isRecord(owner.securityContext) && isRecord(owner.securityContext.seccompProfile);

const containerOf = (spec: unknown, name: string): unknown =>
  ["initContainers", "containers"]
    .flatMap((list): unknown[] => (isRecord(spec) && Array.isArray(spec[list]) ? spec[list] : []))
    .find((container) => isRecord(container) && container.name === name);
