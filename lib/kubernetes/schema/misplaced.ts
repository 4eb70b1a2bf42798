import { own } from "../../outside/index.ts";
import { slipOf } from "../../problem/index.ts";
import { joined, stepsOf } from "../path.ts";
import type { Schema } from "./load.ts";

type Resolve = (schema: Schema) => Schema;
interface Place {
  readonly path: string;
  readonly schema: Schema;
}

/**
 * Where an unknown field was meant to stand: under another name at its place, or at another place under its own name.
 * @param path the path of the unknown field
 * @param root the schema of the object
 * @param resolve follows a reference
 * @returns its path with `[]` for any entry of a list; undefined where no place or several come into question
 */
export function meantPlace(path: string, root: Schema, resolve: Resolve): string | undefined {
  const steps = stepsOf(path);
  const key = steps.at(-1) ?? "";
  const chain = placesAlong(steps.slice(0, -1), root, resolve);
  const parent = chain.at(-1);
  if (!parent || chain.length < steps.length) return undefined;
  const sibling = slipOf(key, Object.keys(parent.schema.properties ?? {}), 2);
  if (sibling !== undefined) return joined(parent.path, sibling);
  const above = chain.slice(0, -1).findLast(({ schema }) => own(schema.properties, key));
  return above ? joined(above.path, key) : placeBelow(key, parent, resolve);
}

/** The objects that a path leads through, as far as they have a schema. */
function placesAlong(steps: readonly string[], root: Schema, resolve: Resolve): Place[] {
  const chain: Place[] = [{ path: "", schema: resolve(root) }];
  for (const step of steps) {
    const { path, schema } = chain.at(-1) ?? { path: "", schema: {} };
    const below = schema.items ?? own(schema.properties, step);
    if (!below) break;
    chain.push({ path: schema.items ? `${path}[${step}]` : joined(path, step), schema: resolve(below) });
  }
  return chain;
}

/** How many steps down a field is looked for. */
const deepest = 3;
/** Lists of a pod that hold the same as its containers. */
const besides = /(^|\.)(initContainers|ephemeralContainers|status|managedFields)(\[|\.|$)/;

/** The nearest place below that has a field of that name, if there is one alone. */
function placeBelow(key: string, parent: Place, resolve: Resolve): string | undefined {
  let level: readonly Place[] = [parent];
  for (let depth = 0; depth < deepest; depth++) {
    level = level.flatMap(({ path, schema }) =>
      Object.entries(schema.properties ?? {}).flatMap(([name, given]) => {
        const below = resolve(given);
        const place = { path: joined(path, name), schema: below };
        return besides.test(place.path) ? [] : [below.items ? { path: `${place.path}[]`, schema: resolve(below.items) } : place];
      }),
    );
    const found = level.filter(({ schema }) => own(schema.properties, key));
    if (found.length > 0) return found.length === 1 ? joined(found[0]?.path ?? "", key) : undefined;
  }
  return undefined;
}
