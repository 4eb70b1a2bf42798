import { dirname } from "node:path";
import { withoutPrefix } from "../lift/index.ts";
import { groupBy, identityOf, isClusterScoped, type KubernetesObject } from "../manifest/index.ts";
import { own } from "../outside/index.ts";
import type { SourceObject } from "./environment.ts";
import { isWorkload, type Link, Links } from "./links.ts";

/** What belongs to no app. */
const sharedApp = "shared";

/** An object with the app that it goes to, and why. */
export interface PlacedObject extends SourceObject {
  readonly app: string;
  readonly why: string;
}

/** Labels that say what an object is a part of, the most telling first. */
const telling = [
  "app.kubernetes.io/name",
  "app.kubernetes.io/instance",
  "app",
  "k8s-app",
  "app.kubernetes.io/part-of",
  "component",
] as const;

/**
 * Finds the apps of an environment: each workload is one, with what belongs to it; what belongs to none, or to several, is shared.
 * @param prefix what the environment puts before the names of its objects, and apps don't have
 * @param charts names of charts, which no other app may have
 */
export function findApps(sources: readonly SourceObject[], prefix = "", charts: ReadonlySet<string> = new Set()): PlacedObject[] {
  const objects = sources.map(({ object }) => object);
  const apps = appNames(objects.filter(isWorkload), prefix, charts);
  const finder = new Finder(objects, sources, apps, prefix);
  return byNamespace(
    sources.map((source) => ({ ...source, ...finder.place(source) })),
    new Set(apps.values()),
  );
}

/** What is shared in several namespaces becomes an app for each: an app has one namespace. */
function byNamespace(placed: readonly PlacedObject[], apps: ReadonlySet<string>): PlacedObject[] {
  const namespaceOf = ({ app, object }: PlacedObject) =>
    app === sharedApp && !isClusterScoped(object) ? object.metadata.namespace : undefined;
  const namespaces = new Set(placed.flatMap((object) => namespaceOf(object) ?? []));
  if (namespaces.size < 2) return [...placed];
  return placed.map((object) => {
    const namespace = namespaceOf(object);
    const name = asName(`${sharedApp}-${namespace}`);
    return namespace === undefined || apps.has(name) ? object : { ...object, app: name };
  });
}

type Place = Pick<PlacedObject, "app" | "why">;

class Finder {
  readonly #links: Links;
  readonly #prefix: string;
  readonly #apps: ReadonlyMap<KubernetesObject, string>;
  readonly #found = new Map<KubernetesObject, Place>();
  readonly #byFolder: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #labels: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #applications: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(
    objects: readonly KubernetesObject[],
    sources: readonly SourceObject[],
    apps: ReadonlyMap<KubernetesObject, string>,
    prefix: string,
  ) {
    this.#prefix = prefix;
    this.#links = new Links(objects);
    this.#apps = apps;
    const named = sources.flatMap(({ object, file }) => (apps.has(object) ? [{ folder: dirname(file), app: apps.get(object) ?? "" }] : []));
    this.#byFolder = new Map(
      [...groupBy(named, ({ folder }) => folder)].map(([folder, own]) => [folder, new Set(own.map(({ app }) => app))]),
    );
    const deployed = sources.flatMap(({ object, application }) => {
      const app = apps.get(object);
      return app === undefined || application === undefined ? [] : { application, app };
    });
    this.#applications = new Map(
      [...groupBy(deployed, ({ application }) => application)].map(([application, own]) => [
        application,
        new Set(own.map(({ app }) => app)),
      ]),
    );
    const labelled = [...apps].flatMap(([workload, app]) => labelValues(workload).map((label) => ({ label, app })));
    this.#labels = new Map([...groupBy(labelled, ({ label }) => label)].map(([label, own]) => [label, new Set(own.map(({ app }) => app))]));
  }

  place({ object, file, application }: SourceObject): Place {
    const known = this.#found.get(object);
    if (known) return known;
    // While it is looked for, an object that leads back to itself belongs to nobody.
    this.#found.set(object, { app: sharedApp, why: "" });
    const place = this.#placeOf(object, file, application);
    this.#found.set(object, place);
    return place;
  }

  #placeOf(object: KubernetesObject, file: string, application: string | undefined): Place {
    const own = this.#apps.get(object);
    if (own !== undefined) return { app: own, why: "is its workload" };
    const linked = this.#links.of(object).map((link) => ({ link, app: this.#appOf(link) }));
    const apps = new Set(linked.flatMap(({ app }) => (app === sharedApp ? [] : app)));
    const [only] = apps;
    if (apps.size === 1 && only !== undefined) return { app: only, why: linked.find(({ app }) => app === only)?.link.why ?? "" };
    if (apps.size > 1) {
      const chosen = this.#byLabels(object, apps) ?? this.#byApplication(application, apps) ?? this.#byName(object, apps);
      return chosen
        ? { app: chosen.app, why: `${chosen.why}, of several that it belongs to` }
        : { app: sharedApp, why: severalReason(apps) };
    }
    return (
      this.#byLabels(object) ??
      this.#byApplication(application) ??
      this.#byName(object, new Set(this.#apps.values())) ??
      this.#inFolder(file) ?? { app: sharedApp, why: "belongs to no workload" }
    );
  }

  #appOf({ to }: Link): string {
    return this.#apps.get(to) ?? this.place({ object: to, file: "" }).app;
  }

  /** @param among the apps that it may be. Default: all */
  #byLabels(object: KubernetesObject, among?: ReadonlySet<string>): Place | undefined {
    for (const label of labelValues(object)) {
      const apps = [...(this.#labels.get(label) ?? [])].filter((app) => among?.has(app) ?? true);
      const [app] = apps;
      if (app !== undefined && apps.length === 1) return { app, why: `has its label ${label}` };
    }
    return undefined;
  }

  /** The app that one Application deploys with the object. @param among the apps that it may be. Default: all */
  #byApplication(application: string | undefined, among?: ReadonlySet<string>): Place | undefined {
    const apps = [...((application !== undefined && this.#applications.get(application)) || [])].filter((app) => among?.has(app) ?? true);
    const [app] = apps;
    return app !== undefined && apps.length === 1 ? { app, why: `is deployed with it by Application ${application}` } : undefined;
  }

  /** The app whose name the object has, or begins with: the longest. */
  #byName({ metadata }: KubernetesObject, apps: ReadonlySet<string>): Place | undefined {
    const own = withoutPrefix(metadata.name, this.#prefix);
    const [app] = [...apps].filter((name) => own === name || own.startsWith(`${name}-`)).sort((a, b) => b.length - a.length);
    return app === undefined ? undefined : { app, why: "has its name" };
  }

  #inFolder(file: string): Place | undefined {
    const apps = this.#byFolder.get(dirname(file));
    const [app] = apps ?? [];
    return app !== undefined && apps?.size === 1 && file.includes("/") ? { app, why: "lies in its folder" } : undefined;
  }
}

const severalReason = (apps: ReadonlySet<string>) => {
  const names = [...apps].sort();
  return `belongs to ${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`;
};

function labelValues({ metadata }: KubernetesObject): string[] {
  return telling.flatMap((key) => {
    const value = own(metadata.labels ?? {}, key);
    return typeof value === "string" ? [`${key}=${value}`] : [];
  });
}

/** Longest name of an app. */
const longest = 52;

/** Names of apps: those of workloads; where two have one name, with their kind or namespace. */
function appNames(
  workloads: readonly KubernetesObject[],
  prefix: string,
  charts: ReadonlySet<string>,
): ReadonlyMap<KubernetesObject, string> {
  const plain = (workload: KubernetesObject) => withoutPrefix(workload.metadata.name, prefix);
  const taken = new Set<string>([sharedApp, "argocd", ...charts]);
  const names = new Map<KubernetesObject, string>();
  for (const same of groupBy(workloads, (workload) => asName(plain(workload))).values())
    for (const workload of same) {
      const free = namesFor(workload, plain(workload), same).find((name) => !taken.has(name)) ?? asName(identityOf(workload));
      taken.add(free);
      names.set(workload, free);
    }
  return names;
}

/** Names that an app may have, the best first. @param same the workloads whose name is the same, itself among them */
function namesFor({ kind, metadata }: KubernetesObject, name: string, same: readonly KubernetesObject[]): string[] {
  const withKind = asName(`${name}-${kind.toLowerCase()}`);
  const withNamespace = asName(`${metadata.namespace ?? "default"}-${name}`);
  if (same.filter((other) => other.kind === kind).length > 1) return [withNamespace, asName(`${withNamespace}-${kind.toLowerCase()}`)];
  return [...(same.length === 1 || kind === "Deployment" ? [asName(name)] : []), withKind, withNamespace];
}

/** Names that no environment can have: of a folder of overlays, and of a project that Argo CD has already. */
const takenNames: ReadonlySet<string> = new Set(["base", "default"]);

/** A text as the name of an environment. */
export const environmentName = (text: string): string => (takenNames.has(asName(text)) ? `${asName(text)}-env` : asName(text));

/** A text as the name of an app. */
const asName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .slice(0, longest)
    .replace(/^-+|-+$/g, "") || "app";
