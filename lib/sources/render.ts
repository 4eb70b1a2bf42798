import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { templateOptions } from "../charts/index.ts";
import { isSubdomain } from "../kubernetes/index.ts";
import { readText } from "../outside/index.ts";
import type { Source } from "./discover.ts";
import { type Kustomization, kustomizationsFrom, pathsIn } from "./kustomizations.ts";
import { runTool, type Task } from "./tool.ts";

/** What a source renders to as YAML, or why it doesn't. */
export type RenderedSource =
  | {
      readonly text: string;
      /** Renders it once more with what each object comes from; undefined for what says that by itself, or doesn't say it. */
      readonly withOrigins?: () => OriginRendering | undefined;
    }
  | {
      readonly reason: string;
      /** Whether its tool ran and refused it. */
      readonly isRefused?: true;
      /** Whether it includes what lies elsewhere, and isn't fetched. */
      readonly isRemote?: true;
    };

/** A rendering whose objects name the file that they come from, in the annotation `config.kubernetes.io/origin`. */
export interface OriginRendering {
  readonly text: string;
  /** Folder that the paths in the annotations count from. */
  readonly folder: string;
}

/** What a source is rendered with. */
export interface RenderingOptions {
  /** Minor version that charts are rendered for. */
  readonly kubernetes: string;
  /** What charts take for the release's namespace. Default: `default`. */
  readonly namespace?: string | undefined;
}

/**
 * Renders a kustomization with `kustomize` (or `kubectl kustomize`) or a chart with `helm template`, and waits for it. Nothing is fetched:
 * what names an address isn't rendered, and tools get no way to the network.
 * @param root the folder that the source's path counts from
 */
export function render(root: string, source: Source, options: RenderingOptions): RenderedSource {
  const task = taskOf(root, source, options);
  if ("reason" in task) return task;
  const result = runTool(task);
  return "text" in result && source.kind === "kustomization" ? { ...result, withOrigins: () => withOrigins(task.folder) } : result;
}

/** Why a source isn't rendered. */
export type NotRendered = Extract<RenderedSource, { reason: string }>;

/** What a tool has to do for a source, or why nothing is rendered. */
export function taskOf(root: string, source: Source, options: RenderingOptions): Task | NotRendered {
  const folder = resolve(root, source.path);
  return source.kind === "kustomization" ? kustomizationTask(folder, resolve(root, source.file)) : chartTask(folder, source, options);
}

function kustomizationTask(folder: string, file: string): Task | NotRendered {
  const all = [...kustomizationsFrom(folder, file)].map(({ kustomization }) => kustomization);
  const address = all.flatMap(pathsIn).find(isAddress);
  if (address !== undefined) return { reason: `it includes ${withoutCredentials(address)}, and nothing is fetched`, isRemote: true };
  const [{ helmCharts, helmChartInflationGenerator } = {}] = all;
  if (helmCharts !== undefined || helmChartInflationGenerator !== undefined)
    return { reason: "it includes Helm charts, which kustomize fetches", isRemote: true };
  if (all[0]?.kind === "Component") return { reason: "it is a component, which other kustomizations include" };
  return kustomize(folder, !all.some(holdsSecrets));
}

const kustomize = (folder: string, isQuotable: boolean): Task => ({
  commands: [
    ["kustomize", "build", folder],
    ["kubectl", "kustomize", folder],
  ],
  folder,
  isQuotable,
  missing: "neither kustomize nor kubectl is installed",
});

/**
 * A kustomization around another may ask for origins (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/buildmetadata/).
 * It is a rendering of its own: with annotations that the objects don't have, a wrong patch might apply.
 */
function withOrigins(folder: string): OriginRendering | undefined {
  const around = realpathSync(mkdtempSync(join(tmpdir(), "slipway-origins-")));
  try {
    const kustomization = { resources: [relative(around, realpathSync(folder))], buildMetadata: ["originAnnotations"] };
    writeFileSync(join(around, "kustomization.yaml"), JSON.stringify(kustomization));
    const built = runTool(kustomize(around, false));
    return "text" in built ? { text: built.text, folder: around } : undefined;
  } finally {
    rmSync(around, { recursive: true, force: true });
  }
}

/** A web address, or the one of a repository in git. */
const isAddress = (text: string) => /^[a-z][a-z0-9+.-]*:\/\/|^git@|^(github|gitlab|bitbucket)\.|[?&]ref=|\.git(\/|$)/i.test(text);

/** Whether a kustomization writes Secrets. */
const holdsSecrets = (kustomization: Kustomization) =>
  kustomization.secretGenerator !== undefined || /\bkind:\s*["']?Secret\b/.test(JSON.stringify(kustomization));

/** An address without what stands before its host, and without its query but for the revision. */
const withoutCredentials = (address: string) => {
  const [, ref] = /[?&](ref=[\w./-]+)/.exec(address) ?? [];
  return `${address.replace(/\/\/[^/\s]*@/, "//").replace(/\?.*$/s, "")}${ref ? `?${ref}` : ""}`;
};

function chartTask(folder: string, source: Source, { kubernetes, namespace = "default" }: RenderingOptions): Task | NotRendered {
  const outside = linkOutOf(folder);
  if (outside !== undefined) return { reason: `${outside} is a link that leads out of the chart` };
  const chart = textAt(join(folder, "Chart.yaml"));
  if (chart === undefined) return { reason: "its Chart.yaml can't be read" };
  if (/^type:\s*["']?library/m.test(chart)) return { reason: "it is a library chart, which makes no objects of its own" };
  const { values = [], inlineValues, parameters = [], release = releaseName(basename(folder)) } = source;
  if (!isReleaseName(release)) return { reason: `Helm takes no release of the name ${JSON.stringify(release.slice(0, mostShown))}` };
  const options = templateOptions({ kubernetes, namespace });
  const given = [
    ...values.flatMap((file) => ["--values", resolve(file)]),
    ...(inlineValues === undefined ? [] : ["--values", "-"]),
    ...parameters.flatMap(({ name, value, isText }) => [isText ? "--set-string" : "--set", `${name}=${withoutLists(value)}`]),
  ];
  return {
    // What stands after -- is no option, whatever it looks like.
    commands: [["helm", "template", ...options, ...given, "--", release, folder]],
    folder,
    isQuotable: false,
    ...(inlineValues === undefined ? {} : { input: inlineValues }),
    missing: "helm isn't installed",
  };
}

/** Characters of a wrong name that are shown. */
const mostShown = 500;

/** A release's name as Helm checks it: https://github.com/helm/helm/blob/v3.18.0/pkg/chartutil/validate_name.go */
const isReleaseName = (name: string) => name.length <= 53 && isSubdomain(name);

/**
 * A value as `--set` reads it whole: Argo CD escapes commas, but for those of a list in braces.
 * https://github.com/argoproj/argo-cd/blob/v3.0.0/util/helm/cmd.go
 */
const withoutLists = (value: string) => (value.startsWith("{") && value.endsWith("}") ? value : value.replace(/(?<!\\),/g, "\\,"));

/** A folder's name as Helm takes it for a release's: https://helm.sh/docs/chart_best_practices/conventions/ */
export const releaseName = (folder: string) =>
  folder
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .slice(0, 50)
    .replace(/^-+|-+$/g, "") || "release";

/** Helm follows links, and what they lead to may be anybody's file. */
function linkOutOf(folder: string): string | undefined {
  const real = realpathSync(folder);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const target = targetOf(path);
    if (target === undefined || !`${target}/`.startsWith(`${real}/`)) return relative(folder, path);
  }
  return undefined;
}

function targetOf(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return undefined;
  }
}

function textAt(path: string): string | undefined {
  try {
    return readText(path);
  } catch {
    return undefined;
  }
}
