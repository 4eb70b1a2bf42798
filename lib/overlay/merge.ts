import type { Shape } from "../validation/index.ts";

/** True for what JSON calls an object, whichever realm it was made in. Arrays, functions and class instances are values. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * JSON merge patch: objects merge, null deletes, everything else replaces (https://www.rfc-editor.org/rfc/rfc7386).
 * With a shape there is one addition: a patch that names another branch of a union replaces that object. An undefined value counts as absent.
 */
export function merge(target: unknown, patch: unknown, shape?: Shape): unknown {
  if (!isObject(patch)) return patch;
  const base = isObject(target) && !changesBranch(target, patch, shape) ? target : {};
  const members = { ...base };
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === undefined) continue;
    if (value === null) delete members[key];
    else set(members, key, merge(Object.hasOwn(members, key) ? members[key] : undefined, value, shape?.child(key)));
  }
  return members;
}

/** Also of a key `__proto__`, which an assignment would take for the prototype. */
function set(members: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") Object.defineProperty(members, key, { value, writable: true, enumerable: true, configurable: true });
  else members[key] = value;
}

function changesBranch(target: Readonly<Record<string, unknown>>, patch: Readonly<Record<string, unknown>>, shape?: Shape): boolean {
  const before = shape?.branch(target);
  const after = shape?.branch(patch);
  return before !== undefined && after !== undefined && before !== after;
}
