import { withoutHash } from "../kubernetes/index.ts";
import { isRecord, itemsOf, membersOf } from "../outside/index.ts";
import { byName, defined, filled, freeKey, type Members, mapped, picked, unless, withoutPrefix } from "./shape.ts";

/** A container's variables by name, as they are written. */
export const liftVariables = (env: unknown): Members | undefined =>
  mapped(
    byName(env, ({ name }) => name),
    liftValue,
  );

function liftValue({ value, valueFrom }: Members): unknown {
  if (valueFrom === undefined || valueFrom === null) return value ?? "";
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = membersOf(valueFrom);
  const reference = ["name", "key", "optional"];
  if (isRecord(configMapKeyRef)) return { config: picked(configMapKeyRef, reference) };
  if (isRecord(secretKeyRef)) return { secret: picked(secretKeyRef, reference) };
  if (isRecord(fieldRef)) return { field: fieldRef.fieldPath };
  if (!isRecord(resourceFieldRef)) return undefined;
  const { resource, containerName, divisor } = resourceFieldRef;
  return { resource: defined({ resource, container: containerName, divisor: unless(divisor, "0") }) };
}

/** Whole ConfigMaps and Secrets as variables, by the name of each. @param prefix what the environment puts before names */
export function liftSources(envFrom: unknown, prefix = ""): Members | undefined {
  const sources = new Map<string, unknown>();
  for (const item of itemsOf(envFrom)) {
    const { configMapRef, secretRef, prefix: ofVariables } = membersOf(item);
    const reference = membersOf(configMapRef ?? secretRef);
    const key = freeKey(withoutPrefix(withoutHash(String(reference.name)), prefix), sources);
    sources.set(key, defined({ [configMapRef ? "config" : "secret"]: reference.name, prefix: ofVariables, optional: reference.optional }));
  }
  return filled(Object.fromEntries(sources));
}
