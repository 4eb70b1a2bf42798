import { isAbsolute, join } from "node:path";
import { check, type Finding, type FindingHint, type Report } from "../check/index.ts";
import { blockedProblems, planTree, type TreeFiles, type TreePlan, writeTree } from "../dist/index.ts";
import type { Environment } from "../overlay/index.ts";
import { chosen, InputError, type Problem } from "../problem/index.ts";
import { projectAt } from "../project/index.ts";
import { checkable } from "./checkable.ts";
import { isCounting, kustomization, kustomizationPath } from "./files.ts";
import { hintsOf } from "./finding-hints.ts";
import { collisions, type Rendering, type RenderOptions, render } from "./render.ts";
import type { RenderedApps } from "./rendered-apps.ts";
import { sharedHosts } from "./shared-hosts.ts";

export interface SynthOptions {
  /** Folder of the project. */
  readonly root: string;
  /** Environments to write. Default: all, and what is left of those that are gone is removed. */
  readonly environments?: readonly string[];
  /** Apps to write. Default: all. */
  readonly apps?: readonly string[];
  /** Folder to write to, relative to the project. Default: dist. */
  readonly out?: string;
  /** Called for each environment before it is rendered. */
  readonly onRender?: (environment: string, number: number, total: number) => void;
  /** Called for each environment before it is checked. */
  readonly onCheck?: (environment: string, number: number, total: number) => void;
  /** What was rendered before, for a process that renders again. */
  readonly last?: RenderedApps;
  /** Day by which waivers are judged, as 2030-01-31. Default: the day it is, in UTC. */
  readonly today?: string;
}

/** What a synth would write, and what the rules find in it. */
export interface SynthPlan extends TreePlan {
  readonly report: Report;
  /** What is probably a mistake of the overlays, and keeps nothing from being written. */
  readonly warnings: readonly Problem[];
  /** What is known of a finding that keeps dist from being written; undefined where nothing does. */
  readonly hintOf?: (finding: Finding) => FindingHint;
}

/**
 * Renders environments in memory and compares them with what is on disk; `writeTree` carries the plan out. Nothing is written when anything is wrong.
 * @throws InputError with everything that is wrong in any of them
 */
export function planSynth(
  all: readonly Environment[],
  { root, environments, apps = [], out = "dist", onRender, onCheck, last, today = new Date().toISOString().slice(0, 10) }: SynthOptions,
): SynthPlan {
  const wanted = chosen(all, environments, "environment");
  const renderings = renderAll(wanted, { ...projectAt(root), ...(last ? { last } : {}) }, onRender);
  chosen(
    wanted.flatMap((environment) => environment.apps),
    apps,
    "app",
  );
  const folder = isAbsolute(out) ? out : join(root, out);
  if (`${root}/`.startsWith(folder.endsWith("/") ? folder : `${folder}/`))
    throw new InputError([
      {
        file: out,
        message: "the project itself is in this folder, and synth removes stale files from it",
        fix: "Write to another folder with --out.",
      },
    ]);
  const files = new Map(renderings.flatMap((rendering) => [...rendering.files]));
  const names = new Set(wanted.map((environment) => environment.name));
  const owned = environments?.length || apps.length > 0 ? (path: string) => names.has(path.split("/")[0] ?? "") : () => true;
  const plan = apps.length > 0 ? planApps(folder, files, renderings, new Set(apps)) : planTree(folder, files, owned);
  if (plan.blocked.length > 0) throw new InputError(blockedProblems(plan));
  const report = check(
    renderings.map((rendering) => checkable(rendering, out, projectAt(root).read)),
    today,
    undefined,
    onCheck,
  );
  return {
    ...plan,
    report,
    warnings: renderings.flatMap(({ warnings }) => warnings),
    ...(report.summary.errors > 0 ? { hintOf: hintsOf(renderings, out) } : {}),
  };
}

/** Renders, checks, and writes unless a check found an error; see planSynth. */
export function synthTree(all: readonly Environment[], options: SynthOptions): SynthPlan {
  const plan = planSynth(all, options);
  if (plan.report.summary.errors === 0) writeTree(plan);
  return plan;
}

function renderAll(environments: readonly Environment[], options: RenderOptions, onRender?: SynthOptions["onRender"]): Rendering[] {
  const problems: Problem[] = [];
  const renderings = environments.flatMap((environment, index) => {
    onRender?.(environment.name, index + 1, environments.length);
    try {
      return [render(environment, options)];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  const serving = renderings.flatMap(({ environment: name, cluster, hosts }) => {
    const environment = environments.find((candidate) => candidate.name === name);
    return environment ? [{ environment, cluster, hosts }] : [];
  });
  problems.push(...collisions(renderings), ...sharedHosts(serving, options.root ?? ""));
  if (problems.length > 0) throw new InputError(problems);
  return renderings;
}

/**
 * Some apps only: their folders, their Applications, what they add to shared/, and the kustomization.yaml that fits what will lie on disk then.
 * What they stand on, the environment's projects and namespaces, is brought up to date and never removed.
 */
function planApps(folder: string, files: TreeFiles, renderings: readonly Rendering[], apps: ReadonlySet<string>): TreePlan {
  const names = new Set(renderings.map((rendering) => rendering.environment));
  const applications = new Set(
    renderings.flatMap(({ environment }) => [...apps].map((app) => `${environment}/argocd/Application.${environment}-${app}.k8s.yaml`)),
  );
  const shared = new RegExp(`^[^\\n]*/shared \\((${[...apps].join("|")})\\)`);
  const selected = (path: string, text: string) => {
    const [environment = "", part = ""] = path.split("/");
    return names.has(environment) && (apps.has(part) || applications.has(path) || (part === "shared" && shared.test(text)));
  };
  const common = (path: string, text: string) =>
    path.includes("/argocd/AppProject.") || /^[^\n]*\/shared: /.test(text) || (/^[^/]+\/(argocd|shared)\//.test(path) && isCounting(text));
  const some = new Map([...files].filter(([path, text]) => selected(path, text) || common(path, text)));
  const onDisk = planTree(folder, files).current;
  const owned = (path: string) => selected(path, onDisk.get(path) ?? "") || some.has(path) || path.endsWith("/kustomization.yaml");
  const stay = [...onDisk.keys()].filter((path) => !selected(path, onDisk.get(path) ?? ""));
  for (const environment of names) some.set(kustomizationPath(environment), kustomization(environment, new Set([...stay, ...some.keys()])));
  return planTree(folder, some, (path) => owned(path) && names.has(path.split("/")[0] ?? ""));
}
