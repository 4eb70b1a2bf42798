import { type KubernetesObject, withoutSecrets } from "../manifest/index.ts";
import { isRecord } from "../outside/index.ts";

/** A value that isn't the same in all environments of an app, by environment; one that lacks it isn't there. */
export interface DifferingValue {
  /** Object and field, as `Deployment backend-app: spec.replicas`. */
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Follows from others, or is no setting of anybody's. */
const derived = /^(apiVersion|kind|metadata\.(annotations|labels|namespace))|checksum\/|\.metadata\.annotations\b/;

/** The values of an app that differ between its environments. Secrets are left out, and so are values that make one. */
export function differingValues(byEnvironment: ReadonlyMap<string, readonly KubernetesObject[]>): DifferingValue[] {
  const found = new Map<string, Map<string, string>>();
  for (const [environment, objects] of byEnvironment)
    for (const object of objects) {
      if (object.kind === "Secret") continue;
      const place = `${object.kind} ${object.metadata.name}: `;
      for (const [path, value] of leaves(withoutSecrets(object))) {
        if (derived.test(path)) continue;
        const values = found.get(place + path) ?? new Map();
        values.set(environment, value);
        found.set(place + path, values);
      }
    }
  const count = byEnvironment.size;
  return [...found]
    .filter(([, values]) => values.size < count || new Set(values.values()).size > 1)
    .map(([path, values]) => ({ path, values: Object.fromEntries(values) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function* leaves(value: unknown, path = ""): Generator<[string, string]> {
  if (typeof value !== "object" || value === null) {
    yield [path, String(value)];
    return;
  }
  if (Array.isArray(value)) {
    const names = value.map((item) => (isRecord(item) ? item.name : undefined));
    const named = names.every((name) => typeof name === "string") && new Set(names).size === names.length;
    for (const [index, item] of value.entries()) yield* leaves(item, `${path}[${named ? names[index] : index}]`);
    return;
  }
  for (const [key, member] of Object.entries(value)) yield* leaves(member, path === "" ? key : `${path}.${key}`);
}
