import { defaultedKeys, sortedKeys, withDefaults } from "../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../manifest/index.ts";
import { isRecord, membersOf, omit, own, recordsOf, textOf } from "../outside/index.ts";

type Members = Readonly<Record<string, unknown>>;

/** Members of metadata that only an object has which a server gave out. */
const ofServer = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"] as const;

/** What kubectl leaves in the cluster only, and nobody writes. */
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Whether objects were read from a cluster, and not written by a person. */
export const isExported = ({ metadata }: KubernetesObject): boolean =>
  typeof metadata.uid === "string" ||
  typeof metadata.resourceVersion === "string" ||
  Array.isArray(metadata.managedFields) ||
  Object.hasOwn(membersOf(metadata.annotations), lastApplied);

/** Kinds whose objects the cluster makes for itself. */
const madeByCluster = new Set([
  "/Endpoints",
  "/Event",
  "/Node",
  "apps/ControllerRevision",
  "coordination.k8s.io/Lease",
  "discovery.k8s.io/EndpointSlice",
  "events.k8s.io/Event",
  "metrics.k8s.io/PodMetrics",
]);
const secretsOfCluster = new Set(["kubernetes.io/service-account-token", "helm.sh/release.v1", "bootstrap.kubernetes.io/token"]);

/**
 * Whether a controller made an object that was read from a cluster: another object owns it, a StatefulSet claims it, or every cluster has it.
 * @param beside what was read with it
 */
export function isOfController(object: KubernetesObject, beside: readonly KubernetesObject[]): boolean {
  const { kind, metadata } = object;
  if (recordsOf(metadata.ownerReferences).length > 0 || madeByCluster.has(`${groupOf(object)}/${kind}`)) return true;
  if (kind === "PersistentVolumeClaim") return beside.some((set) => claims(set, metadata));
  if (kind === "ServiceAccount") return metadata.name === "default";
  if (kind === "Service") return metadata.name === "kubernetes" && metadata.namespace === "default";
  return isOfEveryCluster(object);
}

/** Whether nobody but the cluster makes an object, however it was read: the certificates that each namespace gets, and tokens. */
export function isOfEveryCluster({ kind, metadata, type, data }: KubernetesObject): boolean {
  if (kind === "ConfigMap") return metadata.name === "kube-root-ca.crt" || metadata.name === "openshift-service-ca.crt";
  return kind === "Secret" && secretsOfCluster.has(textOf(type)) && isRecord(data);
}

/** Whether a claim is one of a StatefulSet's: `<template>-<set>-<ordinal>`. */
function claims(set: KubernetesObject, { name, namespace }: KubernetesObject["metadata"]): boolean {
  if (set.kind !== "StatefulSet" || set.metadata.namespace !== namespace) return false;
  const claim = name.replace(/-\d+$/, "");
  const templates = recordsOf(membersOf(set.spec).volumeClaimTemplates);
  return claim !== name && templates.some((template) => `${textOf(membersOf(template.metadata).name)}-${set.metadata.name}` === claim);
}

/** Annotations that controllers and tools keep for themselves; the server's own of claims. */
const toolAnnotations =
  /^(kubectl\.kubernetes\.io\/last-applied-configuration|deployment\.kubernetes\.io\/revision|deprecated\.daemonset\.template\.generation|argocd\.argoproj\.io\/tracking-id|control-plane\.alpha\.kubernetes\.io\/leader|pv\.kubernetes\.io\/.*|volume\.(beta\.)?kubernetes\.io\/(storage-provisioner|selected-node)|batch\.kubernetes\.io\/job-tracking)$/;
const toolLabels = /^((batch\.kubernetes\.io\/)?controller-uid|(batch\.kubernetes\.io\/)?job-name|kubernetes\.io\/metadata\.name)$/;

/**
 * An object that was read from a cluster as a person would have written it: without its status, without what controllers and tools set, and
 * without every value that the server fills in where it isn't given.
 */
export function asWritten(object: KubernetesObject): KubernetesObject {
  const { apiVersion, kind, metadata, ...rest } = object;
  const spec = own(specRules, kind)?.(membersOf(rest.spec)) ?? rest.spec;
  const plain = {
    apiVersion,
    kind,
    metadata: metadataOf(metadata),
    ...omit(rest, "status", "spec", ...(kind === "ServiceAccount" ? ["secrets" as const] : [])),
    ...(spec === undefined || (isRecord(spec) && Object.keys(spec).length === 0) ? {} : { spec }),
  } as KubernetesObject;
  return withoutFilled(withoutEmptyTimes(plain) as KubernetesObject);
}

function metadataOf(metadata: KubernetesObject["metadata"]): Members {
  const { annotations, labels, finalizers, ...rest } = omit(metadata, ...ofServer);
  const kept = (map: unknown, tools: RegExp) => Object.entries(membersOf(map)).filter(([key]) => !tools.test(key));
  const [ownLabels, ownAnnotations] = [kept(labels, toolLabels), kept(annotations, toolAnnotations)];
  const own = (Array.isArray(finalizers) ? finalizers : []).filter((name) => !/^kubernetes\.io\/(pvc|pv)-protection$/.test(String(name)));
  return {
    ...rest,
    ...(ownLabels.length > 0 ? { labels: Object.fromEntries(ownLabels) } : {}),
    ...(ownAnnotations.length > 0 ? { annotations: Object.fromEntries(ownAnnotations) } : {}),
    ...(own.length > 0 ? { finalizers: own } : {}),
  };
}

/** What controllers set in a spec, by kind. */
const specRules: Readonly<Record<string, (spec: Members) => Members>> = {
  Service: (spec) => (spec.clusterIP === "None" ? omit(spec, "clusterIPs") : omit(spec, "clusterIP", "clusterIPs", "healthCheckNodePort")),
  PersistentVolumeClaim: (spec) => omit(spec, "volumeName"),
  Namespace: () => ({}),
  Job: (spec) => (spec.manualSelector === true ? spec : { ...omit(spec, "selector"), template: withoutJobLabels(spec.template) }),
};

function withoutJobLabels(template: unknown): unknown {
  if (!isRecord(template) || !isRecord(template.metadata)) return template;
  return { ...template, metadata: metadataOf(template.metadata as KubernetesObject["metadata"]) };
}

/** Templates say `creationTimestamp: null`, which is nothing. */
function withoutEmptyTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyTimes);
  if (!isRecord(value)) return value;
  const members = Object.entries(value).filter(([key, member]) => !(key === "creationTimestamp" && member === null));
  return Object.fromEntries(members.map(([key, member]) => [key, withoutEmptyTimes(member)]));
}

/** Keys that the server fills in. A volume without a source is an empty directory to it, and a mistake to whoever reads it. */
const filled = new Set([...defaultedKeys].filter((key) => key !== "emptyDir"));

/** Takes out, one by one, the values without which the server would hold the same. */
function withoutFilled(object: KubernetesObject): KubernetesObject {
  const copy = structuredClone(object) as unknown as Record<string, unknown>;
  const meant = canonical(withDefaults(object));
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    if (!isRecord(value)) return;
    const members = value as Record<string, unknown>;
    for (const key of Object.keys(members)) {
      visit(members[key]);
      if (!filled.has(key)) continue;
      const { [key]: removed } = members;
      delete members[key];
      if (canonical(withDefaults(copy as unknown as KubernetesObject)) !== meant) members[key] = removed;
    }
  };
  visit(copy.spec);
  return copy as unknown as KubernetesObject;
}

/** A value as text that doesn't depend on the order of keys. */
export const canonical = (value: unknown): string => JSON.stringify(sortedKeys(value));
