import { lift } from "../lift/index.ts";
import { describeObject, type KubernetesObject } from "../manifest/index.ts";
import { membersOf } from "../outside/index.ts";
import type { RunningApp } from "./model-app.ts";
import type { ModelResult } from "./models.ts";
import { Selectors } from "./selectors.ts";

type Labels = Readonly<Record<string, string>>;
type ByEnvironment<T> = ReadonlyMap<string, T>;
type Running = ReadonlyMap<string, ByEnvironment<RunningApp>>;

/** An object that gets labels, as a person allows. */
export interface Relabelled {
  readonly environment: string;
  /** As `Deployment shop/web`. */
  readonly object: string;
  /** Those that it hasn't in the source. */
  readonly labels: Labels;
}

/** Objects of an environment with the labels that they get: nothing else of them is another. */
export function labelled(environment: string, objects: readonly KubernetesObject[], relabelled: readonly Relabelled[]): KubernetesObject[] {
  const own = new Map(relabelled.flatMap((entry) => (entry.environment === environment ? [[entry.object, entry.labels] as const] : [])));
  return objects.map((object) => {
    const labels = own.get(describeObject(object));
    return labels ? { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } } } : object;
  });
}

/** Objects without labels that those of the same name in a source lack. */
export function withoutFurtherLabels(objects: readonly KubernetesObject[], source: readonly KubernetesObject[]): KubernetesObject[] {
  const known = new Map(source.map((object) => [describeObject(object), membersOf(object.metadata.labels)]));
  return objects.map((object) => {
    const wanted = known.get(describeObject(object));
    if (!wanted) return object;
    const { labels = {}, ...metadata } = object.metadata;
    const left = Object.entries(labels).filter(([key]) => Object.hasOwn(wanted, key));
    return { ...object, metadata: { ...metadata, ...(left.length > 0 ? { labels: Object.fromEntries(left) } : {}) } };
  });
}

/**
 * The labels that apps get for all of their objects once they are lifted: the one that slipway gives to every object of an app, and those
 * that most of its objects have. Pods and what selects them stay as they are.
 */
export class AdoptedLabels {
  /** Apps as they will run. */
  readonly running: Running;
  readonly #relabelled = new Map<string, readonly Relabelled[]>();
  /** Why apps don't get the label of slipway. */
  readonly #reasons = new Map<string, string>();

  /** @param estate all objects that may select others, of all environments */
  constructor(running: Running, estate: Iterable<KubernetesObject>) {
    const selectors = new Selectors(estate);
    for (const [name, own] of running) this.#relabelled.set(name, this.#found(name, own, selectors));
    this.running = new Map(
      [...running].map(([name, own]) => [
        name,
        new Map(
          [...own].map(([environment, app]) => [
            environment,
            { ...app, objects: labelled(environment, app.objects, this.#relabelled.get(name) ?? []) },
          ]),
        ),
      ]),
    );
  }

  /** The objects that change. @param isLifted whether an app is lifted */
  of(isLifted: (app: string) => boolean): Relabelled[] {
    return [...this.#relabelled].flatMap(([app, relabelled]) => (isLifted(app) ? relabelled : []));
  }

  /** Results with the reason why an app doesn't get the label. */
  explained(results: readonly ModelResult[]): ModelResult[] {
    return results.map((result) => {
      const unlabelled = result.reason === undefined ? this.#reasons.get(result.app) : undefined;
      return unlabelled === undefined ? result : { ...result, unlabelled };
    });
  }

  #found(name: string, running: ByEnvironment<RunningApp>, selectors: Selectors): Relabelled[] {
    const objects = [...running].flatMap(([environment, app]) => modelledOf(name, app).map((object) => new Labelling(environment, object)));
    const keys = new Set(objects.flatMap(({ before }) => Object.keys(before)));
    const environments = [...running.keys()].map((environment) => objects.filter((object) => object.environment === environment));
    const reason = whyNot(slipwaysLabel, environments, selectors, name);
    if (reason === undefined) for (const object of objects) object.add(slipwaysLabel, name);
    else this.#reasons.set(name, reason);
    for (const key of keys)
      if (key !== slipwaysLabel && isOfApp(key) && environments.every((own) => isCommon(key, own))) addToAll(key, environments, selectors);
    return objects.flatMap(({ relabelled }) => relabelled ?? []);
  }
}

/** The label that slipway gives to every object of an app: its name. */
const slipwaysLabel = "app";

/** An object with the labels that it gets. */
class Labelling {
  readonly environment: string;
  readonly object: KubernetesObject;
  readonly before: Labels;
  #added: Labels = {};

  constructor(environment: string, object: KubernetesObject) {
    this.environment = environment;
    this.object = object;
    const labels = Object.entries(membersOf(object.metadata.labels));
    this.before = Object.fromEntries(labels.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  }

  get labels(): Labels {
    return { ...this.before, ...this.#added };
  }

  add(key: string, value: string): void {
    if (!Object.hasOwn(this.before, key)) this.#added = { ...this.#added, [key]: value };
  }

  get relabelled(): Relabelled | undefined {
    const { environment, object } = this;
    return Object.keys(this.#added).length > 0 ? { environment, object: describeObject(object), labels: this.#added } : undefined;
  }
}

/** The objects that the model says: others are included as they are. */
const modelledOf = (name: string, { objects, renderer: { registry }, isPinned }: RunningApp) =>
  lift(name, objects, { registry, isPinned }).modelled;

/** Whether a label tells of its app. One with a domain belongs to whoever reads it. */
const isOfApp = (key: string) => !key.includes("/") || /^app\.kubernetes\.io\/(name|component|part-of|version)$/.test(key);

const valueIn = (key: string, objects: readonly Labelling[]) => objects.find(({ before }) => Object.hasOwn(before, key))?.before[key];

/** Whether most objects have a label. */
const isCommon = (key: string, objects: readonly Labelling[]) =>
  objects.filter(({ before }) => Object.hasOwn(before, key)).length * 2 > objects.length;

/** Gives all objects a label that most of them have, where that is possible. */
function addToAll(key: string, environments: readonly (readonly Labelling[])[], selectors: Selectors): void {
  if (whyNot(key, environments, selectors) !== undefined) return;
  for (const own of environments) for (const object of own) object.add(key, valueIn(key, own) ?? "");
}

/** Why objects can't get a label: one has another value of it, or something would select them. @param given its value. Default: that of the others */
function whyNot(key: string, environments: readonly (readonly Labelling[])[], selectors: Selectors, given?: string): string | undefined {
  for (const own of environments) {
    const value = given ?? valueIn(key, own) ?? "";
    for (const { object, before, labels } of own) {
      if (!Object.hasOwn(before, key)) {
        if (selectors.isTouched(object.kind, labels, key, value)) return `a selector would find ${describeObject(object)} by it`;
      } else if (before[key] !== value) return `${describeObject(object)} has ${key}: ${before[key]}`;
    }
  }
  return undefined;
}
