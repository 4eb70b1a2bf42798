import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { isSubdomain } from "../kubernetes/index.ts";
import { readText } from "../outside/index.ts";
import type { Source } from "./discover.ts";
import { type Kustomization, kustomizationsFrom, pathsIn } from "./kustomizations.ts";

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

/** Milliseconds and bytes past which a tool is given up. */
const longest = 120_000;
const mostBytes = 256 * 1024 * 1024;

/**
 * Renders a kustomization with `kustomize` (or `kubectl kustomize`) or a chart with `helm template`. Nothing is fetched: what names
 * an address isn't rendered, and tools get no way to the network.
 * @param root the folder that the source's path counts from
 * @param kubernetes minor version that charts are rendered for
 * @param namespace what charts take for the release's namespace
 */
export function render(root: string, source: Source, kubernetes: string, namespace = "default"): RenderedSource {
  const folder = resolve(root, source.path);
  if (source.kind === "kustomization") return renderKustomization(folder, resolve(root, source.file));
  return renderChart(folder, source, kubernetes, namespace);
}

function renderKustomization(folder: string, file: string): RenderedSource {
  const all = [...kustomizationsFrom(folder, file)].map(({ kustomization }) => kustomization);
  const address = all.flatMap(pathsIn).find(isAddress);
  if (address !== undefined) return { reason: `it includes ${withoutCredentials(address)}, and nothing is fetched`, isRemote: true };
  const [{ helmCharts, helmChartInflationGenerator } = {}] = all;
  if (helmCharts !== undefined || helmChartInflationGenerator !== undefined)
    return { reason: "it includes Helm charts, which kustomize fetches", isRemote: true };
  if (all[0]?.kind === "Component") return { reason: "it is a component, which other kustomizations include" };
  const isQuotable = !all.some(holdsSecrets);
  const built = kustomize(folder, isQuotable);
  if (built === undefined) return { reason: "neither kustomize nor kubectl is installed" };
  return "text" in built ? { text: built.text, withOrigins: () => withOrigins(folder) } : built;
}

const kustomize = (folder: string, isQuotable: boolean) =>
  run("kustomize", folder, ["build", folder], isQuotable) ?? run("kubectl", folder, ["kustomize", folder], isQuotable);

/**
 * A kustomization around another may ask for origins (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/buildmetadata/).
 * It is a rendering of its own: with annotations that the objects don't have, a wrong patch might apply.
 */
function withOrigins(folder: string): OriginRendering | undefined {
  const around = realpathSync(mkdtempSync(join(tmpdir(), "slipway-origins-")));
  try {
    const kustomization = { resources: [relative(around, realpathSync(folder))], buildMetadata: ["originAnnotations"] };
    writeFileSync(join(around, "kustomization.yaml"), JSON.stringify(kustomization));
    const built = kustomize(around, false);
    return built && "text" in built ? { text: built.text, folder: around } : undefined;
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

function renderChart(folder: string, source: Source, kubernetes: string, namespace: string): RenderedSource {
  const outside = linkOutOf(folder);
  if (outside !== undefined) return { reason: `${outside} is a link that leads out of the chart` };
  const chart = textAt(join(folder, "Chart.yaml"));
  if (chart === undefined) return { reason: "its Chart.yaml can't be read" };
  if (/^type:\s*["']?library/m.test(chart)) return { reason: "it is a library chart, which makes no objects of its own" };
  const { values = [], inlineValues, parameters = [], release = releaseName(basename(folder)) } = source;
  if (!isReleaseName(release)) return { reason: `Helm takes no release of the name ${JSON.stringify(release.slice(0, mostShown))}` };
  const options = ["--include-crds", "--skip-tests", "--namespace", namespace, "--kube-version", `${kubernetes}.0`];
  const given = [
    ...values.flatMap((file) => ["--values", resolve(file)]),
    ...(inlineValues === undefined ? [] : ["--values", "-"]),
    ...parameters.flatMap(({ name, value, isText }) => [isText ? "--set-string" : "--set", `${name}=${withoutLists(value)}`]),
  ];
  // What stands after -- is no option, whatever it looks like.
  return (
    run("helm", folder, ["template", ...options, ...given, "--", release, folder], false, inlineValues) ?? {
      reason: "helm isn't installed",
    }
  );
}

/** A release's name as Helm checks it: https://github.com/helm/helm/blob/v3.18.0/pkg/chartutil/validate_name.go */
const isReleaseName = (name: string) => name.length <= 53 && isSubdomain(name);

/**
 * A value as `--set` reads it whole: Argo CD escapes commas, but for those of a list in braces.
 * https://github.com/argoproj/argo-cd/blob/v3.0.0/util/helm/cmd.go
 */
const withoutLists = (value: string) => (value.startsWith("{") && value.endsWith("}") ? value : value.replace(/(?<!\\),/g, "\\,"));

/** A folder's name as Helm takes it for a release's: https://helm.sh/docs/chart_best_practices/conventions/ */
const releaseName = (folder: string) =>
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

/**
 * What a tool prints; undefined where it isn't installed.
 * @param folder what it renders, which its errors name whole
 * @param isQuotable whether nothing secret is in what it reads, so that its error may be shown
 * @param input what it reads on its standard input
 */
function run(tool: string, folder: string, args: readonly string[], isQuotable: boolean, input = ""): RenderedSource | undefined {
  const home = mkdtempSync(join(tmpdir(), "slipway-source-"));
  try {
    const { error, status, stdout, stderr } = spawnSync(tool, [...args], {
      encoding: "utf8",
      env: withoutNetwork(home),
      input,
      timeout: longest,
      maxBuffer: mostBytes,
    });
    if (error && "code" in error && error.code === "ENOENT") return undefined;
    if (error) return { reason: `${tool} was ended: it took too long, or printed too much` };
    if (status === 0) return { text: stdout };
    // What a tool prints may hold values of its sources, secret ones among them.
    const reason = isQuotable ? errorIn(stderr, folder) : undefined;
    const [, place] = /\((\S{1,200}:\d+(?::\d+)?)\)/.exec(stderr) ?? [];
    const why = place ? `at ${place}` : `with status ${status}`;
    return { isRefused: true, reason: reason ? `${tool} fails: ${reason}` : `${tool} fails ${why}; run it on this folder to see why` };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Characters of a tool's error that are shown. */
const mostShown = 500;

/** The error that kustomize or kubectl prints, with paths from the folder. */
function errorIn(stderr: string, folder: string): string | undefined {
  const [, error] = /^error: (.+)$/im.exec(stderr) ?? /"command failed" err="(.+)"$/m.exec(stderr) ?? [];
  const [, missing] = error ? (/lstat (\S+): no such file or directory$/.exec(error) ?? []) : [];
  return missing ? `there is no ${relative(folder, missing)}` : error?.slice(0, mostShown).replaceAll(`${folder}/`, "");
}

/** A tool sees no settings of the user's, no credentials and no cluster, and a proxy that leads nowhere. */
const withoutNetwork = (home: string): NodeJS.ProcessEnv => {
  const proxy = "http://127.0.0.1:9";
  return {
    PATH: process.env.PATH ?? "",
    HOME: home,
    TMPDIR: home,
    LC_ALL: "C",
    GIT_ALLOW_PROTOCOL: "file",
    GIT_TERMINAL_PROMPT: "0",
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    http_proxy: proxy,
    https_proxy: proxy,
  };
};
