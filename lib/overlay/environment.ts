import { type Problem, suggestion } from "../problem/index.ts";
import { type AnyApp, App, type AppPatch, isApp } from "./app.ts";
import { type Layer, layer } from "./layer.ts";
import type { EnvironmentSettings } from "./model.ts";
import type { EnvironmentSettingsPatch } from "./model-patch.ts";

/** What an environment says for every app. A default reaches an app only where it fits: it brings no workload, container, Service or autoscaler into being, and each field of a workload reaches the kinds that have it. */
export type AppDefaults = AppPatch;

interface Members {
  /** For every app of this environment, weaker than what an app says. */
  readonly defaults?: AppDefaults;
  /** The environment's apps; in one that extends another, those that are new or differ. */
  readonly apps: readonly AnyApp[];
}
/** A whole environment. */
export type EnvironmentOptions = EnvironmentSettings & Members & { readonly extends?: never; readonly without?: never };
/** An environment said by its difference from another. */
export type ExtendingOptions = EnvironmentSettingsPatch &
  Omit<Members, "apps"> &
  Partial<Pick<Members, "apps">> & {
    /** The environment whose settings, defaults and apps it takes over. */
    readonly extends: Environment;
    /** Names of apps it doesn't take over. */
    readonly without?: readonly string[];
  };

interface EnvironmentParts {
  readonly settings: readonly Layer[];
  readonly defaults: readonly Layer[];
  readonly apps: readonly App[];
  readonly problems: readonly Problem[];
}

const brand = Symbol.for("slipway.environment");

/** An environment as it was said: layers of settings and defaults, and its apps. `render` turns it into manifests. */
export class Environment {
  readonly [brand] = true;
  readonly name: string;
  readonly settings: readonly Layer[];
  readonly defaults: readonly Layer[];
  readonly apps: readonly App[];
  /** What was already wrong when it was made. */
  readonly problems: readonly Problem[];

  constructor(name: string, { settings, defaults, apps, problems }: EnvironmentParts) {
    this.name = name;
    this.settings = settings;
    this.defaults = defaults;
    this.apps = apps;
    this.problems = problems;
  }

  /** One of its apps, to be said again with a difference by an environment that extends this one. */
  app(name: string): App {
    const found = this.apps.find((one) => one.name === name);
    if (found) return found;
    return new App(name, { layers: [], patches: [], problems: [unknownApp(name, this)] });
  }

  /** Where the environment's pins and patch files lie, relative to the project. */
  get folder(): string {
    return folderOf(this.name);
  }
}

const folderOf = (name: string) => `overlays/${name}`;

/** Also true for an environment made by another copy of this module. */
export function isEnvironment(value: unknown): value is Environment {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * Says what an environment is.
 * @param name names its folders: overlays/<name> holds image pins and patch files, dist/<name> its manifests
 */
export function environment(name: string, options: EnvironmentOptions): Environment;
export function environment(name: string, options: ExtendingOptions): Environment;
export function environment(name: string, options: EnvironmentOptions | ExtendingOptions): Environment {
  const { extends: parent, without = [], apps = [], defaults, ...settings } = options;
  const problems: Problem[] = [];
  if ("extends" in options && !isEnvironment(parent)) {
    problems.push({
      environment: name,
      path: "extends",
      message: `expected an environment, found ${typeof parent}`,
      fix: "If it is imported, do the two modules import each other?",
    });
  }
  const inherited = isEnvironment(parent) ? parent : undefined;
  const dropped = new Set(without);
  for (const app of dropped)
    if (!inherited?.apps.some((one) => one.name === app))
      problems.push({ ...unknownApp(app, inherited), environment: name, path: "without" });

  const own = listed(name, apps, problems);
  const replaced = new Set(own.map((one) => one.name));
  const kept = (inherited?.apps ?? []).filter((one) => !dropped.has(one.name) && !replaced.has(one.name));
  return new Environment(name, {
    settings: [...(inherited?.settings ?? []), layer(`environment ${name}`, settings, environment)],
    defaults: [...(inherited?.defaults ?? []), ...(defaults ? [layer(`environment ${name}: defaults`, defaults, environment)] : [])],
    apps: [...kept, ...own],
    problems: [...(inherited?.problems ?? []), ...problems],
  });
}

function listed(environment: string, apps: readonly unknown[], problems: Problem[]): App[] {
  const own: App[] = [];
  const names = new Set<string>();
  if (!Array.isArray(apps)) {
    problems.push({ environment, path: "apps", message: `expected a list of apps, found ${typeof apps}` });
    return own;
  }
  for (const [index, one] of apps.entries()) {
    if (!isApp(one))
      problems.push({
        environment,
        path: `apps.${index}`,
        message: `expected an app, found ${one === null ? "null" : typeof one}`,
        fix: "Is it exported by the module it is imported from?",
      });
    else if (names.has(one.name))
      problems.push({
        environment,
        app: one.name,
        path: "apps",
        message: "the app is listed twice",
        fix: "Drop one, or give it another name with named().",
      });
    else {
      names.add(one.name);
      own.push(one.boundTo(folderOf(environment)));
    }
  }
  return own;
}

function unknownApp(name: string, environment: Environment | undefined): Problem {
  const names = (environment?.apps ?? []).map((one) => one.name);
  return {
    ...(environment ? { environment: environment.name } : {}),
    app: name,
    message: environment ? `${environment.name} has no app "${name}"` : `no app "${name}": the environment extends none`,
    fix: suggestion(name, names, "Its apps"),
  };
}
