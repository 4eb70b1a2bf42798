import { describeObject, groupBy, identityOf, type KubernetesObject } from "../manifest/index.ts";
import { type Environment, parsePins, setPins } from "../overlay/index.ts";
import { counted, InputError, nearest, type Problem } from "../problem/index.ts";
import { loadEnvironments, type Project, projectAt } from "../project/index.ts";
import { type Rendering, render } from "../synth/index.ts";
import { labelled, withoutFurtherLabels } from "./adopted-labels.ts";
import type { PlacedObject } from "./apps.ts";
import { objectsOf, type SourceEnvironment } from "./environment.ts";
import { findAllApps } from "./find-apps.ts";
import { type Imported, type ImportOptions, importEstate } from "./import.ts";
import { type KnownApp, knownApps } from "./known-apps.ts";
import { parentModule, withAdditions, withoutApps } from "./overlay-source.ts";
import { asPlanned, inEnvironment, type Plan } from "./plan.ts";
import { type Difference, differences } from "./proof.ts";
import { deployedBy, deployedObjects, stageOver } from "./staging.ts";

/** Apps that are added; all that aren't there yet by default. */
export interface AdditionOptions extends ImportOptions {
  readonly apps?: ReadonlySet<string>;
}

/**
 * Adds environments and apps to a repository that has overlays already. What is there stays as it is; apps that are there and render what
 * the sources hold need nothing, and those that render something else are problems.
 * @throws InputError when the repository can't be rendered as it is
 */
export async function addToRepository(sources: readonly SourceEnvironment[], options: AdditionOptions): Promise<Imported> {
  const repository = new ExistingOverlays(options.out, await loadEnvironments(options.out, { slipway: options.slipway }));
  const apps = findAllApps(sources);
  refuseUnknown(options.apps, [
    ...[...apps.values()].flat().map(({ app }) => app),
    ...sources.flatMap(({ charts }) => charts.map(({ name }) => name)),
  ]);
  const found = sources.map((environment) => repository.missing(environment, apps.get(environment.name) ?? [], options));
  const plan = new Map(found.flatMap((own) => [...own.plan]));
  const known = repository.known(new Set(found.flatMap((own) => [...own.apps])));
  const imported = await importEstate(
    found.map(({ environment }) => environment),
    { ...options, plan, taken: repository.apps, known, modules: repository.modulesOf(known) },
  );
  const problems = [...found.flatMap((own) => own.problems), ...imported.problems];
  const merged = repository.merged(
    imported.files,
    new Map(imported.environments.map(({ name, apps: own }) => [name, own.map((app) => app.name)])),
  );
  const notes = [...imported.notes, ...(options.apps ? [] : sources.flatMap((environment) => repository.goneNotes(environment)))];
  const all = { ...imported, files: merged.files, notes, problems: [...problems, ...merged.problems] };
  // Environments that have all of it are named too: that is what was proven of them.
  const names = new Set(imported.environments.map(({ name }) => name));
  const same = sources.filter(({ name }) => !names.has(name)).map(unchanged);
  const environments = [...imported.environments, ...same];
  if (merged.files.size === 0 || merged.problems.length > 0) return { ...all, environments, files: new Map() };
  const changed = await repository.differences(merged.files, imported, found, options);
  return { ...all, environments, differences: [...imported.differences, ...changed] };
}

/** @throws InputError for apps that no source has */
function refuseUnknown(asked: ReadonlySet<string> | undefined, known: readonly string[]): void {
  const unknown = [...(asked ?? [])].filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new InputError(
    unknown.map((name) => {
      const meant = nearest(name, known);
      const fix = meant === undefined ? "--plan shows the apps of the sources." : `Did you mean "${meant}"?`;
      return { app: name, message: "no source has such an app", fix };
    }),
  );
}

const unchanged = (environment: SourceEnvironment) => ({
  name: environment.name,
  sources: environment.sources,
  objects: objectsOf(environment).length,
  apps: [],
  provided: [],
  waivers: 0,
});

/** What of an environment's sources isn't in the repository. */
interface Missing {
  readonly environment: SourceEnvironment;
  /** Names of the apps that it lacks there. */
  readonly apps: ReadonlySet<string>;
  /** Apps of its objects, as they were found among all. */
  readonly plan: Plan;
  readonly problems: readonly Problem[];
}

class ExistingOverlays {
  readonly #project: Project;
  readonly #environments: readonly Environment[];
  /** What each environment deploys today. */
  readonly #deployed: ReadonlyMap<string, readonly KubernetesObject[]>;
  /** What each environment's apps deploy, by their names. */
  readonly #byApp: ReadonlyMap<string, ReadonlyMap<string, readonly KubernetesObject[]>>;
  /** Names of apps that have a module in overlays/base. */
  readonly apps: ReadonlySet<string>;

  constructor(root: string, environments: readonly Environment[]) {
    this.#project = projectAt(root);
    this.#environments = environments;
    const renderings = environments.map((environment) => [environment.name, render(environment, this.#project)] as const);
    this.#deployed = new Map(renderings.map(([name, rendering]) => [name, deployedBy(rendering)]));
    this.#byApp = new Map(renderings.map(([name, rendering]) => [name, objectsByApp(rendering)]));
    this.apps = new Set(environments.flatMap(({ apps }) => apps.map(({ name }) => name)));
  }

  /** The apps of some names that further environments can share. */
  known(names: ReadonlySet<string>): Map<string, KnownApp> {
    return knownApps(names, this.#environments, this.#project);
  }

  /** The modules of apps that are shared, by path. */
  modulesOf(known: ReadonlyMap<string, KnownApp>): Map<string, string> {
    const paths = [...known.values()].map(({ file }) => `overlays/base/${file}.ts`);
    return new Map(paths.map((path) => [path, this.#project.read(path) ?? ""]));
  }

  /** The apps of a source that aren't there, and problems for those that are there and differ. */
  missing(environment: SourceEnvironment, found: readonly PlacedObject[], options: AdditionOptions): Missing {
    const { apps, plan: given = new Map(), model } = options;
    const placed = asPlanned(environment.name, found, given);
    const isAsked = (name: string) => apps?.has(name) ?? true;
    const byApp = new Map([
      ...groupBy(placed, ({ app }) => app),
      ...environment.charts.map((chart) => [chart.name, chart.objects] as const),
    ]);
    const problems: Problem[] = [];
    const missing = new Set<string>();
    for (const [app, objects] of byApp) {
      if (!isAsked(app)) continue;
      const problem = this.#state(
        environment,
        app,
        objects.map(({ object }) => object),
        model?.adoptLabels ?? false,
      );
      if (problem === "missing") missing.add(app);
      else if (problem !== "same") problems.push(problem);
    }
    return {
      environment: {
        ...environment,
        objects: placed.filter(({ app }) => missing.has(app)),
        charts: environment.charts.filter(({ name }) => missing.has(name)),
      },
      apps: missing,
      plan: new Map(placed.map(({ object, app }) => [inEnvironment(environment.name, describeObject(object)), app])),
      problems,
    };
  }

  /** Says which apps an environment has and its sources don't, if they hold most of the others: else they are a part of them. */
  goneNotes({ name, objects, charts }: SourceEnvironment): string[] {
    const held = new Set(objectsOf({ objects, charts }).map(identityOf));
    const apps = [...(this.#byApp.get(name) ?? [])];
    const gone = apps.filter(([, own]) => own.every((object) => !held.has(identityOf(object))));
    if (gone.length * 2 > apps.length) return [];
    return gone.map(([app]) => `${name}: ${app} is in overlays, and no source has it`);
  }

  /** Whether an app is there. @param mayHaveLabels whether its objects may have labels that those of the source lack */
  #state(
    { name, kubernetes }: SourceEnvironment,
    app: string,
    objects: readonly KubernetesObject[],
    mayHaveLabels: boolean,
  ): "missing" | "same" | Problem {
    const deployed = this.#deployed.get(name) ?? [];
    const wanted = new Set(objects.map(identityOf));
    const own = deployed.filter((object) => wanted.has(identityOf(object)));
    if (own.length === 0) return "missing";
    const [first] = differences(name, kubernetes, mayHaveLabels ? withoutFurtherLabels(own, objects) : own, objects);
    if (first === undefined) return "same";
    const what =
      own.length < objects.length
        ? `the environment lacks ${counted(objects.length - own.length, "object")} of it`
        : `${first.object}: ${first.reason}`;
    return {
      environment: name,
      app,
      message: `already exists, and differs from the sources: ${what}`,
      fix: "Change its overlays, or import it under another name with --plan.",
    };
  }

  /** The files with what is there already: modules get what they lack, pins are added, and nothing is replaced. */
  merged(
    files: ReadonlyMap<string, string>,
    added: ReadonlyMap<string, readonly string[]>,
  ): { files: Map<string, string>; problems: Problem[] } {
    const problems: Problem[] = [];
    const merged = new Map<string, string>();
    for (const [path, text] of files) {
      const before = this.#project.read(path);
      if (before === undefined) merged.set(path, text);
      else if (before !== text) {
        const parent = parentModule(path, before);
        const after = mergedText(path, before, text, parent === undefined ? undefined : files.get(parent));
        if (after === undefined)
          problems.push({ file: path, message: "is there already, and holds something else", fix: "Move it, or write it by hand." });
        else if (after !== before) merged.set(path, after);
      }
    }
    for (const [path, text] of this.#withoutAdded(added, merged)) merged.set(path, text);
    return { files: merged, problems };
  }

  /** The modules of environments that would inherit what is added to the one that they extend: they say that they go without it. */
  #withoutAdded(added: ReadonlyMap<string, readonly string[]>, merged: ReadonlyMap<string, string>): [string, string][] {
    return [...this.#deployed.keys()].flatMap((name): [string, string][] => {
      const path = `overlays/${name}/index.ts`;
      const text = merged.get(path) ?? this.#project.read(path);
      const [, parent = ""] =
        (text === undefined ? undefined : /^overlays\/([^/]+)\/index\.ts$/.exec(parentModule(path, text) ?? "")) ?? [];
      const inherited = (added.get(parent) ?? []).filter((app) => !added.get(name)?.includes(app));
      const after = text === undefined || inherited.length === 0 ? undefined : withoutApps(path, text, name, inherited);
      return after === undefined ? [] : [[path, after]];
    });
  }

  /** What would be otherwise than it is today, and than the sources hold, once the files are written. */
  async differences(
    files: ReadonlyMap<string, string>,
    { rollouts, relabelled }: Imported,
    missing: readonly Missing[],
    options: AdditionOptions,
  ): Promise<Difference[]> {
    const { renderings, problems } = await stageOver(this.#project, files, options);
    if (problems.length > 0) throw new InputError(problems);
    const added = new Map(
      missing.map(({ environment }) => [environment.name, labelled(environment.name, objectsOf(environment), relabelled)]),
    );
    const accepted = new Set(rollouts.map(({ environment, object }) => `${environment} ${object}`));
    return [...renderings]
      .flatMap(([name, rendering]) => {
        const before = [...(this.#deployed.get(name) ?? []), ...(added.get(name) ?? [])];
        return differences(name, rendering.settings.kubernetes, before, deployedBy(rendering));
      })
      .filter(({ environment, object }) => !accepted.has(`${environment} ${object}`));
  }
}

function objectsByApp(rendering: Rendering): Map<string, KubernetesObject[]> {
  const own = deployedObjects(rendering).flatMap(({ object, app }) => (app === undefined ? [] : { object, app }));
  return new Map([...groupBy(own, ({ app }) => app)].map(([app, objects]) => [app, objects.map(({ object }) => object)]));
}

/** A file with what another has beside it; undefined where they can't be joined. */
function mergedText(path: string, before: string, after: string, parent: string | undefined): string | undefined {
  if (path === "overlays/index.ts") return withLines(before, after);
  const [, environment] = /^overlays\/([^/]+)\/index\.ts$/.exec(path) ?? [];
  if (environment !== undefined) return withAdditions(path, before, after, { environment, ...(parent === undefined ? {} : { parent }) });
  return path.endsWith("/kustomization.yaml") ? withPins(path, before, after) : undefined;
}

/** A text with the lines of another that it lacks, at its end. */
function withLines(before: string, after: string): string {
  const known = new Set(before.split("\n"));
  const added = after.split("\n").filter((line) => line !== "" && !known.has(line));
  return added.length === 0 ? before : `${before.replace(/\n?$/, "\n")}${added.join("\n")}\n`;
}

/** Pins with those of images that weren't pinned. */
function withPins(path: string, before: string, after: string): string | undefined {
  const [own, others] = [parsePins(before, path), parsePins(after, path)];
  if (own.problems.length > 0) return undefined;
  const known = new Set(own.pins.map(({ name }) => name));
  const added = others.pins.filter(({ name }) => !known.has(name));
  return setPins(
    before,
    added.map(({ name, newName, newTag, digest }) => ({
      name,
      ...(newName ? { newName } : {}),
      ...(newTag ? { tag: newTag } : {}),
      ...(digest ? { digest } : {}),
    })),
  );
}
