import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ApiObject, App, Chart, Helm } from "cdk8s";
import { Construct } from "constructs";
import { readValues, templateOptions } from "../charts/index.ts";
import { type HelmChart as HelmSpec, isObject } from "../overlay/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import type { AppProps } from "./props.ts";

/**
 * The objects of a chart that lies in the repository, as `helm template` makes them for the environment's Kubernetes version: with its
 * CRDs, without its tests. Rendered twice, since a chart that draws passwords or looks at the clock would change dist at every synth.
 */
export class HelmChart extends Construct {
  /**
   * @param root folder of the project, from which the chart's own is reckoned
   * @throws InputError when there is no chart, no `helm`, helm refuses it, or two renderings differ
   */
  constructor(scope: Construct, id: string, props: AppProps, helm: HelmSpec, root: string) {
    super(scope, id);
    const folder = resolve(root, helm.chart);
    if (!existsSync(join(folder, "Chart.yaml"))) {
      throw problem(
        "helm.chart",
        `there is no chart in ${helm.chart}`,
        "Put the chart's folder into the repository: npx slipway chart pull.",
      );
    }
    const missing = helm.valueFiles?.find((file) => !existsSync(resolve(root, file)));
    if (missing !== undefined)
      throw problem("helm.valueFiles", `the file "${missing}" doesn't exist`, "Correct its path, which begins at the project.");
    // Helm's own message for a slip quotes nothing.
    for (const file of helm.valueFiles ?? []) readValues(resolve(root, file), file);
    const place = { folder, root };
    withOwnTemporaryFolder(() => {
      const first = template(this, props, helm, place);
      const second = template(new Chart(new App(), id, { disableResourceNameHashes: true }), props, helm, place);
      const difference = firstDifference(first, second);
      if (difference)
        throw problem(
          "helm.chart",
          `two renderings of the chart differ: ${difference}. Every synth would change it`,
          "Give the value in helm.values, or take the secret from the secret store; functions such as randAlphaNum, genCA and now give another value each time.",
        );
    });
  }
}

interface Place {
  /** Folder of the chart. */
  readonly folder: string;
  /** Folder of the project. */
  readonly root: string;
}

/** Files of values in the order in which the later win: those of the project, then the app's own values. */
function valueOptions({ valueFiles = [], values = {} }: HelmSpec, root: string): string[] {
  const files = valueFiles.map((file) => resolve(root, file));
  if (Object.keys(values).length > 0) {
    const own = join(mkdtempSync(join(tmpdir(), "values-")), "values.yaml");
    writeFileSync(own, JSON.stringify(values));
    files.push(own);
  }
  return files.flatMap((file) => ["--values", file]);
}

const problem = (path: string, message: string, fix: string, cause?: unknown) =>
  new InputError([{ path, message, fix, ...(cause === undefined ? {} : { cause }) } satisfies Problem]);

function template(scope: Construct, { environment, app }: AppProps, helm: HelmSpec, { folder, root }: Place): ApiObject[] {
  try {
    return new Helm(scope, "chart", {
      chart: folder,
      releaseName: helm.release ?? app.name,
      namespace: app.spec.namespace,
      helmFlags: [...valueOptions(helm, root), ...templateOptions({ kubernetes: environment.settings.kubernetes })],
    }).apiObjects;
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.problems.map((inner) => ({ path: "helm.chart", ...inner })));
    const message = error instanceof Error ? error.message : String(error);
    if (/^unable to execute/.test(message))
      throw problem(
        "helm",
        "the app is a Helm chart, and `helm` isn't installed",
        "Install Helm 3 or 4: https://helm.sh/docs/intro/install/",
      );
    const reason = message.replace(/^Error: /, "").replace(/\n+Use --debug flag.*/s, "");
    throw problem(
      "helm",
      `helm refuses the chart: ${reason.trim().replaceAll(folder, helm.chart)}`,
      "Run it on its own: `helm template`.",
      error,
    );
  }
}

/** cdk8s leaves values and output in the temporary folder. */
function withOwnTemporaryFolder(action: () => void): void {
  const before = process.env.TMPDIR;
  const folder = mkdtempSync(join(tmpdir(), "slipway-helm-"));
  process.env.TMPDIR = folder;
  try {
    action();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(folder, { recursive: true });
  }
}

/** Where two renderings differ first, in words. Values stay unsaid: those that are drawn are mostly secret. */
function firstDifference(first: readonly ApiObject[], second: readonly ApiObject[]): string | undefined {
  const name = (object: ApiObject | undefined) => (object ? `${object.kind} ${object.name}` : "nothing");
  for (const [index, object] of first.entries()) {
    const other = second[index];
    if (name(object) !== name(other)) return `${name(object)}, then ${name(other)}`;
    const path = differingPath(withoutPlace(object), withoutPlace(other), "");
    if (path !== undefined) return `${path.slice(1)} of ${name(object)}`;
  }
  return first.length < second.length ? `nothing, then ${name(second[first.length])}` : undefined;
}

/** The second rendering is in no chart of the app's, which gives objects a namespace. */
function withoutPlace(object: ApiObject | undefined): unknown {
  const { metadata, ...rest } = object?.toJson() ?? {};
  return { ...rest, metadata: { ...metadata, namespace: undefined } };
}

function differingPath(a: unknown, b: unknown, path: string): string | undefined {
  if (Array.isArray(a) && Array.isArray(b)) return differingMember({ ...a }, { ...b }, path);
  if (isObject(a) && isObject(b)) return differingMember(a, b, path);
  return a === b ? undefined : path;
}

function differingMember(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>, path: string): string | undefined {
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = differingPath(a[key], b[key], `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
