import { podReads, podSpecOf } from "../../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../../manifest/index.ts";
import { isRecord } from "../../outside/index.ts";
import { bindingsOf } from "../cluster-flags.ts";
import type { EnvironmentIndex } from "../environment-index.ts";
import { isSound, type Place, type Situation } from "./runbook.ts";

const placeOf = ({ metadata }: KubernetesObject): Place => ({ namespace: metadata.namespace ?? "", name: metadata.name });

/** The object of the same kind at the same place; undefined where an environment has none. */
const same = (object: KubernetesObject, environment: EnvironmentIndex) =>
  environment
    .named(object.kind)
    .map((manifest) => manifest.object)
    .find(({ apiVersion, metadata }) => {
      const { namespace = "", name } = metadata;
      return (
        groupOf({ apiVersion }) === groupOf(object) && name === object.metadata.name && namespace === (object.metadata.namespace ?? "")
      );
    });

/**
 * What the pods of a workload use and the same change deletes: accounts with their rights, configuration and claims. Undefined where they lose
 * something that no step keeps: a binding that stays without their account, or an object whose name can't stand in a command.
 */
export function usedAndDeleted({ before, from, environments }: Situation): KubernetesObject[] | undefined {
  const pod = podSpecOf(before) ?? {};
  const account = { name: pod.serviceAccountName ?? "default", namespace: before.metadata.namespace };
  const at = (kind: string, name: string) =>
    environments.before
      .named(kind)
      .map(({ object }) => object)
      .filter(({ metadata }) => metadata.name === name && (metadata.namespace ?? "") === from.namespace);
  const bindings = bindingsOf(account, environments.before);
  const later = bindingsOf(account, environments.after);
  if (bindings.some((binding) => same(binding, environments.after) && !later.some((other) => isAlike(other, binding)))) return undefined;
  const used = [
    ...at("ServiceAccount", account.name),
    ...bindings.flatMap((binding) => [binding, ...rolesOf(binding, environments.before)]),
    ...[...podReads(pod)].flatMap(({ kind, name }) => [
      ...at(kind, name),
      ...(kind === "Secret" ? creatorsOf(name, at, from, environments.before) : []),
    ]),
    ...(pod.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => (claim ? at("PersistentVolumeClaim", claim.claimName ?? "") : [])),
  ];
  const deleted = [...new Set(used)].filter((object) => same(object, environments.after) === undefined);
  return deleted.every((object) => isSound(placeOf(object))) ? deleted : undefined;
}

const isAlike = (left: KubernetesObject, right: KubernetesObject) =>
  left.kind === right.kind && left.metadata.name === right.metadata.name && left.metadata.namespace === right.metadata.namespace;

function rolesOf({ roleRef, metadata }: KubernetesObject, environment: EnvironmentIndex): KubernetesObject[] {
  if (!isRecord(roleRef) || (roleRef.kind !== "Role" && roleRef.kind !== "ClusterRole")) return [];
  const namespace = roleRef.kind === "Role" ? (metadata.namespace ?? "") : "";
  return environment
    .named(roleRef.kind)
    .map(({ object }) => object)
    .filter(({ metadata: own }) => own.name === roleRef.name && (own.namespace ?? "") === namespace);
}

/** The objects that an operator creates a Secret for, which goes with them. */
function creatorsOf(
  name: string,
  at: (kind: string, name: string) => KubernetesObject[],
  { namespace }: Place,
  environment: EnvironmentIndex,
): KubernetesObject[] {
  const external = environment
    .named("ExternalSecret")
    .map(({ object }) => object)
    .filter(({ spec, metadata }) => {
      const target = isRecord(spec) && isRecord(spec.target) ? spec.target.name : undefined;
      return (metadata.namespace ?? "") === namespace && (target ?? metadata.name) === name;
    });
  return [...at("SealedSecret", name), ...external];
}
