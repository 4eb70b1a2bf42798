import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { kustomizationAt, kustomizationNames, type Source } from "./discover.ts";

/** What a source renders to as YAML, or why it doesn't. */
export type RenderedSource = { readonly text: string } | { readonly reason: string };

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
  return source.kind === "chart" ? renderChart(folder, kubernetes, namespace) : renderKustomization(folder, resolve(root, source.file));
}

function renderKustomization(folder: string, file: string): RenderedSource {
  const remote = remoteResource(folder, file, new Set());
  if (remote !== undefined) return { reason: `it includes ${remote}, and nothing is fetched` };
  const { helmCharts, helmChartInflationGenerator } = kustomizationAt(file) ?? {};
  if (helmCharts !== undefined || helmChartInflationGenerator !== undefined)
    return { reason: "it includes Helm charts, which kustomize fetches" };
  const built = run("kustomize", ["build", folder]) ?? run("kubectl", ["kustomize", folder]);
  return built ?? { reason: "neither kustomize nor kubectl is installed" };
}

/** An address that a kustomization, or one that it includes, takes objects from. */
function remoteResource(folder: string, file: string, seen: Set<string>): string | undefined {
  if (seen.has(file)) return undefined;
  seen.add(file);
  for (const resource of resourcesOf(file)) {
    const path = join(folder, resource);
    const isHere = existsSync(path);
    if (!isHere && /:\/\/|^git@|^(github|gitlab|bitbucket)\.|[?&]ref=|\.git(\/|$)/.test(resource)) return withoutCredentials(resource);
    if (!isHere || !statSync(path).isDirectory()) continue;
    const inner = kustomizationNames.map((name) => join(path, name)).find((name) => existsSync(name));
    const found = inner === undefined ? undefined : remoteResource(path, inner, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a kustomization takes its objects from: files, folders and addresses. */
const resourcesOf = (file: string): string[] => {
  const { resources, bases, components } = kustomizationAt(file) ?? {};
  return [resources, bases, components].flatMap((list) => (Array.isArray(list) ? list.filter((entry) => typeof entry === "string") : []));
};

const withoutCredentials = (address: string) => address.replace(/\/\/[^/@\s]*@/, "//");

function renderChart(folder: string, kubernetes: string, namespace: string): RenderedSource {
  if (/^type:\s*["']?library/m.test(readFileSync(join(folder, "Chart.yaml"), "utf8")))
    return { reason: "it is a library chart, which makes no objects of its own" };
  const name =
    basename(folder)
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-")
      .replace(/^-+|-+$/g, "") || "release";
  const args = ["template", name.slice(0, 50), folder, "--include-crds", "--skip-tests", "--namespace", namespace];
  return run("helm", [...args, "--kube-version", `${kubernetes}.0`]) ?? { reason: "helm isn't installed" };
}

/** What a tool prints; undefined where it isn't installed. */
function run(tool: string, args: readonly string[]): RenderedSource | undefined {
  const home = mkdtempSync(join(tmpdir(), "slipway-source-"));
  try {
    const { error, status, stdout, stderr } = spawnSync(tool, [...args], {
      encoding: "utf8",
      env: withoutNetwork(home),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: longest,
      maxBuffer: mostBytes,
    });
    if (error && "code" in error && error.code === "ENOENT") return undefined;
    if (error) return { reason: `${tool} was ended: ${error.message}` };
    if (status === 0) return { text: stdout };
    const lines = stderr.trim().split("\n");
    const said = lines.find((line) => /^error: /i.test(line)) ?? lines[0] ?? "";
    return { reason: `${tool} refuses it: ${said.replace(/^error: /i, "").slice(0, 500)}` };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
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
