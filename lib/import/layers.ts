import { isRecord, membersOf } from "../outside/index.ts";
import { appShape, merge } from "../overlay/index.ts";
import type { Shape } from "../validation/index.ts";
import { canonical } from "./exported.ts";

type Members = Readonly<Record<string, unknown>>;

/** An app of several environments as what they share, and what each differs by. */
export interface Layered {
  readonly base: Members;
  /** What an environment's `with()` says, by environment; those that differ in nothing have none. */
  readonly layers: ReadonlyMap<string, Members>;
}

/**
 * Puts what most environments have into base, and what each differs by into its layer: merging them gives each spec again.
 * @param order whether layers say the order of what Kubernetes reads in order, where it isn't that of the base
 */
export function layered(specs: ReadonlyMap<string, Members>, order: "kept" | "free" = "kept"): Layered {
  const values = [...specs.values()];
  // The casts hold because what objects share is an object.
  const [voted, own] = [ownMaps, ownMapsAndVariables].map((maps) =>
    over(shared(values, { shape: appShape(), maps }) as Members, specs, order),
  );
  if (!voted || !own) throw new RangeError("an app has no layers");
  return orderLists(own) > orderLists(voted) ? voted : own;
}

/** Maps of names and values: what each environment has a value of its own for is in none of them by default. */
const ownMaps: ReadonlySet<string> = new Set(["data", "labels", "annotations", "selector"]);
/** Those of variables, too, whose order base can't say without them. */
const ownMapsAndVariables: ReadonlySet<string> = new Set([...ownMaps, "env"]);

/** The lists that layers need so that variables keep their order. */
const orderLists = ({ layers }: Layered) => JSON.stringify([...layers]).match(/"envOrder"/g)?.length ?? 0;

/** The environments as layers over a base that is given. */
export function over(base: Members, specs: ReadonlyMap<string, Members>, order: "kept" | "free" = "kept"): Layered {
  const layers = [...specs].map(([environment, spec]) => [environment, layerOf(base, spec, order)] as const);
  return { base, layers: new Map(layers.filter(([, layer]) => Object.keys(layer).length > 0)) };
}

interface Sharing {
  readonly shape: Shape | undefined;
  /** Keys of maps in which a value that is another one in each environment isn't shared. */
  readonly maps: ReadonlySet<string>;
  /** The key that the values are of. */
  readonly key?: string;
}

/** What most of the values have: members that all or most of them share, else the value that is there most often, the first of equals. */
function shared(values: readonly unknown[], { shape, maps, key: own = "" }: Sharing): unknown {
  if (!values.every(isRecord) || isSplit(values, shape)) return mostFrequent(values);
  // In the order of the longest: what others lack doesn't change the order of the rest.
  const longestFirst = values.map((value) => Object.keys(value)).sort((a, b) => b.length - a.length);
  const members = [...new Set(longestFirst.flat())].flatMap((key) => {
    const present = values.filter((value) => Object.hasOwn(value, key)).map((value) => value[key]);
    if (maps.has(own) && areAllOthers(present)) return [];
    if (present.length * 2 <= values.length && values.length > 1) return [];
    const found = shared(present, { shape: shape?.child(key), maps, key });
    // A map of which nothing is shared needn't be said.
    const isNothing = maps.has(key) && isRecord(found) && Object.keys(found).length === 0 && canonical(present[0]) !== "{}";
    return isNothing ? [] : [[key, found] as const];
  });
  return Object.fromEntries(members);
}

/** Whether each of several values is another one. */
const areAllOthers = (values: readonly unknown[]) => values.length > 1 && new Set(values.map(canonical)).size === values.length;

/** Whether objects are of different kinds, so that what they share would be no object of either. */
function isSplit(values: readonly Members[], shape: Shape | undefined): boolean {
  const [first = {}, ...more] = values;
  if (new Set(values.map((value) => shape?.branch(value))).size > 1) return true;
  const isCommon = (key: string) => more.every((value) => Object.hasOwn(value, key));
  return Object.keys(first).length > 0 && !Object.keys(first).some(isCommon);
}

function mostFrequent(values: readonly unknown[]): unknown {
  const counts = new Map<string, { value: unknown; count: number }>();
  for (const value of values) {
    const key = canonical(value);
    counts.set(key, { value: counts.get(key)?.value ?? value, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].reduce((most, other) => (other.count > most.count ? other : most)).value;
}

/** What a layer says over a base so that both give a spec. */
function layerOf(base: Members, spec: Members, order: "kept" | "free"): Members {
  const layer = membersOf(difference(base, spec, appShape()));
  return order === "free" ? layer : joined(layer, orders(membersOf(merge(base, layer, appShape())), spec));
}

/** Two objects as one; nulls of either stay. */
const joined = (a: Members, b: Members): Members =>
  Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => {
      const [one, other] = [a[key], b[key]];
      return [key, isRecord(one) && isRecord(other) ? joined(one, other) : (other ?? one)];
    }),
  );

/** The merge patch from one value to another; undefined where they are the same. */
export function difference(before: unknown, after: unknown, shape?: Shape): unknown {
  if (canonical(before) === canonical(after)) return undefined;
  if (!isRecord(before) || !isRecord(after) || shape?.branch(before) !== shape?.branch(after)) return after;
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const members = keys.map((key) => {
    if (!Object.hasOwn(after, key)) return [key, null] as const;
    return [key, Object.hasOwn(before, key) ? difference(before[key], after[key], shape?.child(key)) : after[key]] as const;
  });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

/** Maps of a container whose order is kept, with the list that says what comes first. */
const orderedOfContainer = { env: "envOrder", envFrom: "envFromOrder", ports: "portOrder", mounts: "mountOrder" } as const;

/** The lists that put maps of one spec into the order of another. */
function orders(merged: Members, spec: Members): Members {
  const ofContainer = (path: string, own: unknown, other: unknown): [string, Members][] => {
    const lists = Object.entries(orderedOfContainer).flatMap(([map, list]) => first(list, member(own, map), member(other, map)));
    return lists.length > 0 ? [[path, Object.fromEntries(lists)]] : [];
  };
  const group = (path: string): [string, Members][] => {
    const own = merged[path];
    const found = isRecord(own) ? Object.keys(own).flatMap((name) => ofContainer(name, own[name], member(spec[path], name))) : [];
    return found.length > 0 ? [[path, Object.fromEntries(found)]] : [];
  };
  return Object.fromEntries([
    ...ofContainer("container", merged.container, spec.container),
    ...group("initContainers"),
    ...group("sidecars"),
    ...first("volumeOrder", merged.volumes, spec.volumes),
  ]);
}

const member = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined);

/** The shortest list of what has to come first for a map to have the order of another; nothing where it has. */
function first(list: string, merged: unknown, wanted: unknown): [string, readonly string[]][] {
  if (!isRecord(merged) || !isRecord(wanted)) return [];
  const [own, other] = [Object.keys(merged), Object.keys(wanted)];
  for (let length = 0; length <= other.length; length++) {
    const head = new Set(other.slice(0, length));
    const rest = own.filter((key) => !head.has(key));
    if (rest.every((key, index) => key === other[length + index])) return length === 0 ? [] : [[list, [...head]]];
  }
  return [];
}
