import { AppProject, appApplication, type ProjectContents, rootApplication, sharedApplication } from "../argocd/index.ts";
import { addShared, misspeltHelmValues, usersByApp } from "../constructs/index.ts";
import type { TreeFiles } from "../dist/index.ts";
import {
  describeObject,
  groupBy,
  groupOf,
  identityOf,
  isClusterScoped,
  type KubernetesObject,
  type Manifest,
  type PlacedManifest,
  skipMarker,
  skipMarkerIn,
} from "../manifest/index.ts";
import {
  type Environment,
  isAsIs,
  parsePins,
  placedProblems,
  type ResolvedApp,
  type ResolvedEnvironment,
  resolve,
} from "../overlay/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import { type Project, projectAt } from "../project/index.ts";
import { explainPatches } from "./explain.ts";
import { placed, treeFiles } from "./files.ts";
import { mapImages, pinned, pinProblems, type UsedImage } from "./pin-images.ts";
import { renderApp, renderChart } from "./render-app.ts";
import type { RenderedApps } from "./rendered-apps.ts";
import { type ServedHost, servedHosts } from "./shared-hosts.ts";

/** An environment as it will lie in dist. */
export interface Rendering {
  readonly environment: string;
  /** The cluster it goes to; environments of one cluster share it. */
  readonly cluster: string;
  readonly manifests: readonly PlacedManifest[];
  /** What it is checked by. */
  readonly settings: Pick<
    ResolvedEnvironment["settings"],
    "cluster" | "kubernetes" | "namespaces" | "podSecurity" | "provided" | "waivers"
  >;
  /** Images before pins, of every app. */
  readonly images: readonly UsedImage[];
  /** What is probably a mistake, and keeps nothing from being rendered. */
  readonly warnings: readonly Problem[];
  /** Hosts that it serves. */
  readonly hosts: readonly ServedHost[];
  /** Its files by path in dist, the kustomization.yaml among them. */
  readonly files: TreeFiles;
  /** Its apps by name, as its overlays describe them. */
  readonly apps: ResolvedEnvironment["appsByName"];
  /** What the patches of an app change, as `Deployment web:/spec/replicas`. */
  readonly patchedPaths: (app: string) => readonly string[];
}

export interface RenderOptions extends Partial<Project> {
  /** What was rendered before, for a process that renders again. */
  readonly last?: RenderedApps;
}

/**
 * Renders an environment: merges and validates its overlays, renders the objects, patches them, and pins their images. Writes nothing.
 * Pins, patch files and charts are read from the project given, or the one the process runs in.
 * @throws InputError with everything that is wrong
 * @example
 * test("dev is what dist holds", () => {
 *   expect(render(dev)).toMatchDist();
 * });
 */
export function render(environment: Environment, { last, ...project }: RenderOptions = {}): Rendering {
  const { root, read } = { ...projectAt(project.root), ...project };
  const resolved = resolve(environment, root);
  const apps = renderApps(resolved, { root, read }, { last });
  const pins = parsePins(read(`${resolved.folder}/kustomization.yaml`), `${resolved.folder}/kustomization.yaml`);
  const images = usedImages(resolved, apps.manifests);
  const problems = [...apps.problems, ...pins.problems.map((problem) => ({ environment: resolved.name, ...problem }))];
  if (problems.length === 0) problems.push(...pinProblems(resolved.name, pins, images));

  const byName = new Map(pins.pins.map((pin) => [pin.name, pin]));
  const deployed = [...apps.manifests, ...renderShared(resolved)].map((manifest) => ({
    ...manifest,
    object: mapImages(manifest.object, (image) => pinned(image, byName)),
  }));
  const manifests = placed(resolved, [...deployed, ...renderArgocd(resolved, deployed)]);
  for (const problem of [...duplicates(manifests), ...skipped(manifests)])
    problems.push(...placedProblems([problem], resolved.appsByName.get(problem.app ?? "")?.layers ?? [], root));
  if (problems.length > 0) throw new InputError(problems);
  const { settings } = resolved;
  let files: TreeFiles | undefined;
  return {
    environment: resolved.name,
    cluster: settings.cluster.name,
    settings,
    manifests,
    images,
    // These are found, and YAML is written, on demand: most commands need none of them.
    get hosts() {
      return servedHosts(environment, resolved);
    },
    get warnings() {
      return resolved.apps.flatMap((app) => {
        const found = misspeltHelmValues(app, root).map((problem) => ({ environment: resolved.name, ...problem }));
        return placedProblems(found, app.layers, root);
      });
    },
    get files() {
      files ??= treeFiles(resolved.name, manifests);
      return files;
    },
    apps: resolved.appsByName,
    patchedPaths: (name) => {
      const app = resolved.appsByName.get(name);
      return app && app.patches.length > 0 ? explainPatches(resolved, app, { root, read }).map(({ path }) => path) : [];
    },
  };
}

/** Images as far as they are known without Helm. */
export interface KnownImages {
  readonly images: readonly UsedImage[];
  /** Apps that may use others: charts, and what can't be rendered as it is. */
  readonly unknown: readonly string[];
}

/** The images an environment's apps use, before pins; for commands that change pins, and so need neither that they fit nor charts. */
export function imagesOf(environment: Environment, project: Project): KnownImages {
  const resolved = resolve(environment, project.root);
  const { manifests, problems } = renderApps(resolved, project, { passes: ({ spec }) => spec.helm === undefined });
  const failed = new Set(problems.map(({ app }) => app));
  const unknown = resolved.apps.filter(({ name, spec }) => spec.helm !== undefined || failed.has(name)).map(({ name }) => name);
  return { images: usedImages(resolved, manifests), unknown };
}

/** The objects of each app of an environment before pins, by the app's name. @throws InputError with everything that is wrong */
export function unpinned(environment: Environment, project: Project): ReadonlyMap<string, readonly KubernetesObject[]> {
  const { manifests, problems } = renderApps(resolve(environment, project.root), project);
  if (problems.length > 0) throw new InputError(problems);
  return new Map([...groupBy(manifests, ({ app }) => app ?? "")].map(([app, own]) => [app, own.map(({ object }) => object)]));
}

/** Objects of all apps. What has no namespace goes to shared/, whoever makes it, so that apps' projects needn't allow such kinds. */
function renderApps(
  environment: ResolvedEnvironment,
  project: Project,
  { last, passes = () => true }: { readonly last?: RenderedApps | undefined; readonly passes?: (app: ResolvedApp) => boolean } = {},
): { manifests: Manifest[]; problems: Problem[] } {
  const users = usersByApp(environment);
  const manifests: Manifest[] = [];
  const problems: Problem[] = [];
  for (const app of environment.apps.filter(passes)) {
    const rendered = renderApp(environment, app, users.get(app.name) ?? [], project, last);
    problems.push(...rendered.problems);
    for (const object of rendered.objects)
      manifests.push({ environment: environment.name, folder: isClusterScoped(object) ? "shared" : app.name, app: app.name, object });
  }
  return { manifests, problems };
}

function renderShared(environment: ResolvedEnvironment): Manifest[] {
  const objects = renderChart("shared", undefined, (chart) => addShared(chart, environment));
  return objects.map((object) => ({ environment: environment.name, folder: "shared", object }));
}

function renderArgocd(environment: ResolvedEnvironment, manifests: readonly Manifest[]): Manifest[] {
  const shared = manifests.filter(({ folder }) => folder === "shared");
  const namespaces = environment.apps.map((app) => app.spec.namespace).sort();
  const objects = renderChart("argocd", undefined, (chart) => {
    for (const [team, contents] of projects(environment, manifests))
      new AppProject(chart, `project-${team ?? ""}`, environment, team, contents);
    rootApplication(chart, environment);
    if (shared.length > 0) {
      const all = [...namespaces, "default"];
      new AppProject(chart, "project-of-shared", environment, "shared", contentsOf(shared, namespaces.length > 0 ? namespaces : all));
      sharedApplication(chart, environment, all[0] ?? "default");
    }
    // Argo CD takes a folder that isn't there for an error, and an app may have nothing but what goes to shared/.
    const folders = new Set(manifests.map(({ folder }) => folder));
    for (const app of environment.apps) if (folders.has(app.name) && app.name !== "shared") appApplication(chart, environment, app);
  });
  return objects.map((object) => ({ environment: environment.name, folder: "argocd", object }));
}

/** For each team what its apps deploy; undefined stands for the environment's own project. */
function projects(environment: ResolvedEnvironment, manifests: readonly Manifest[]): Map<string | undefined, ProjectContents> {
  const byFolder = groupBy(manifests, ({ folder }) => folder);
  const teams = groupBy(environment.apps, (app) => app.spec.project);
  const order = [...teams.keys()].sort((a, b) => ((a ?? "") < (b ?? "") ? -1 : 1));
  return new Map(
    order.map((team) => {
      const apps = teams.get(team) ?? [];
      return [
        team,
        contentsOf(
          apps.flatMap((app) => byFolder.get(app.name) ?? []),
          apps.map((app) => app.spec.namespace),
        ),
      ];
    }),
  );
}

function contentsOf(manifests: readonly Manifest[], namespaces: readonly string[]): ProjectContents {
  const kind = ({ object }: Manifest) => ({ group: groupOf(object), kind: object.kind });
  return {
    namespaces: [...namespaces, ...manifests.flatMap(({ object }) => object.metadata.namespace ?? [])],
    namespaced: manifests.filter(({ object }) => !isClusterScoped(object)).map(kind),
    clusterScoped: manifests.filter(({ object }) => isClusterScoped(object)).map(kind),
  };
}

function usedImages({ appsByName }: ResolvedEnvironment, manifests: readonly Manifest[]): UsedImage[] {
  const used: UsedImage[] = [];
  for (const { app = "", object } of manifests) {
    const spec = appsByName.get(app)?.spec;
    mapImages(object, (image) => {
      used.push({ app, image, ...(spec && isAsIs(spec, image) ? { isAsIs: true } : {}) });
      return image;
    });
  }
  return used;
}

function duplicates(manifests: readonly Manifest[]): Problem[] {
  const first = new Map<string, Manifest>();
  const problems: Problem[] = [];
  for (const manifest of manifests) {
    const identity = identityOf(manifest.object);
    const other = first.get(identity);
    if (other)
      problems.push({
        environment: manifest.environment,
        app: manifest.app ?? manifest.folder,
        message: `${describeObject(manifest.object)} exists twice: ${other.app ?? other.folder} has it too`,
        fix: "Give one of the two another name.",
      });
    else first.set(identity, manifest);
  }
  return problems;
}

/** Objects that Argo CD would pass over, and prune. No waiver covers that. */
function skipped(manifests: readonly Manifest[]): Problem[] {
  return manifests.flatMap(({ environment, folder, app, object }) => {
    const path = skipMarkerIn(object);
    if (!path) return [];
    const message = `${describeObject(object)} holds ${skipMarker} at ${path.join(".")}: Argo CD would ignore its file, and prune the object`;
    return [{ environment, app: app ?? folder, message, fix: "Remove it." }];
  });
}

/** Objects that two environments would write to one cluster. All Argo CD objects are taken to be in one place. */
export function collisions(renderings: readonly Rendering[]): Problem[] {
  const first = new Map<string, { environment: string; object: KubernetesObject }>();
  const problems: Problem[] = [];
  for (const { cluster, manifests } of renderings) {
    for (const { environment, folder, object } of manifests) {
      const place = `${folder === "argocd" ? "argocd" : `cluster ${cluster}`} ${identityOf(object)}`;
      const other = first.get(place);
      if (other && other.environment !== environment) {
        problems.push({
          environment,
          app: folder,
          message: `${describeObject(object)} is also in ${other.environment}, which shares ${folder === "argocd" ? "its Argo CD" : `the cluster "${cluster}"`}`,
          fix: "Give each environment a namespace, a name or a cluster of its own.",
        });
      } else first.set(place, { environment, object });
    }
  }
  return problems;
}
