import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { check } from "../check/index.ts";
import { groupBy, type KubernetesObject } from "../manifest/index.ts";
import type { Environment } from "../overlay/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import { loadEnvironments, projectAt } from "../project/index.ts";
import { checkable, type Rendering, render } from "../synth/index.ts";
import { findApps, type PlacedObject } from "./apps.ts";
import type { SourceEnvironment } from "./environment.ts";
import { type ImportedWaiver, overlayFiles, type WrittenEnvironment, type WrittenEstate } from "./files.ts";
import { foldApp } from "./fold.ts";
import { imagesIn, pinsOf, untagged, withoutVersions } from "./pins.ts";
import { type Difference, differences } from "./proof.ts";

export interface ImportOptions {
  /** Folder that becomes the repository. */
  readonly out: string;
  /** URL of that repository, as Argo CD fetches it. */
  readonly repository: string;
  /** Where dist will lie in it. */
  readonly distPath: string;
  /** Last day of the waivers for what the sources break, as 2030-01-31. */
  readonly waivedUntil: string;
  /** Environments whose Secrets are written with their values. */
  readonly literals: ReadonlySet<string>;
  /** The module that `slipway` stands for while overlays are tried. */
  readonly slipway: string;
}

/** An environment that was imported. */
interface ImportedEnvironment {
  readonly name: string;
  readonly sources: readonly string[];
  readonly objects: number;
  readonly apps: readonly {
    readonly name: string;
    readonly objects: readonly { readonly object: KubernetesObject; readonly why: string }[];
  }[];
  readonly waivers: number;
}

/** What an import would write, and what was proven of it. */
export interface Imported {
  /** Files of overlays by path in the repository. */
  readonly files: ReadonlyMap<string, string>;
  readonly environments: readonly ImportedEnvironment[];
  /** What isn't what it was: then nothing may be written. */
  readonly differences: readonly Difference[];
  readonly problems: readonly Problem[];
}

/**
 * Turns environments into overlays: an app for each workload, its objects as included YAML, what differs between environments as patches,
 * and a pin for each image. What was made is rendered and compared with the sources; an environment that can't be rendered is a problem,
 * and the others go on without it.
 */
export async function importEstate(sources: readonly SourceEnvironment[], options: ImportOptions): Promise<Imported> {
  const problems: Problem[] = [];
  let left = sources.filter(({ objects, charts }) => objects.length + charts.length > 0);
  const placed = new Map(left.map((environment) => [environment.name, findApps(environment.objects)]));
  let waivers: ReadonlyMap<string, readonly ImportedWaiver[]> | undefined;
  for (;;) {
    const files = overlayFiles(estateOf(left, placed, waivers ?? new Map(), options));
    const tried = left.length === 0 ? { renderings: new Map<string, Rendering>(), problems: [] } : await rendered(files, options);
    const failed = new Set(tried.problems.flatMap(({ environment }) => environment ?? []));
    if (tried.problems.length > 0) {
      problems.push(...tried.problems);
      left = failed.size === 0 ? [] : left.filter(({ name }) => !failed.has(name));
      continue;
    }
    if (waivers === undefined) {
      waivers = waiversFor(tried.renderings, options);
      if ([...waivers.values()].some((own) => own.length > 0)) continue;
    }
    return {
      files,
      environments: left.map((environment) =>
        importedOf(environment, placed.get(environment.name) ?? [], waivers?.get(environment.name)?.length ?? 0),
      ),
      differences: left.flatMap((environment) => differing(environment, tried.renderings.get(environment.name))),
      problems,
    };
  }
}

function importedOf(environment: SourceEnvironment, placed: readonly PlacedObject[], waivers: number): ImportedEnvironment {
  const apps = [...groupBy(placed, ({ app }) => app)].map(([name, objects]) => ({ name, objects }));
  const charts = environment.charts.map(({ name, objects }) => ({
    name,
    objects: objects.map(({ object }) => ({ object, why: "comes from the chart" })),
  }));
  const all = [...apps, ...charts].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    name: environment.name,
    sources: environment.sources,
    objects: all.reduce((sum, { objects }) => sum + objects.length, 0),
    apps: all,
    waivers,
  };
}

const objectsOf = ({ objects, charts }: SourceEnvironment): KubernetesObject[] =>
  [...objects, ...charts.flatMap((chart) => chart.objects)].map(({ object }) => object);

function estateOf(
  environments: readonly SourceEnvironment[],
  placed: ReadonlyMap<string, readonly PlacedObject[]>,
  waivers: ReadonlyMap<string, readonly ImportedWaiver[]>,
  { repository, distPath, literals }: ImportOptions,
): WrittenEstate {
  const images = new Map(environments.map((environment) => [environment.name, imagesIn(objectsOf(environment))]));
  const pins = new Map([...images].map(([environment, own]) => [environment, pinsOf(own)]));
  const unpinned = new Set(
    [...images].flatMap(([environment, own]) => own.flatMap(({ name }) => (pins.get(environment)?.has(name) ? [] : name))),
  );
  const isPinned = (name: string) => !unpinned.has(name);
  const byApp = groupBy(
    environments.flatMap(({ name }) => (placed.get(name) ?? []).map((object) => ({ environment: name, object }))),
    ({ object }) => object.app,
  );
  const apps = [...byApp].map(([name, objects]) => {
    const own = groupBy(objects, ({ environment }) => environment);
    const unversioned = [...own].map(
      ([environment, members]) =>
        [environment, members.map(({ object }) => ({ ...object, object: withoutVersions(object.object, isPinned) }))] as const,
    );
    return foldApp(name, new Map(unversioned));
  });
  const written = environments.map(
    ({ name, kubernetes, charts }): WrittenEnvironment => ({
      name,
      kubernetes,
      pins: pins.get(name) ?? new Map(),
      waivers: waivers.get(name) ?? [],
      literals: literals.has(name),
      charts,
    }),
  );
  const imagesAsIs = new Map([...byApp].map(([name, objects]) => [name, untagged(imagesIn(objects.map(({ object }) => object.object)))]));
  return { environments: written, apps: apps.sort((a, b) => (a.name < b.name ? -1 : 1)), imagesAsIs, repository, distPath };
}

/** Writes overlays to a folder of their own beside where they will lie, loads them as any command does, and renders them. */
async function rendered(
  files: ReadonlyMap<string, string>,
  { out, slipway }: ImportOptions,
): Promise<{ renderings: Map<string, Rendering>; problems: Problem[] }> {
  const created = mkdirSync(out, { recursive: true });
  const root = mkdtempSync(join(out, ".slipway-import-"));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const renderings = new Map<string, Rendering>();
    const problems: Problem[] = [];
    for (const environment of await loadEnvironments(root, { slipway })) tryRender(environment, root, out, renderings, problems);
    return { renderings, problems };
  } finally {
    rmSync(created ?? root, { recursive: true, force: true });
  }
}

function tryRender(environment: Environment, root: string, out: string, renderings: Map<string, Rendering>, problems: Problem[]): void {
  const [staged, own] = [projectAt(root), projectAt(out)];
  try {
    // Charts lie where they stay; everything else is what was just written.
    const rendering = render(environment, { root: out, read: (path) => staged.read(path) ?? own.read(path) });
    // Its files are read as long as the folder is there.
    renderings.set(environment.name, { ...rendering, files: rendering.files });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.push(...error.problems.map((problem) => ({ ...problem, environment: environment.name })));
  }
}

/** What check finds in the sources runs today: it is accepted until a day. */
function waiversFor(renderings: ReadonlyMap<string, Rendering>, { waivedUntil }: ImportOptions): Map<string, ImportedWaiver[]> {
  return new Map(
    [...renderings].map(([name, rendering]) => {
      const { findings } = check([checkable(rendering)], new Date().toISOString().slice(0, 10));
      const errors = findings.filter(({ severity, waived, app }) => severity === "error" && !waived && app !== "argocd");
      const keyed = new Map(
        errors.map(({ rule, resource: { kind, namespace, name: object } }) => {
          const resource = `${kind} ${namespace ? `${namespace}/` : ""}${object}`;
          return [`${rule} ${resource}`, { rule, resource, reason: "As it ran when it was imported.", until: waivedUntil }] as const;
        }),
      );
      return [name, [...keyed.values()]];
    }),
  );
}

/** What a rendering holds of the apps, without Argo CD's objects, against the sources. */
function differing(environment: SourceEnvironment, rendering: Rendering | undefined): Difference[] {
  const objects = (rendering?.manifests ?? []).filter(({ folder }) => folder !== "argocd").map(({ object }) => object);
  return differences(environment.name, environment.kubernetes, objectsOf(environment), objects);
}
