import { join, relative } from "node:path";
import type { KubernetesObject } from "../manifest/index.ts";
import { isRecord } from "../outside/index.ts";
import { type App, type Environment, isAdopted, isObject } from "../overlay/index.ts";
import { InputError } from "../problem/index.ts";
import type { Project } from "../project/index.ts";
import { AppRenderer } from "./app-renderer.ts";
import { variable } from "./source-text.ts";

type Members = Readonly<Record<string, unknown>>;

/** An app that overlays have already, and that another environment can list as well. */
export interface KnownApp {
  /** What its file in overlays/base is called, without `.ts`. */
  readonly file: string;
  readonly namespace: string;
  /** What it is in base. */
  readonly base:
    | { readonly kind: "included"; readonly objects: readonly KubernetesObject[] }
    | { readonly kind: "model"; readonly spec: Members }
    | { readonly kind: "chart"; readonly folder: string; readonly values: Members };
}

/** Keys of an app that includes all of its objects. */
export const plainKeys: ReadonlySet<string> = new Set(["namespace", "defaults", "imagesAsIs", "include", "repository"]);

/** Of apps of these names, those that other environments can share: the ones written in overlays/base by values alone. */
export function knownApps(names: ReadonlySet<string>, environments: readonly Environment[], project: Project): Map<string, KnownApp> {
  const found = new Map<string, KnownApp>();
  for (const name of names) {
    const known = knownApp(name, environments, project);
    if (known) found.set(name, known);
  }
  return found;
}

function knownApp(name: string, environments: readonly Environment[], project: Project): KnownApp | undefined {
  const listed = environments.flatMap((environment) =>
    environment.apps.flatMap((app) => (app.name === name ? [{ environment, base: baseOf(app) }] : [])),
  );
  const [first] = listed;
  const file = first?.base?.place()?.file;
  const spec = first?.base?.patch;
  if (!first || file === undefined || !isObject(spec) || listed.some(({ base }) => base?.place()?.file !== file)) return undefined;
  const [, own] = /^overlays\/base\/([^/]+)\.ts$/.exec(relative(project.root, file)) ?? [];
  const text = own === undefined ? undefined : project.read(join("overlays/base", `${own}.ts`));
  if (own === undefined || text === undefined || !isShareable(name, text) || !isAdopted(spec)) return undefined;
  const base = baseIn(name, spec, first.environment, project);
  return base && { file: own, namespace: String(spec.namespace), base };
}

/** What an app says in its own module. */
export const baseOf = (app: App) => app.layers.find((layer) => layer.name === "base");

/** Whether a module exports the app under its variable, without patches or modules of its own. */
const isShareable = (name: string, text: string): boolean =>
  new RegExp(`^export const ${variable(name, "App").replaceAll("$", "\\$")} =`, "m").test(text) &&
  !text.includes(".patch(") &&
  [...text.matchAll(/\bfrom\s+["']([^"']+)["']/g)].every(([, module]) => module === "slipway");

function baseIn(name: string, spec: Members, environment: Environment, project: Project): KnownApp["base"] | undefined {
  const { helm, include, extend } = spec;
  if (extend !== undefined) return undefined;
  if (isRecord(helm)) {
    const { chart, values = {}, ...others } = helm;
    return typeof chart === "string" && isRecord(values) && Object.keys(others).length === 0
      ? { kind: "chart", folder: chart, values }
      : undefined;
  }
  if (include === undefined) return { kind: "model", spec };
  if (Object.keys(spec).some((key) => !plainKeys.has(key))) return undefined;
  try {
    return { kind: "included", objects: new AppRenderer(environment, project).render(name, spec, {}) };
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
