/** What a snapshot keeps of an object. Nothing that changes by itself, but for rollouts that aren't done, and nothing that may be secret: no annotations, no messages, no CA bundles. */
import { sortedKeys, withoutDescriptions, withoutStatus } from "../kubernetes/index.ts";
import { isRecord } from "../outside/index.ts";
import { members, textOf } from "./discover.ts";
import type { ClusterSnapshot } from "./snapshot.ts";

type Json = Readonly<Record<string, unknown>>;
/** Undefined for an object that is left out. */
export type Keep = (object: Json) => unknown;

const recordOf = (value: unknown): Json => (isRecord(value) ? value : {});

/** Some members of an object, those that it has. */
const picked = (object: Json, ...keys: readonly string[]): Json =>
  Object.fromEntries(keys.flatMap((key) => (object[key] === undefined ? [] : [[key, object[key]]])));

/** Of these nothing but the name counts. */
export const nothing: Keep = () => true;

export const specOf: Keep = ({ spec }) => recordOf(spec);

/** Some members of an object itself, as it has them. */
export const membersOf =
  (...keys: readonly string[]): Keep =>
  (object) =>
    picked(object, ...keys);

/** Some members of an object's spec, within it. */
export const membersOfSpec =
  (...keys: readonly string[]): Keep =>
  ({ spec }) => ({ spec: picked(recordOf(spec), ...keys) });

/** Every namespace has an account with the name default. */
export const account: Keep = ({ metadata }) => (textOf(metadata, "name") === "default" ? undefined : true);

/** The server gives each namespace a label with its name, which says nothing. */
export const labels: Keep = ({ metadata }) =>
  Object.fromEntries(Object.entries(recordOf(recordOf(metadata).labels)).filter(([key]) => key !== "kubernetes.io/metadata.name"));

export const service: Keep = ({ spec }) => {
  const { type, clusterIP } = recordOf(spec);
  const ports = members(spec, "ports").map(({ protocol, ...port }) => ({
    ...picked(port, "name", "port", "nodePort"),
    ...(protocol === "TCP" ? {} : { protocol }),
  }));
  return {
    ...(type === "ClusterIP" ? {} : { type }),
    ...(clusterIP === "None" ? { headless: true } : {}),
    ...(ports.length > 0 ? { ports } : {}),
  };
};

export const gateway: Keep = ({ spec }) => ({
  ...picked(recordOf(spec), "gatewayClassName"),
  listeners: members(spec, "listeners").map((listener) => ({
    ...picked(listener, "name", "port", "protocol", "hostname", "allowedRoutes"),
    ...(isRecord(listener.tls) ? { tls: picked(listener.tls, "mode", "certificateRefs") } : {}),
  })),
});

/** How far a Rollout is that isn't done: https://argo-rollouts.readthedocs.io/en/stable/features/specification/ */
export const rollout: Keep = ({ spec, status }) => {
  const { phase, abort, currentStepIndex } = recordOf(status);
  if (typeof phase !== "string" || phase === "Healthy") return undefined;
  const steps = members(recordOf(recordOf(spec).strategy).canary, "steps").length;
  return {
    phase,
    ...(abort === true ? { aborted: true } : {}),
    ...(abort !== true && steps > 0 && typeof currentStepIndex === "number" ? { step: currentStepIndex, steps } : {}),
  };
};

export const webhooks: Keep = (object) =>
  members(object, "webhooks").map((webhook) =>
    picked(webhook, "name", "failurePolicy", "rules", "namespaceSelector", "objectSelector", "matchConditions"),
  );

/** The schemas of a CustomResourceDefinition's served versions, as text on one line: they are read at once, and never by a person. */
export const schemas: Keep = ({ spec }): NonNullable<ClusterSnapshot["customResources"]>[number] => ({
  group: textOf(spec, "group") ?? "",
  kind: textOf(recordOf(spec).names, "kind") ?? "",
  versions: Object.fromEntries(
    members(spec, "versions").flatMap((version) => {
      const schema = recordOf(version.schema).openAPIV3Schema;
      if (version.served !== true || !isRecord(schema)) return [];
      return [[textOf(version, "name") ?? "", `${JSON.stringify(sortedKeys(withoutDescriptions(withoutStatus(schema))))}\n`]];
    }),
  ),
});
