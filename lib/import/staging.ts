import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { KubernetesObject } from "../manifest/index.ts";
import type { Environment } from "../overlay/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import { loadEnvironments, type Project, projectAt, type ReadFile } from "../project/index.ts";
import { type Rendering, render } from "../synth/index.ts";
import { inNamespace } from "./in-namespace.ts";

/** Overlays as any command would have them. */
export interface Staged {
  readonly environments: ReadonlyMap<string, Environment>;
  /** Those that could be rendered, by name. */
  readonly renderings: ReadonlyMap<string, Rendering>;
  readonly problems: readonly Problem[];
}

/** An object that an environment deploys, with its app. */
interface DeployedObject {
  readonly object: KubernetesObject;
  readonly app: string | undefined;
}

/** What an environment deploys, without Argo CD's own objects. One that names no namespace goes to that of its app. */
export const deployedObjects = ({ manifests, apps }: Pick<Rendering, "manifests" | "apps">): DeployedObject[] =>
  manifests
    .filter(({ folder }) => folder !== "argocd")
    .map(({ object, app }) => {
      const namespace = app === undefined ? undefined : apps.get(app)?.spec.namespace;
      return { object: namespace === undefined ? object : inNamespace(object, namespace), app };
    });

/** The same without the apps. */
export const deployedBy = (rendering: Pick<Rendering, "manifests" | "apps">): KubernetesObject[] =>
  deployedObjects(rendering).map(({ object }) => object);

export interface StagingOptions {
  /** The repository's folder: charts, and whatever isn't among the files, are read there. */
  readonly out: string;
  /** The module that `slipway` stands for in overlays. */
  readonly slipway: string;
  /** Called for each environment before it is rendered. */
  readonly onRender?: (environment: string, number: number, total: number) => void;
}

/**
 * Writes overlays to a folder of their own beside where they will lie, loads them as any command does, and renders them.
 * @param removed files of the repository that are no longer there
 */
export async function stage(
  files: ReadonlyMap<string, string>,
  { out, slipway, onRender }: StagingOptions,
  removed: ReadonlySet<string> = new Set(),
): Promise<Staged> {
  if (files.size === 0) return { environments: new Map(), renderings: new Map(), problems: [] };
  const created = mkdirSync(out, { recursive: true });
  const root = mkdtempSync(join(out, ".slipway-import-"));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const environments = new Map((await loaded(root, slipway)).map((environment) => [environment.name, environment]));
    const renderings = new Map<string, Rendering>();
    const problems: Problem[] = [];
    const [staged, own] = [projectAt(root), projectAt(out)];
    const read: ReadFile = (path) => staged.read(path) ?? (removed.has(path) ? undefined : own.read(path));
    let number = 0;
    for (const environment of environments.values()) {
      number++;
      onRender?.(environment.name, number, environments.size);
      try {
        renderings.set(environment.name, render(environment, { root: out, read }));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        problems.push(...error.problems.map((problem) => ({ ...unstaged(problem, root), environment: environment.name })));
      }
    }
    return { environments, renderings, problems };
  } finally {
    rmSync(created ?? root, { recursive: true, force: true });
  }
}

/** @throws InputError with the files as they are called once they are written */
async function loaded(root: string, slipway: string): Promise<Environment[]> {
  try {
    return await loadEnvironments(root, { slipway });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.problems.map((problem) => unstaged(problem, root)));
  }
}

/** A problem with the file that it is of once it is written. */
function unstaged<T extends Problem>(problem: T, root: string): T {
  const folder = `${basename(root)}/`;
  return problem.file?.startsWith(folder) ? { ...problem, file: problem.file.slice(folder.length) } : problem;
}

/**
 * Stages the overlays of a repository as they would be after edits.
 * @param edits texts by path; undefined for files that go
 */
export function stageOver(
  { root, read }: Project,
  edits: ReadonlyMap<string, string | undefined>,
  options: Omit<StagingOptions, "out">,
): Promise<Staged> {
  const own = readdirSync(join(root, "overlays"), { recursive: true, encoding: "utf8" }).map((path) => join("overlays", path));
  const paths = new Set([...own.filter((path) => /\.(ts|json|ya?ml)$/.test(path)), ...edits.keys()]);
  const files = [...paths].flatMap((path) => {
    const text = edits.has(path) ? edits.get(path) : read(path);
    return text === undefined ? [] : [[path, text] as const];
  });
  const removed = [...edits].flatMap(([path, text]) => (text === undefined ? path : []));
  return stage(new Map(files), { ...options, out: root }, new Set(removed));
}
