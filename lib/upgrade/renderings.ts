import { groupBy, type KubernetesObject } from "../manifest/index.ts";
import { isRecord, own } from "../outside/index.ts";
import { placeOf, resourceOf, type UpgradeSide } from "./differences.ts";
import { movedObject } from "./moves.ts";
import { isWhole } from "./stored.ts";

/**
 * What a rendering has otherwise after moves were written, beside the moves themselves; undefined where there is nothing. A patch whose
 * target names the old apiVersion, for example, applies to nothing from then on, and kustomize says nothing of it.
 * @param to minor version that the objects were moved for
 */
export function unintendedChange(before: UpgradeSide, after: UpgradeSide, to: string): string | undefined {
  const left = groupBy(placedObjects(after), ({ place }) => place);
  for (const { environment, object, place } of placedObjects(before)) {
    const moved = movedObject(object, to);
    const wanted = [...(moved ? [{ object: moved, place: placeOf(environment, resourceOf(moved)) }] : []), { object, place }];
    const found = wanted.flatMap((placed) =>
      (left.get(placed.place) ?? []).map((now) => ({ now, path: differingPath(placed.object, now.object) })),
    );
    const [first] = found;
    const same = found.find(({ path }) => path === undefined);
    const named = nameOf(object, environment);
    if (first === undefined) return `${named} would no longer be rendered${why}`;
    if (same === undefined) return `${named} would have another ${first.path}${why}`;
    const { place: at } = same.now;
    left.set(
      at,
      (left.get(at) ?? []).filter((now) => now !== same.now),
    );
  }
  const [added] = [...left.values()].flat();
  return added && `${nameOf(added.object, added.environment)} would be rendered, and wasn't before${why}`;
}

const why = ": a patch or replacement of a kustomization, or other code that renders it, names the old apiVersion";

const nameOf = ({ kind, metadata: { namespace, name } }: KubernetesObject, environment: string) =>
  `${kind} ${namespace === undefined ? name : `${namespace}/${name}`} of ${environment}`;

const placedObjects = ({ environments }: UpgradeSide) =>
  environments.flatMap(({ name: environment, manifests }) =>
    manifests.filter(isWhole).map(({ object }) => ({ environment, object, place: placeOf(environment, resourceOf(object)) })),
  );

/** The first path at which two values differ, whatever the order of their keys; undefined where they are the same. */
function differingPath(before: unknown, after: unknown, path = ""): string | undefined {
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.length !== after.length) return path;
    return firstOf(before.keys(), (index) => differingPath(before[index], after[index], `${path}[${index}]`));
  }
  if (!isRecord(before) || !isRecord(after)) return Object.is(before, after) ? undefined : path;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return firstOf(keys, (key) => differingPath(own(before, key), own(after, key), path === "" ? key : `${path}.${key}`));
}

function firstOf<T>(values: Iterable<T>, pathOf: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const path = pathOf(value);
    if (path !== undefined) return path;
  }
  return undefined;
}
