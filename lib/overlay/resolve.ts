import { InputError, type Problem } from "../problem/index.ts";
import { shapeOf, validate } from "../validation/index.ts";
import { type App, isApp } from "./app.ts";
import { consistencyProblems } from "./consistency.ts";
import { fittingDefaults, productDefaults } from "./defaults.ts";
import { type Environment, isEnvironment } from "./environment.ts";
import { builtIn, type Layer, placedProblems } from "./layer.ts";
import { isObject, merge } from "./merge.ts";
import type { AppSpec, EnvironmentSettings } from "./model.ts";
import { referenceOf } from "./reference.ts";
import type { ResolvedApp, ResolvedEnvironment } from "./resolved.ts";
import { routingProblems } from "./routing-problems.ts";
import { App as AppSchema, Environment as EnvironmentSchema } from "./schema/index.ts";

/** The folder of Argo CD's objects, which no app may have for itself. What an app called `shared` has lies with what all apps share. */
const reservedNames: readonly string[] = ["argocd"];

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/**
 * Merges and validates an environment with all its apps.
 * @param root folder of the project, to which the files of problems are relative
 * @throws InputError with everything that is wrong anywhere in it
 */
export function resolve(environment: Environment, root: string): ResolvedEnvironment {
  const settings = mergeLayers(environment.settings, EnvironmentSchema);
  const ofEnvironment: Problem[] = [
    ...environment.problems,
    ...nameProblems(environment.name, "environment"),
    ...keyProblems(EnvironmentSchema, settings).map((problem) => ({ environment: environment.name, ...problem })),
  ];
  const problems = placedProblems(ofEnvironment, environment.settings, root);

  const apps = environment.apps.map((app) => resolveApp(app, environment));
  for (const { app, resolved } of apps) {
    const found = app.problems.length > 0 ? app.problems : [...nameProblems(app.name, "app"), ...keyProblems(AppSchema, resolved.spec)];
    const layers = app.layers.length > 0 ? resolved.layers : environment.settings;
    problems.push(...placedProblems(found, layers, root).map((problem) => ({ app: app.name, ...problem, environment: environment.name })));
  }
  const byName = apps.map(({ resolved }) => resolved).sort((a, b) => (a.name < b.name ? -1 : 1));
  const resolved: ResolvedEnvironment = {
    name: environment.name,
    folder: environment.folder,
    // The cast holds because validation of what was merged has just passed, or the function throws below.
    settings: settings as EnvironmentSettings,
    apps: byName,
    appsByName: new Map(byName.map((app) => [app.name, app])),
  };
  if (problems.length === 0) {
    for (const problem of [...consistencyProblems(resolved), ...routingProblems(resolved)]) {
      const layers = problem.app === undefined ? environment.settings : resolved.appsByName.get(problem.app)?.layers;
      problems.push(...placedProblems([problem], layers ?? [], root));
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  return resolved;
}

function resolveApp(app: App, environment: Environment): { app: App; resolved: ResolvedApp } {
  const authored = mergeLayers(app.layers, AppSchema);
  const own = isObject(authored) ? authored : {};
  const defaults = environment.defaults.map((layer) => ({ ...layer, patch: fittingDefaults(layer.patch, own) }));
  const weak = mergeLayers([...defaults, ...app.layers], AppSchema);
  const layers = [builtIn("slipway's defaults", productDefaults(isObject(weak) ? weak : {})), ...defaults, ...app.layers];
  // The cast holds because resolve() validates what was merged before anything reads it.
  return { app, resolved: { name: app.name, spec: mergeLayers(layers, AppSchema) as AppSpec, layers, patches: app.patches } };
}

/** Holds settings against their schema; a problem says where the reference has its key. */
function keyProblems(schema: typeof AppSchema | typeof EnvironmentSchema, settings: unknown): Problem[] {
  return validate(schema, settings).map((problem) => {
    const reference = referenceOf(schema, problem.path ?? "");
    return reference ? { ...problem, reference } : problem;
  });
}

function mergeLayers(layers: readonly Layer[], schema: typeof AppSchema | typeof EnvironmentSchema): unknown {
  const shape = shapeOf(schema);
  return layers.reduce<unknown>((value, layer) => merge(value, layer.patch, shape), {});
}

function nameProblems(name: unknown, what: "app" | "environment"): Problem[] {
  if (typeof name !== "string" || !label.test(name) || name.length > 52) {
    return [
      {
        message: `expected an ${what}'s name of at most 52 lower-case letters, digits and '-', found ${JSON.stringify(name)}`,
        fix: `Rename the ${what}.`,
      },
    ];
  }
  if (what === "app" && reservedNames.includes(name))
    return [{ message: `"${name}" is reserved for a folder of dist`, fix: "Give the app another name." }];
  return [];
}

/** All environments a module of overlays exports, singly or in lists, each once and in the order of their names. */
export function environmentsOf(module: Readonly<Record<string, unknown>>): Environment[] {
  const found = new Set(Object.values(module).flat().filter(isEnvironment));
  const environments = [...found].sort((a, b) => (a.name < b.name ? -1 : 1));
  const problems: Problem[] = environments
    .filter(({ name }, index) => environments[index - 1]?.name === name)
    .map(({ name }) => ({ environment: name, message: "two environments have this name", fix: "Rename one of them." }));
  const stray = Object.entries(module).filter(([, value]) => isApp(value));
  problems.push(
    ...stray.map(([name]) => ({
      path: name,
      message: "overlays/index.ts exports an app; expected environments only",
      fix: "Export environments only.",
    })),
  );
  if (environments.length === 0)
    problems.push({ message: "overlays/index.ts exports no environment", fix: 'Export what environment("name", { ... }) returns.' });
  if (problems.length > 0) throw new InputError(problems);
  return environments;
}
