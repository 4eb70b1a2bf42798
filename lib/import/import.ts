import { describeObject, groupBy, type KubernetesObject } from "../manifest/index.ts";
import type { Problem } from "../problem/index.ts";
import { projectAt } from "../project/index.ts";
import { type Accepted, acceptedIn } from "./accepted.ts";
import { AdoptedLabels, labelled, type Relabelled } from "./adopted-labels.ts";
import { AppRenderer } from "./app-renderer.ts";
import type { PlacedObject } from "./apps.ts";
import { type ChartCopy, copiesOf, foldCharts } from "./charts.ts";
import { objectsOf, type SourceEnvironment } from "./environment.ts";
import { inheritanceNotes, overlayFiles, type WrittenEnvironment, type WrittenEstate } from "./files.ts";
import { findAllApps } from "./find-apps.ts";
import { foldApp } from "./fold.ts";
import { foldOver } from "./fold-over.ts";
import { plainNote } from "./join.ts";
import type { KnownApp } from "./known-apps.ts";
import { type ModelRequest, type ModelResult, Models } from "./models.ts";
import { type FoundPin, findPins, imagesIn, untagged } from "./pins.ts";
import { asPlanned, type Plan } from "./plan.ts";
import { appsOf, type Difference, differences } from "./proof.ts";
import { sharedDefaults } from "./shared-defaults.ts";
import { deployedBy, type Staged, type StagingOptions, stage } from "./staging.ts";

export interface ImportOptions extends StagingOptions {
  /** URL of that repository, as Argo CD fetches it. */
  readonly repository: string;
  /** Where dist will lie in it. */
  readonly distPath: string;
  /** Last day of the waivers for what the sources break, as 2030-01-31. */
  readonly waivedUntil: string;
  /** Environments whose Secrets are written with their values. */
  readonly literals: ReadonlySet<string>;
  /** Apps that are lifted into the model. Default: none. */
  readonly model?: ModelRequest;
  /** Where objects go that don't stay where they are found to belong. Default: all stay. */
  readonly plan?: Plan;
  /** Names of apps that overlays have already: their files get other names. Default: none. */
  readonly taken?: ReadonlySet<string>;
  /** Those of them that other environments can share. Default: none. */
  readonly known?: ReadonlyMap<string, KnownApp>;
  /** Texts of the modules of these by path. Default: none. */
  readonly modules?: ReadonlyMap<string, string>;
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
  /** Objects that its sources refer to and don't hold, as `Secret shop/db`. */
  readonly provided: readonly string[];
  readonly waivers: number;
}

/** What an import would write, and what was proven of it. */
export interface Imported {
  /** Files of overlays by path in the repository. */
  readonly files: ReadonlyMap<string, string>;
  readonly environments: readonly ImportedEnvironment[];
  /** What isn't what it was: then nothing may be written. */
  readonly differences: readonly Difference[];
  /** Workloads whose pods are replaced once, as the person accepts. */
  readonly rollouts: readonly Difference[];
  /** Objects that get labels, as the person allows. */
  readonly relabelled: readonly Relabelled[];
  /** What became of each app that was to be lifted into the model. */
  readonly models: readonly ModelResult[];
  readonly copies: readonly ChartCopy[];
  /** What the person should know, and needn't change. */
  readonly notes: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * Turns environments into overlays: an app for each workload, its objects as included YAML, what differs between environments as patches,
 * and a pin for each image; then lifts apps into the model, where that is asked for. What was made is rendered and compared with the sources;
 * an environment that can't be rendered is a problem, and the others go on without it. An app that is not what it was is written more
 * plainly.
 */
export async function importEstate(sources: readonly SourceEnvironment[], options: ImportOptions): Promise<Imported> {
  return new Importing(sources, options).run();
}

/** What environments accept, by environment. */
type AcceptedByEnvironment = ReadonlyMap<string, Accepted>;

/** An app's objects without the versions of pinned images, by environment. */
type ByEnvironment = ReadonlyMap<string, readonly KubernetesObject[]>;

class Importing {
  readonly #options: ImportOptions;
  #placed: ReadonlyMap<string, readonly PlacedObject[]> = new Map();
  readonly #problems: Problem[] = [];
  readonly #notes: string[] = [];
  /** Apps whose objects are written whole, by environment, since they weren't what they were once they were folded. */
  readonly #whole = new Set<string>();
  #left: readonly SourceEnvironment[];
  #accepted: AcceptedByEnvironment | undefined;

  constructor(sources: readonly SourceEnvironment[], options: ImportOptions) {
    this.#options = options;
    this.#left = sources.filter(({ objects, charts }) => objects.length + charts.length > 0);
    this.#place();
  }

  #place(): void {
    const plan = this.#options.plan ?? new Map<string, string>();
    const apps = findAllApps(this.#left);
    this.#placed = new Map([...apps].map(([environment, placed]) => [environment, asPlanned(environment, placed, plan)]));
  }

  async run(): Promise<Imported> {
    for (;;) {
      const estate = this.#estate();
      const files = this.#left.length > 0 ? overlayFiles(estate) : new Map<string, string>();
      const staged = await this.#stage(files);
      if (this.#withoutCharts(failedApps(staged)) || this.#dropFailed(staged) || this.#accept(staged)) continue;
      const found = this.#differences(staged);
      if (this.#writeWhole(found) || this.#withoutCharts(appsOf(found, this.#charted()))) continue;
      const first = { files, estate, differences: found, rollouts: [], relabelled: [], models: [] };
      const model = this.#modelRequest();
      const { estate: last, ...result } =
        model && found.length === 0 && this.#left.length > 0 ? await this.#modelled(estate, staged, model) : first;
      const notes = [...this.#notes, ...inheritanceNotes(last)];
      const environments = this.#left.map((environment) => this.#importedOf(environment));
      return { ...result, environments, copies: copiesOf(estate.charts, this.#left), notes, problems: this.#problems };
    }
  }

  /** The apps to lift: those that are asked for, and those that overlays have in the model already. */
  #modelRequest(): ModelRequest | undefined {
    const { model, known } = this.#options;
    const lifted = [...(known ?? [])].flatMap(([name, { base }]) => (base.kind === "model" ? name : []));
    if (model?.apps === "all" || lifted.length === 0) return model;
    return { acceptRollout: false, adoptLabels: false, ...model, apps: new Set([...(model?.apps ?? []), ...lifted]) };
  }

  /** Stages files beside the modules that they share with overlays. */
  #stage(files: ReadonlyMap<string, string>): Promise<Staged> {
    return stage(files.size === 0 ? files : new Map([...(this.#options.modules ?? []), ...files]), this.#options);
  }

  /** Goes on without the environments that can't be rendered. */
  #dropFailed({ problems }: Staged): boolean {
    if (problems.length === 0) return false;
    this.#problems.push(...problems);
    const failed = new Set(problems.flatMap(({ environment }) => environment ?? []));
    this.#left = failed.size === 0 ? [] : this.#left.filter(({ name }) => !failed.has(name));
    return true;
  }

  /** Accepts what check finds; true where there is anything. */
  #accept({ renderings }: Staged): boolean {
    if (this.#accepted) return false;
    const { waivedUntil } = this.#options;
    this.#accepted = new Map([...renderings].map(([name, rendering]) => [name, acceptedIn(rendering, waivedUntil)]));
    return [...this.#accepted.values()].some(({ provided, waivers }) => provided.length + waivers.length > 0);
  }

  /** Writes apps whole that weren't what they were; true where there is another to try. */
  #writeWhole(found: readonly Difference[]): boolean {
    const before = this.#whole.size;
    for (const app of appsOf(found, this.#placed).keys()) this.#whole.add(app);
    return this.#whole.size > before;
  }

  /** The objects of charts, by environment. */
  #charted(): Map<string, { readonly object: KubernetesObject; readonly app: string }[]> {
    return new Map(
      this.#left.map(({ name, charts }) => [
        name,
        charts.flatMap((chart) => chart.objects.map(({ object }) => ({ object, app: chart.name }))),
      ]),
    );
  }

  /** Writes charts as YAML; true where there is another to try. @param reasons why, by the names of apps */
  #withoutCharts(reasons: ReadonlyMap<string, string>): boolean {
    if (!this.#left.some(({ charts }) => charts.some(({ name }) => reasons.has(name)))) return false;
    this.#left = this.#left.map((environment) => {
      const plain = environment.charts.filter(({ name }) => reasons.has(name));
      this.#notes.push(...plain.map((chart) => `${environment.name}: ${plainNote(chart, reasons.get(chart.name) ?? "")}`));
      const charts = environment.charts.filter(({ name }) => !reasons.has(name));
      return { ...environment, charts, objects: [...environment.objects, ...plain.flatMap((chart) => chart.objects)] };
    });
    this.#place();
    return true;
  }

  /** Lifts apps until what is left renders what the sources hold. */
  async #modelled(
    estate: Estate,
    { environments }: Staged,
    request: ModelRequest,
  ): Promise<Pick<Imported, "files" | "differences" | "rollouts" | "relabelled" | "models"> & { readonly estate: Estate }> {
    const project = projectAt(this.#options.out);
    const renderers = new Map([...environments].map(([name, environment]) => [name, new AppRenderer(environment, project)]));
    const running = new Map(
      [...estate.objects].map(([app, objects]) => [
        app,
        new Map(
          [...objects].flatMap(([environment, own]) => {
            const [renderer, pins] = [renderers.get(environment), estate.pins.get(environment)];
            return renderer
              ? [[environment, { renderer, objects: own, isPinned: (image: string) => pins?.has(image) ?? false }] as const]
              : [];
          }),
        ),
      ]),
    );
    const labels = request.adoptLabels ? new AdoptedLabels(running, this.#left.flatMap(objectsOf)) : undefined;
    const models = new Models(labels?.running ?? running, request, this.#options.known);
    let sharing = estate.extending;
    for (;;) {
      const apps = estate.apps.map((app) => ({ ...app, ...models.app(app.name) }));
      const lifted = { ...estate, ...(sharing ? sharedDefaults(apps) : { apps }) };
      const files = overlayFiles(lifted);
      const staged = await this.#stage(files);
      const relabelled = labels?.of((app) => models.app(app) !== undefined) ?? [];
      const found = this.#differences(staged, relabelled);
      const { rollouts, others } = models.split(found);
      // Perhaps not the apps are why, but what their environments say for them.
      const isShared = sharing && lifted.apps.some((app, index) => app !== apps[index]) && others.length + staged.problems.length > 0;
      sharing = !isShared && estate.extending;
      if (isShared || models.giveUp(new Map([...appsOf(others, this.#placed), ...failedApps(staged)]))) continue;
      return {
        files,
        estate: lifted,
        differences: others,
        rollouts,
        relabelled,
        models: labels?.explained(models.results()) ?? models.results(),
      };
    }
  }

  /** What renderings hold of the apps, without Argo CD's objects, against the sources. @param relabelled objects with labels that these lack */
  #differences({ renderings }: Staged, relabelled: readonly Relabelled[] = []): Difference[] {
    return this.#left.flatMap((environment) => {
      const rendering = renderings.get(environment.name);
      const source = labelled(environment.name, objectsOf(environment), relabelled);
      return differences(environment.name, environment.kubernetes, source, rendering ? deployedBy(rendering) : []);
    });
  }

  #importedOf(environment: SourceEnvironment): ImportedEnvironment {
    const placed = this.#placed.get(environment.name) ?? [];
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
      provided: (this.#accepted?.get(environment.name)?.provided ?? []).map(({ kind, ...metadata }) => describeObject({ kind, metadata })),
      waivers: this.#accepted?.get(environment.name)?.waivers.length ?? 0,
    };
  }

  #estate(): Estate {
    const images = new Map(this.#left.map((environment) => [environment.name, imagesIn(objectsOf(environment))]));
    const ofCharts = [...this.#charted().values()].flat().map(({ object }) => object);
    const { pins, unpinned } = findPins(images, new Set(imagesIn(ofCharts).map(({ name }) => name)));
    const byApp = groupBy(
      this.#left.flatMap(({ name }) => (this.#placed.get(name) ?? []).map(({ object, app }) => ({ environment: name, object, app }))),
      ({ app }) => app,
    );
    const objects = new Map(
      [...byApp].map(([app, members]) => [
        app,
        new Map(
          [...groupBy(members, ({ environment }) => environment)].map(([environment, own]) => [
            environment,
            own.map(({ object }) => unpinned(environment, object)),
          ]),
        ),
      ]),
    );
    const { taken, known } = this.#options;
    const apps = [...objects].map(([name, own]) => {
      const base = this.#whole.has(name) ? undefined : known?.get(name);
      const file = taken?.has(name) ? { file: [name, ...own.keys()].join(".") } : {};
      return (base && foldOver(name, own, base)) ?? { ...foldApp(name, own, { whole: this.#whole.has(name) }), ...file };
    });
    const imagesAsIs = new Map([...byApp].map(([name, members]) => [name, untagged(imagesIn(members.map(({ object }) => object)))]));
    const { repository, distPath } = this.#options;
    const environments = this.#left.map((environment) => this.#written(environment, pins.get(environment.name) ?? new Map()));
    return {
      environments,
      apps: apps.sort((a, b) => (a.name < b.name ? -1 : 1)),
      charts: foldCharts(this.#left, known),
      imagesAsIs,
      repository,
      distPath,
      objects,
      pins,
      extending: taken === undefined,
    };
  }

  #written({ name, kubernetes, said }: SourceEnvironment, pins: ReadonlyMap<string, FoundPin>): WrittenEnvironment {
    const { provided, waivers } = this.#accepted?.get(name) ?? { provided: [], waivers: [] };
    return { name, kubernetes, said, pins, provided, waivers, literals: this.#options.literals.has(name) };
  }
}

interface Estate extends WrittenEstate {
  readonly objects: ReadonlyMap<string, ByEnvironment>;
  readonly pins: ReadonlyMap<string, ReadonlyMap<string, FoundPin>>;
}

/** The apps that can't be rendered, each with the reason. */
const failedApps = ({ problems }: Staged) =>
  new Map(problems.flatMap(({ app, message }) => (app === undefined ? [] : [[app, message] as const])));
