import { isRecord, membersOf, omit } from "../outside/index.ts";
import { mentions } from "../overlay/index.ts";
import { canonical } from "./exported.ts";
import type { FoldedApp, TypedApp } from "./fold.ts";
import { callText, literal } from "./source-text.ts";

type Members = Readonly<Record<string, unknown>>;

/** Apps whose environments say what most of them have. */
export interface SharedDefaults<T extends FoldedApp = FoldedApp> {
  readonly apps: readonly T[];
  /** By environment; those that say nothing have none. */
  readonly defaults: ReadonlyMap<string, Members>;
}

/** A value that environments may say for their apps: what runs every app alike, whatever the app is. */
type Place = readonly [part: "container" | "pod" | "workload", key: string];

const places: readonly Place[] = [
  ["container", "imagePullPolicy"],
  ["container", "security"],
  ["container", "terminationMessagePath"],
  ["container", "terminationMessagePolicy"],
  ["pod", "automountServiceAccountToken"],
  ["pod", "dns"],
  ["pod", "enableServiceLinks"],
  ["pod", "imagePullSecrets"],
  ["pod", "nodeSelector"],
  ["pod", "preemptionPolicy"],
  ["pod", "priorityClass"],
  ["pod", "runtimeClass"],
  ["pod", "schedulerName"],
  ["pod", "security"],
  ["pod", "terminationGracePeriodSeconds"],
  ["pod", "tolerations"],
  ["workload", "progressDeadlineSeconds"],
  ["workload", "revisionHistoryLimit"],
];

/** Of how many apps, and of which part of all that were lifted with their pods, a value has to be for their environments to say it. */
const [fewestApps, leastPart] = [3, 0.5];
/** How many sets of values are compared: apps that agree have far fewer. */
const mostSets = 500;

/**
 * Moves what most lifted apps say alike to the `defaults` of their environments, where that makes overlays shorter. An app takes all of it
 * or keeps what it says: a default that has to be taken back is worse than a value that is said twice.
 * @param before what each environment says already, which stays; one that isn't among them can't say anything. Default: none says anything
 */
export function sharedDefaults<T extends FoldedApp>(apps: readonly T[], before?: ReadonlyMap<string, Members>): SharedDefaults<T> {
  const shorter = new Map<string, T>();
  const defaults = new Map<string, Members>();
  for (const group of groupsOf(apps)) {
    const said = saidBy(namesOf(group), before);
    const isFree = Object.keys(said ?? {}).length === 0;
    const choice = said && (isFree ? bestOf(group) : takersOf(said, group));
    if (!choice) continue;
    for (const app of choice.apps) shorter.set(app.name, { ...app, typed: without(app.typed, choice.values) });
    if (isFree) for (const name of namesOf(choice.apps)) defaults.set(name, choice.values);
  }
  return { apps: apps.map((app) => shorter.get(app.name) ?? app), defaults };
}

/** What all environments say; undefined where they say different things. */
function saidBy(environments: readonly string[], before: ReadonlyMap<string, Members> | undefined): Members | undefined {
  const [first, ...others] = environments.map((name) => (before ? before.get(name) : {}));
  return others.every((other) => canonical(other ?? null) === canonical(first ?? null)) ? first : undefined;
}

const namesOf = (apps: readonly FoldedApp[]) => [...new Set(apps.flatMap(({ namespaces }) => [...namespaces.keys()]))];

type Lifted<T> = T & { readonly typed: TypedApp };

/** Whether the model says the pods of an app: one without pods would get a part that it doesn't have. */
const isLifted = <T extends FoldedApp>(app: T): app is Lifted<T> => isRecord(app.typed?.base.workload);

/** Lifted apps by the environments that they are in: those of two groups have none in common. */
function groupsOf<T extends FoldedApp>(apps: readonly T[]): Lifted<T>[][] {
  let groups: { names: ReadonlySet<string>; apps: Lifted<T>[] }[] = [];
  for (const app of apps.filter(isLifted)) {
    const names = [...app.namespaces.keys()];
    const joined = groups.filter((group) => names.some((name) => group.names.has(name)));
    const all = new Set([...joined.flatMap((group) => [...group.names]), ...names]);
    groups = [...groups.filter((group) => !joined.includes(group)), { names: all, apps: [...joined.flatMap((group) => group.apps), app] }];
  }
  return groups.map((group) => group.apps);
}

interface Choice<T> {
  readonly values: Members;
  /** The apps that say all of it. */
  readonly apps: readonly Lifted<T>[];
}

/** The values that save most lines; undefined where none saves any. */
function bestOf<T extends FoldedApp>(apps: readonly Lifted<T>[]): Choice<T> | undefined {
  const wanted = places.flatMap((place) => {
    const value = mostSaid(place, apps);
    return value === undefined ? [] : [{ place, value }];
  });
  const agreed = new Map(apps.map((app) => [app, wanted.flatMap(({ place, value }, index) => (says(app, place, value) ? [index] : []))]));
  const choices = setsOf([...agreed.values()]).flatMap((indexes): (Choice<T> & { readonly saved: number })[] => {
    const own = apps.filter((app) => indexes.every((index) => agreed.get(app)?.includes(index)));
    if (own.length < fewestApps || own.length < apps.length * leastPart) return [];
    const values = valuesAt(indexes.flatMap((index) => wanted[index] ?? []));
    return [{ values, apps: own, saved: savedLines(values, own) }];
  });
  const [best] = choices.sort((a, b) => b.saved - a.saved);
  return best && best.saved > 0 ? best : undefined;
}

/** The apps that say all that their environments do. */
function takersOf<T extends FoldedApp>(values: Members, apps: readonly Lifted<T>[]): Choice<T> {
  const keys = Object.entries(values).flatMap(([part, own]) => Object.keys(membersOf(own)).map((key) => [part, key] as const));
  const known = places.filter(([part, key]) => Object.hasOwn(membersOf(values[part]), key));
  const isSaid = (app: Lifted<T>) => known.every((place) => says(app, place, membersOf(values[place[0]])[place[1]]));
  return { values, apps: keys.length === known.length ? apps.filter(isSaid) : [] };
}

/** What an app says at a place, unless one of its layers says another thing there. */
function valueAt({ typed: { base, layers } }: { readonly typed: TypedApp }, [part, key]: Place): unknown {
  const parts = base[part];
  const isKept = [...layers.values()].every((layer) => !mentions(layer, [part, key]) && !mentions(layer, ["workload", "kind"]));
  return isRecord(parts) && isKept ? parts[key] : undefined;
}

const says = (app: { readonly typed: TypedApp }, place: Place, value: unknown) =>
  valueAt(app, place) !== undefined && canonical(valueAt(app, place)) === canonical(value);

/** The value that most apps say at a place, if they are enough. */
function mostSaid<T extends FoldedApp>(place: Place, apps: readonly Lifted<T>[]): unknown {
  const said = apps.map((app) => valueAt(app, place)).filter((value) => value !== undefined);
  const [most] = said
    .map((value) => ({ value, count: said.filter((other) => canonical(other) === canonical(value)).length }))
    .sort((a, b) => b.count - a.count);
  return most && most.count >= fewestApps && most.count >= apps.length * leastPart ? most.value : undefined;
}

/** The sets of values that are all that some apps agree in: any other has no more apps than one of these, and fewer values. */
function setsOf(agreed: readonly (readonly number[])[]): number[][] {
  const found = new Map<string, number[]>();
  for (const own of agreed)
    for (const set of [own, ...[...found.values()].map((other) => other.filter((index) => own.includes(index)))])
      if (set.length > 0 && found.size < mostSets) found.set(set.join(), [...set]);
  return [...found.values()];
}

function valuesAt(found: readonly { readonly place: Place; readonly value: unknown }[]): Members {
  const parts = new Map<string, Record<string, unknown>>();
  for (const {
    place: [part, key],
    value,
  } of found)
    parts.set(part, { ...parts.get(part), [key]: value });
  return Object.fromEntries(parts);
}

/** An app that takes values from its environments. */
function without(typed: TypedApp, values: Members): TypedApp {
  const members = Object.entries(typed.base).flatMap(([part, value]) => {
    if (!Object.hasOwn(values, part)) return [[part, value] as const];
    const left = omit(membersOf(value), ...Object.keys(membersOf(values[part])));
    return Object.keys(left).length > 0 ? [[part, left] as const] : [];
  });
  return { ...typed, base: { ...Object.fromEntries(members), defaults: "environment" } };
}

/** How many lines of overlays are saved, if each environment of the apps says the values. */
function savedLines<T extends FoldedApp>(values: Members, apps: readonly Lifted<T>[]): number {
  const saved = apps.map(({ name, typed }) => linesOf(name, typed) - linesOf(name, without(typed, values)));
  const said = literal(values, 2, "  defaults: ".length).split("\n").length;
  return saved.reduce((sum, lines) => sum + lines, 0) - said * namesOf(apps).length;
}

const linesOf = (name: string, { base }: TypedApp) => callText(name, base, "export const  = ".length + name.length).split("\n").length;
