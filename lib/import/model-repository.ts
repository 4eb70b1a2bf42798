import { join, relative } from "node:path";
import type { KubernetesObject } from "../manifest/index.ts";
import { hasComments, membersOf } from "../outside/index.ts";
import { type App, type Environment, isAdopted, isObject, merge, parsePins, type ResolvedEnvironment, resolve } from "../overlay/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import { loadEnvironments, type Project, projectAt } from "../project/index.ts";
import { type Rendering, render, unpinned } from "../synth/index.ts";
import { AdoptedLabels, labelled, type Relabelled } from "./adopted-labels.ts";
import { AppRenderer } from "./app-renderer.ts";
import { filesOf, layeredText, moduleText } from "./files.ts";
import type { FoldedApp } from "./fold.ts";
import { baseOf, plainKeys } from "./known-apps.ts";
import type { RunningApp } from "./model-app.ts";
import { keptApp, type ModelRequest, type ModelResult, Models } from "./models.ts";
import { exportedApp, listingOf, withSetting } from "./overlay-source.ts";
import { appsOf, type Difference, differences } from "./proof.ts";
import { sharedDefaults } from "./shared-defaults.ts";
import { keyText, literal } from "./source-text.ts";
import { deployedBy, deployedObjects, type StagingOptions, stageOver } from "./staging.ts";

/** What lifting apps of a repository would write, and what was proven of it. */
export interface ModelledRepository {
  readonly environments: readonly { readonly name: string; readonly objects: number }[];
  readonly models: readonly ModelResult[];
  readonly differences: readonly Difference[];
  readonly rollouts: readonly Difference[];
  /** Objects that get labels, as the person allows. */
  readonly relabelled: readonly Relabelled[];
  /** Files to write by path. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that nothing needs any more. */
  readonly removed: readonly string[];
}

/**
 * Lifts apps of a repository, which include YAML as import writes it, into the model, and proves that nothing changes. An app that a person
 * has changed by more than its values stays as it is.
 * @throws InputError when the repository can't be rendered as it is
 */
export async function modelRepository(
  root: string,
  request: ModelRequest,
  options: Omit<StagingOptions, "out">,
): Promise<ModelledRepository> {
  const repository = new ImportedOverlays(root, await loadEnvironments(root, { slipway: options.slipway }));
  const running = repository.running(request);
  const labels = request.adoptLabels
    ? new AdoptedLabels(
        running,
        repository.environments.flatMap(({ objects }) => objects),
      )
    : undefined;
  const models = new Models(labels?.running ?? running, request);
  models.giveUp(repository.unchanged(models, labels));
  let sharing = true;
  for (;;) {
    const edits = repository.edited(models, sharing);
    if (models.giveUp(edits.refused)) continue;
    const relabelled = labels?.of((app) => models.app(app) !== undefined) ?? [];
    const found = await repository.differences(edits.texts, relabelled, options);
    const { rollouts, others } = models.split(found.differences);
    // Perhaps not the apps are why, but what their environments say for them.
    const isShared = edits.isSharing && others.length + found.failed.size > 0;
    sharing = !isShared;
    if (isShared) continue;
    const messages = [...found.failed].map(([app, { message }]) => [app, message] as const);
    if (models.giveUp(new Map([...repository.appsOf(others), ...messages]))) continue;
    if (found.failed.size > 0) throw new InputError([...found.failed.values()]);
    return {
      environments: repository.environments.map(({ name, objects }) => ({ name, objects: objects.length })),
      models: [...(labels?.explained(models.results()) ?? models.results()), ...repository.others(request, models.results())].sort(
        (a, b) => (a.app < b.app ? -1 : 1),
      ),
      differences: others,
      rollouts,
      relabelled,
      files: new Map(
        [...edits.texts].flatMap(([path, text]) => (text === undefined || repository.holds(path, text) ? [] : [[path, text]])),
      ),
      removed: [...edits.texts].flatMap(([path, text]) => (text === undefined ? path : [])),
    };
  }
}

interface EnvironmentBefore {
  readonly name: string;
  readonly environment: Environment;
  readonly rendering: Rendering;
  readonly objects: readonly KubernetesObject[];
  readonly running: ReadonlyMap<string, RunningApp>;
  /** What the overlays say of each app. */
  readonly apps: ResolvedEnvironment["appsByName"];
}

const isModelled = "the model says it already";

/** The file of an app's own module. */
const moduleOf = (app: App): string | undefined => baseOf(app)?.place()?.file;

/** Texts by path; undefined for files that go. */
type Edits = ReadonlyMap<string, string | undefined>;

/** A repository of overlays as it is. */
class ImportedOverlays {
  readonly #project: Project;
  readonly environments: readonly EnvironmentBefore[];

  constructor(root: string, environments: readonly Environment[]) {
    this.#project = projectAt(root);
    this.environments = environments.map((environment) => this.#before(environment));
  }

  #before(environment: Environment): EnvironmentBefore {
    const rendering = render(environment, this.#project);
    const file = `${environment.folder}/kustomization.yaml`;
    const pinned = new Set(parsePins(this.#project.read(file), file).pins.map(({ name }) => name));
    const renderer = new AppRenderer(environment, this.#project);
    const isPinned = (image: string) => pinned.has(image);
    const running = new Map([...unpinned(environment, this.#project)].map(([app, objects]) => [app, { renderer, objects, isPinned }]));
    const { appsByName: apps } = resolve(environment, this.#project.root);
    return { name: environment.name, environment, rendering, objects: deployedBy(rendering), running, apps };
  }

  /** Whether a file has a text already. */
  holds(path: string, text: string): boolean {
    return this.#project.read(path) === text;
  }

  /** The apps to lift, in all environments that have them. With a rollout or labels, those that were lifted before are among them. */
  running({ apps, acceptRollout, adoptLabels }: ModelRequest): Map<string, Map<string, RunningApp>> {
    const found = new Map<string, Map<string, RunningApp>>();
    for (const { name, running } of this.environments)
      for (const [app, own] of running)
        if (
          (apps === "all" || apps.has(app)) &&
          (this.#whyNot(app) === undefined || ((acceptRollout || adoptLabels) && this.#isLifted(app)))
        )
          found.set(app, (found.get(app) ?? new Map<string, RunningApp>()).set(name, own));
    return found;
  }

  /** The apps that were lifted before of which nothing would change, neither by a rollout nor by labels. */
  unchanged(models: Models, labels: AdoptedLabels | undefined): Map<string, string> {
    const getsLabels = (name: string) => (labels?.of((app) => app === name).length ?? 0) > 0;
    const needless = models.results().filter(({ app, rolledOut }) => !rolledOut && !getsLabels(app) && this.#isLifted(app));
    const nothing = labels ? "its objects get no labels" : "there is nothing that a rollout would drop";
    return new Map(needless.map(({ app }) => [app, `the model says it already, and ${nothing}`]));
  }

  /** Whether an app is in the model as import puts it there. */
  #isLifted(name: string): boolean {
    const specs = this.environments.flatMap(({ apps }) => apps.get(name)?.spec ?? []);
    return specs.every((spec) => isAdopted(spec) && spec.workload && !spec.helm && !spec.extend);
  }

  /** Apps that were asked for and have nothing to lift, with the reason; of all apps, those that are written in the model aren't named. */
  others({ apps }: ModelRequest, found: readonly ModelResult[]): ModelResult[] {
    const known = new Set(this.environments.flatMap(({ environment }) => environment.apps.map(({ name }) => name)));
    const names = (apps === "all" ? [...known] : [...apps]).filter((name) => !found.some(({ app }) => app === name));
    return names.flatMap((app) => {
      const reason = this.#app(app) && this.#whyNot(app);
      return reason === undefined || (apps === "all" && reason === isModelled) ? [] : keptApp(app, reason, []);
    });
  }

  #app(name: string): App | undefined {
    return this.environments.flatMap(({ environment }) => environment.apps).find((app) => app.name === name);
  }

  /** Why an app can't be lifted: import writes apps that include YAML, and nothing else. */
  #whyNot(name: string): string | undefined {
    const modules = new Set(
      this.environments.flatMap(({ environment }) => environment.apps).flatMap((app) => (app.name === name ? (moduleOf(app) ?? []) : [])),
    );
    if (modules.size > 1) return `it is written in ${[...modules].map((file) => relative(this.#project.root, file)).join(" and ")}`;
    for (const { apps } of this.environments) {
      const spec = apps.get(name)?.spec;
      if (!spec) continue;
      if (spec.helm) return "it is a chart";
      if (spec.extend) return "it has objects of its own code";
      if (!spec.include || Object.keys(spec).some((key) => !plainKeys.has(key))) return isModelled;
      if (!isAdopted(spec)) return 'it has the defaults of slipway, which `defaults: "none"` leaves out';
    }
    return undefined;
  }

  /** What is written for the apps in the model, and why some can't be. */
  edited(models: Models, sharing: boolean): { texts: Edits; refused: ReadonlyMap<string, string>; isSharing: boolean } {
    const texts = new Map<string, string | undefined>();
    const refused = new Map<string, string>();
    const lifted = models.results().flatMap(({ app }) => models.app(app) ?? []);
    const { apps, defaults } = sharing ? sharedDefaults(lifted, this.#saidBefore()) : { apps: lifted, defaults: new Map<string, object>() };
    for (const model of apps) {
      const reason = this.#edit(model, texts);
      if (reason !== undefined) refused.set(model.name, reason);
    }
    for (const [name, values] of defaults) this.#editDefaults(name, values, defaults, texts);
    const used = this.#usedWithout(models);
    for (const [path, text] of texts) if (text === undefined && used.has(path)) texts.delete(path);
    return { texts, refused, isSharing: apps.some((app, index) => app !== lifted[index]) };
  }

  /** What environments say for their apps: nothing in those whose modules can be given defaults, which no other app would take. */
  #saidBefore(): Map<string, Readonly<Record<string, unknown>>> {
    const said = this.environments.filter(({ environment, apps }) => {
      const index = `${environment.folder}/index.ts`;
      const isTaken = [...apps.values()].some(({ spec }) => spec.defaults !== "none" && !spec.helm);
      const isFree = !isTaken && withSetting(index, this.#project.read(index) ?? "", environment.name, "defaults", {}) !== undefined;
      return environment.defaults.length > 0 || isFree;
    });
    return new Map(
      said.map(({ name, environment }) => [
        name,
        membersOf(environment.defaults.reduce<unknown>((all, { patch }) => merge(all, patch), {})),
      ]),
    );
  }

  /** Writes an environment's defaults into texts, unless it extends one that has them. */
  #editDefaults(name: string, values: object, all: ReadonlyMap<string, object>, texts: Map<string, string | undefined>): void {
    const own = this.environments.find((environment) => environment.name === name)?.environment;
    const isExtending = this.environments.some(
      ({ environment }) =>
        environment !== own && all.has(environment.name) && environment.settings.every((layer) => own?.settings.includes(layer)),
    );
    if (!own || isExtending) return;
    const index = `${own.folder}/index.ts`;
    const text = this.#read(texts, index);
    texts.set(index, withSetting(index, text, name, "defaults", values) ?? text);
  }

  /** The files of apps that aren't lifted. */
  #usedWithout(models: Models): ReadonlySet<string> {
    const others = this.environments.flatMap(({ environment }) => environment.apps).filter(({ name }) => models.app(name) === undefined);
    return new Set(others.flatMap((app) => this.#filesOf(app)));
  }

  #read(texts: Edits, path: string): string {
    return (texts.has(path) ? texts.get(path) : this.#project.read(path)) ?? "";
  }

  /** Writes an app's files into texts; gives the reason where a person's work would be lost. */
  #edit(model: FoldedApp, texts: Map<string, string | undefined>): string | undefined {
    const app = this.#app(model.name);
    const file = app && moduleOf(app);
    if (file === undefined) return "where it is written isn't known";
    const base = relative(this.#project.root, file);
    const exported = exportedApp(base, this.#read(texts, base));
    if (typeof exported === "string") return exported;
    const edits = new Map<string, string | undefined>();
    const commented = this.#allFilesOf(model.name).find((file) => /\.ya?ml$/.test(file) && hasComments(this.#project.read(file) ?? ""));
    if (commented !== undefined) return `${commented} has comments, which would be lost`;
    for (const { name, environment } of this.environments) {
      const reason = this.#editListing(model, name, environment, base, texts, edits);
      if (reason !== undefined) return reason;
    }
    const written = filesOf(model, []);
    written.delete(`overlays/base/${model.name}.ts`);
    for (const [path, text] of written) {
      if (!edits.has(path) && this.#project.read(path) !== undefined) return `${path} already exists, and isn't the app's`;
      edits.set(path, text);
    }
    edits.set(base, moduleText(exported.variable, model, []));
    for (const [path, text] of edits) texts.set(path, text);
    return undefined;
  }

  /** Writes how an environment lists an app into edits; gives the reason where it can't. */
  #editListing(
    model: FoldedApp,
    name: string,
    environment: Environment,
    base: string,
    texts: Edits,
    edits: Map<string, string | undefined>,
  ): string | undefined {
    const own = environment.apps.find((app) => app.name === model.name);
    if (!own) return undefined;
    const index = `${environment.folder}/index.ts`;
    const text = this.#read(texts, index);
    const listing = listingOf(index, text, name, base);
    if (typeof listing === "string") {
      // An environment that extends another has its apps, as long as they are the same.
      const from = this.environments.find((other) => other.name !== name && other.environment.apps.includes(own))?.name;
      return from !== undefined && layeredText(model, name, "") === layeredText(model, from, "") ? undefined : listing;
    }
    const paths = model.typed?.hostPaths.get(name) ?? [];
    const member = paths.length > 0 ? `${keyText(model.name)}: ${literal(paths)}` : undefined;
    edits.set(index, listing.replaced(layeredText(model, name, listing.variable), member));
    for (const file of this.#filesOf(own)) edits.set(file, undefined);
    return undefined;
  }

  /** The files of an app in all environments. */
  #allFilesOf(name: string): string[] {
    const apps = this.environments.flatMap(({ environment }) => environment.apps).filter((app) => app.name === name);
    return apps.flatMap((app) => this.#filesOf(app));
  }

  /** The files that an app includes or is patched by. */
  #filesOf({ layers, patches }: App): string[] {
    const included = layers.flatMap(({ patch }) => (isObject(patch) && isObject(patch.include) ? Object.values(patch.include) : []));
    const files = patches.flatMap(({ source, folder }) => (typeof source === "string" && folder ? join(folder, source) : []));
    return [...included.filter((file) => typeof file === "string"), ...files];
  }

  /** What would change once texts are written. */
  async differences(
    texts: Edits,
    relabelled: readonly Relabelled[],
    options: Omit<StagingOptions, "out">,
  ): Promise<{ differences: Difference[]; failed: Map<string, Problem> }> {
    const { renderings, problems } = await stageOver(this.#project, texts, options);
    const unowned = problems.filter(({ app }) => app === undefined);
    if (unowned.length > 0) throw new InputError(unowned);
    const failed = new Map(problems.map((problem) => [problem.app ?? "", problem]));
    const found = this.environments.flatMap(({ name, rendering, objects }) => {
      const now = renderings.get(name);
      return differences(name, rendering.settings.kubernetes, labelled(name, objects, relabelled), now ? deployedBy(now) : []);
    });
    return { differences: found, failed };
  }

  /** The apps that differences are of, each with one of them. */
  appsOf(found: readonly Difference[]): Map<string, string> {
    return appsOf(found, new Map(this.environments.map(({ name, rendering }) => [name, deployedObjects(rendering)])));
  }
}
