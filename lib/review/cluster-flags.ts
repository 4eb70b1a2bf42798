import { isKind, podTemplateOf, quantity, selects } from "../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../manifest/index.ts";
import { isRecord } from "../outside/index.ts";
import { denies, failingWebhooks } from "./admission.ts";
import type { Flag } from "./change.ts";
import type { EnvironmentIndex } from "./environment-index.ts";

/** What concerns more than the object itself: writes to the whole cluster, drains of nodes, and rights that get lost. */
export function clusterFlags(
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
  environment: EnvironmentIndex,
): Flag[] {
  return [
    ...(after ? admission(before, after) : []),
    ...(after ? drains(before, after, environment) : []),
    ...(before && !after ? lostRights(before, environment) : []),
  ];
}

/** What can stop writes to the cluster that nothing stopped before. */
function* admission(before: KubernetesObject | undefined, after: KubernetesObject): Generator<Flag> {
  const known = new Set(before ? stopping(before) : []);
  for (const what of stopping(after)) if (!known.has(what)) yield { flag: "admission", text: what };
}

function stopping(object: KubernetesObject): string[] {
  const group = groupOf(object);
  const spec = isRecord(object.spec) ? object.spec : {};
  if (group === "apiregistration.k8s.io" && isRecord(spec.service))
    return [
      `API group ${String(spec.group)} is served by Service ${String(spec.service.namespace)}/${String(spec.service.name)}: it is down when that is`,
    ];
  if (group !== "admissionregistration.k8s.io") return [];
  if (object.kind === "ValidatingAdmissionPolicy")
    return (spec.failurePolicy ?? "Fail") === "Fail" ? ["failurePolicy Fail: writes are refused where a rule can't be evaluated"] : [];
  if (object.kind === "ValidatingAdmissionPolicyBinding")
    return denies(object) ? [`policy ${String(spec.policyName)} refuses writes: validationActions has Deny`] : [];
  return failingWebhooks(object).map((name) => `failurePolicy Fail: writes are refused while webhook ${name} doesn't answer`);
}

/** A budget that lets no pod be evicted, so that no node that runs one can be drained. */
function drains(before: KubernetesObject | undefined, after: KubernetesObject, environment: EnvironmentIndex): Flag[] {
  const [was, is] = [before && evictionsBlockedBy(before, environment), evictionsBlockedBy(after, environment)];
  return is !== undefined && was === undefined ? [{ flag: "capacity", text: `no node that runs its pods can be drained: ${is}` }] : [];
}

/** Why a budget allows no eviction; undefined where it allows some, or where its pods aren't known. */
export function evictionsBlockedBy(object: KubernetesObject, environment: EnvironmentIndex): string | undefined {
  if (!isKind(object, "policy/PodDisruptionBudget")) return undefined;
  const { minAvailable, maxUnavailable, selector } = object.spec ?? {};
  if (maxUnavailable === 0 || maxUnavailable === "0%") return `maxUnavailable is ${maxUnavailable}`;
  if (minAvailable === "100%") return "minAvailable is 100%";
  const least = typeof minAvailable === "number" ? minAvailable : quantity(minAvailable);
  if (least === undefined || !selector) return undefined;
  const pods = ["Deployment", "StatefulSet", "Rollout"]
    .flatMap((kind) => environment.named(kind))
    .filter(({ object: workload }) => workload.metadata.namespace === object.metadata.namespace)
    .filter(({ object: workload }) => selects(selector, podTemplateOf(workload)?.metadata?.labels ?? {}))
    .reduce((sum, { object: workload }) => sum + environment.leastPodsOf(workload), 0);
  return pods > 0 && least >= pods ? `minAvailable is ${least} of ${pods} pods` : undefined;
}

/** Bindings that still name an account that goes: whoever runs under its new name has none of their rights. */
function lostRights(before: KubernetesObject, environment: EnvironmentIndex): Flag[] {
  if (!isKind(before, "ServiceAccount")) return [];
  const { name, namespace } = before.metadata;
  return bindingsOf({ name, namespace }, environment).map((object) => ({
    flag: "privilege",
    text: `${object.kind} ${object.metadata.name} still names ServiceAccount ${name}, which goes: its rights are lost`,
  }));
}

/** The bindings of an environment that grant something to an account. @param account its namespace is undefined where none is known */
export const bindingsOf = (
  { name, namespace }: { readonly name: string; readonly namespace: string | undefined },
  environment: EnvironmentIndex,
): KubernetesObject[] =>
  ["RoleBinding", "ClusterRoleBinding"]
    .flatMap((kind) => environment.named(kind))
    .map(({ object }) => object)
    .filter((object) => groupOf(object) === "rbac.authorization.k8s.io")
    .filter((object) =>
      subjectsOf(object).some(
        (subject) => subject.kind === "ServiceAccount" && subject.name === name && (subject.namespace ?? namespace) === namespace,
      ),
    );

const subjectsOf = ({ subjects }: KubernetesObject): Readonly<Record<string, unknown>>[] =>
  Array.isArray(subjects) ? subjects.filter(isRecord) : [];
