import { type Problem, suggestion } from "../problem/index.ts";
import { type AnyApp, App, type AppPatch, isApp } from "./app.ts";
import { type Layer, layer } from "./layer.ts";
import type { EnvironmentSettings } from "./model.ts";
import type { EnvironmentSettingsPatch } from "./model-patch.ts";

/** What an environment sets for every app. A default reaches an app only where it fits: it brings no workload, container, Service or autoscaler into being, and each field of a workload reaches the kinds that have it. */
export type AppDefaults = AppPatch;

interface Members {
  /** For every app of this environment, weaker than what an app sets. */
  readonly defaults?: AppDefaults;
  /** The environment's apps; in one that extends another, those that are new or differ. */
  readonly apps: readonly AnyApp[];
}
/** A whole environment. */
export type EnvironmentOptions = EnvironmentSettings & Members & { readonly extends?: never; readonly without?: never };
/** An environment by its difference from another. */
export type ExtendingOptions = EnvironmentSettingsPatch &
  Omit<Members, "apps"> &
  Partial<Pick<Members, "apps">> & {
    /** The environment whose settings, defaults and apps it takes over. */
    readonly extends: Environment;
    /** Names of apps it doesn't take over. */
    readonly without?: readonly string[];
  };

/**
 * What an environment has to say, by whether it extends another. It is one signature, not two: of two the compiler names what the last one
 * lacks, so that a missing setting would read as a missing `extends`.
 */
type EnvironmentOptionsOf<Parent extends Environment | undefined> = { readonly extends?: Parent } & ([Parent] extends [Environment]
  ? ExtendingOptions
  : EnvironmentOptions);

interface EnvironmentParts {
  readonly settings: readonly Layer[];
  readonly defaults: readonly Layer[];
  readonly apps: readonly App[];
  readonly problems: readonly Problem[];
}

const brand = Symbol.for("slipway.environment");

/** An environment as it was written: layers of settings and defaults, and its apps. `render` turns it into manifests. */
export class Environment {
  readonly [brand] = true;
  readonly name: string;
  readonly settings: readonly Layer[];
  readonly defaults: readonly Layer[];
  readonly apps: readonly App[];
  /** What was already wrong when it was created. */
  readonly problems: readonly Problem[];

  constructor(name: string, { settings, defaults, apps, problems }: EnvironmentParts) {
    this.name = name;
    this.settings = settings;
    this.defaults = defaults;
    this.apps = apps;
    this.problems = problems;
  }

  /** One of its apps, for an environment that extends this one to change. */
  app(name: string): App {
    const found = this.apps.find((app) => app.name === name);
    if (found) return found;
    return new App(name, { layers: [], patches: [], problems: [unknownApp(name, this)] });
  }

  /** Where the environment's pins and patch files lie, relative to the project. */
  get folder(): string {
    return folderOf(this.name);
  }
}

const folderOf = (name: string) => `overlays/${name}`;

/** Also true for an environment created by another copy of this module. */
export function isEnvironment(value: unknown): value is Environment {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * Describes an environment.
 * @param name names its folders: overlays/<name> holds image pins and patch files, dist/<name> its manifests
 * @example
 * export const dev = environment("dev", {
 *   kubernetes: "1.34",
 *   cluster: { name: "dev" },
 *   registry: "registry.example",
 *   argocd: { repository: "https://git.example/deployments.git" },
 *   apps: [web.with({ workload: { replicas: 1 } })],
 * });
 * export const prodUs = environment("prod-us", { extends: prod, cluster: { name: "us" }, without: ["reports"] });
 */
export function environment<Parent extends Environment | undefined = undefined>(
  name: string,
  options: EnvironmentOptionsOf<Parent>,
): Environment {
  const { extends: parent, without = [], apps = [], defaults, ...settings } = options;
  const problems: Problem[] = [];
  if ("extends" in options && !isEnvironment(parent)) {
    problems.push({
      environment: name,
      path: "extends",
      message: `expected an environment, found ${typeof parent}`,
      fix: "Check that the two modules don't import each other.",
    });
  }
  const inherited = isEnvironment(parent) ? parent : undefined;
  const dropped = new Set(without);
  for (const app of dropped)
    if (!inherited?.apps.some(({ name: inheritedName }) => inheritedName === app))
      problems.push({ ...unknownApp(app, inherited), environment: name, path: "without" });

  const own = listed(name, apps, problems);
  const replaced = new Set(own.map((app) => app.name));
  const kept = (inherited?.apps ?? []).filter((app) => !dropped.has(app.name) && !replaced.has(app.name));
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
    problems.push({ environment, path: "apps", message: `expected a list of apps, found ${typeof apps}`, fix: "Write apps: [web, api]." });
    return own;
  }
  for (const [index, app] of apps.entries()) {
    if (!isApp(app))
      problems.push({
        environment,
        path: `apps.${index}`,
        message: `expected an app, found ${app === null ? "null" : typeof app}`,
        fix: "Check that the module it is imported from exports it.",
      });
    else if (names.has(app.name))
      problems.push({
        environment,
        app: app.name,
        path: "apps",
        message: "the app is listed twice",
        fix: "Remove one of them, or give it another name with named().",
      });
    else {
      names.add(app.name);
      own.push(app.boundTo(folderOf(environment)));
    }
  }
  return own;
}

function unknownApp(name: string, environment: Environment | undefined): Problem {
  const names = (environment?.apps ?? []).map((app) => app.name);
  return {
    ...(environment ? { environment: environment.name } : {}),
    app: name,
    message: environment ? `${environment.name} has no app "${name}"` : `there is no app "${name}", as the environment extends no other`,
    fix: suggestion(name, names, "Its apps"),
  };
}
