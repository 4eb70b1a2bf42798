import { existsSync, realpathSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { clusterFrom, type KnownCluster } from "../../cluster/index.ts";
import { Git } from "../../git/index.ts";
import { newestVersion } from "../../kubernetes/index.ts";
import { InputError } from "../../problem/index.ts";
import {
  type Configuration,
  configuredFolder,
  placesOf,
  type Renderings,
  reachOf,
  readConfiguration,
  type Settings,
  type SourcePlace,
} from "../../sources/index.ts";
import type { EnvironmentSettings } from "../review.ts";
import type { Tree } from "../tree.ts";
import { unknownCommitFix } from "../unknown-commit.ts";
import { type ApplicationFile, applicationFiles, environmentNames } from "./application-files.ts";
import { applicationsOf, type Deployed } from "./applications.ts";
import { readBoth, type UnreadSide } from "./both-sides.ts";
import { commitOf, withCommit } from "./commit.ts";
import { byFolder } from "./plain-environments.ts";
import { type Compared, compared, type Given, type RenderingSettings, readPlaces } from "./read-places.ts";
import { touches, withRefusals } from "./refusals.ts";
import { changedFiles, committedSide, isFolder, type RepositorySide, workingSide } from "./repository-side.ts";

/** A repository as a commit has it, and as the working tree has it. */
export interface ComparedRepository extends Compared {
  /** What environments set for themselves. */
  readonly settings: ReadonlyMap<string, EnvironmentSettings>;
}

/** What is known of both sides. */
interface Context {
  /** What the command line says, which goes before what files do. */
  readonly settings: EnvironmentSettings;
  /** Addresses of the repository. */
  readonly remotes: readonly string[];
  /** The name that what lies in no folder of its own is shown by. */
  readonly name: string;
}

/** What one side has, before anything is rendered. */
interface Plan {
  readonly side: RepositorySide;
  readonly places: readonly Given[];
  /** Whether an Application deploys a file. @param file from the side's folder */
  deploys(file: string): boolean;
  readonly notLookedAt: Deployed["notLookedAt"];
  readonly settings: ReadonlyMap<string, EnvironmentSettings>;
}

/**
 * Compares a repository of any kind with a commit of it: the environments of its slipway.yaml, else the Applications, kustomizations,
 * charts and plain files that are found in it. Only environments that a changed file can reach are rendered, on both sides.
 * @param isWhole whether all are, whatever changed
 * @throws InputError for a ref that git doesn't know, or a slipway.yaml that is wrong
 */
export async function compareRepository(
  base: string,
  settings: EnvironmentSettings,
  isWhole: boolean,
  renderings: Renderings,
): Promise<ComparedRepository> {
  const folder = realpathSync(configuredFolder(process.cwd()) ?? process.cwd());
  const git = new Git(await topOf(folder));
  const commit = await commitOf(git, base);
  if (commit === undefined) throw new InputError([unknownRef(base)]);
  const prefix = relative(realpathSync(git.folder), folder);
  const remotes =
    (await git.ask("config", "--get-regexp", "^remote\\..*\\.url$"))?.split("\n").map((line) => line.replace(/^\S+ /, "")) ?? [];
  const context = { settings, remotes, name: basename(folder) };
  const now = await workingSide(git, folder);
  const changed = await changedFiles(git, commit);
  const links = (await git.entries(commit)).filter(({ mode }) => mode === "120000").map(({ path }) => path);
  const configured = configurationIn(now, relative(process.cwd(), folder) || ".");
  return withCommit(git, commit, base, async (temporary, leftOut) => {
    const old = committedSide(temporary, prefix);
    const configuredBefore = configurationIn(old);
    const plans = plansOf(
      { side: old, configuration: configuredBefore ?? configured },
      { side: now, configuration: configured ?? configuredBefore },
      context,
    );
    const [before, after] = [withSourcesOf(plans[0], plans[1]), withSourcesOf(plans[1], plans[0])];
    const isReached = isWhole ? () => true : reachedBy(changed, links);
    const reached = environmentsOf([before, after], isReached);
    const unread = ({ places, side }: Plan): UnreadSide & { readonly side: RepositorySide } => ({
      side,
      root: side.root,
      places: places.filter(({ environment }) => reached.has(environment)),
      holds: (file) => existsSync(join(side.root, file)) && !side.isPassedOver(file),
      read: (own) =>
        readPlaces(withRefusals(own, side.repository, leftOut), { renderings, repository: side.repository, folder: `${side.root}/` }),
    });
    const read = await readBoth([unread(before), unread(after)], (part, { side }) => isReached(part, side));
    const { before: left, after: right, notLookedAt, broken } = byFolder(compared(...read), context.name);
    const remarks = [...before.notLookedAt, ...after.notLookedAt].filter(
      ({ what, file }) =>
        // The folders that an ApplicationSet deploys are looked at by themselves.
        (isWhole && what !== "ApplicationSet") || changed.includes(join(prefix, file)),
    );
    const named = new Map([...notLookedAt, ...remarks].map((remark) => [remark.text, remark]));
    const known = new Map([...before.settings, ...after.settings]);
    return {
      before: left,
      after: right,
      broken,
      notLookedAt: [...named.values()],
      settings: withFolders(known, context.name, left, right),
    };
  });
}

/** What folders set that became environments of their own: what the environment does that they were split from. @param name its name */
function withFolders(known: ComparedRepository["settings"], name: string, ...trees: readonly Tree[]): ComparedRepository["settings"] {
  const own = known.get(name);
  if (own === undefined) return known;
  const environments = trees.flatMap((tree) => [...tree.values()].map(({ environment }) => environment));
  return new Map([...environments.map((environment) => [environment, own] as const), ...known]);
}

async function topOf(folder: string): Promise<string> {
  const top = await new Git(folder).ask("rev-parse", "--show-toplevel");
  if (top === undefined)
    throw new InputError([
      { message: "there is no git repository here", fix: "Run review in a clone, or name two sources: slipway review OLD NEW." },
    ]);
  return top;
}

const unknownRef = (base: string) => ({
  message: base.startsWith("-") ? `--base: "${base}" is not the name of a commit` : `git knows no commit "${base}"`,
  fix: unknownCommitFix(base),
});

/** The slipway.yaml of a side; undefined where there is none. @param root the side's folder as problems name it */
const configurationIn = ({ root: folder }: RepositorySide, root = folder): Configuration | undefined =>
  existsSync(join(root, "slipway.yaml")) ? readConfiguration(root) : undefined;

interface Configured {
  readonly side: RepositorySide;
  readonly configuration: Configuration | undefined;
}

function plansOf(old: Configured, now: Configured, context: Context): readonly [Plan, Plan] {
  const found = ({ side, configuration }: Configured) => (namesEnvironments(configuration) ? [] : applicationFiles(side));
  const [before, after] = [found(old), found(now)];
  const environmentOf = environmentNames([before, after]);
  const plan = (own: Configured, applications: readonly ApplicationFile[]) =>
    namesEnvironments(own.configuration)
      ? configuredPlan(own.side, own.configuration, context)
      : foundPlan(own, (settings) => applicationsOf(own.side, applications, environmentOf, settings), context);
  return [plan(old, before), plan(now, after)];
}

const namesEnvironments = (configuration: Configuration | undefined): configuration is Configuration =>
  configuration !== undefined && configuration.environments.length > 0;

const nothingDeployed = { deploys: () => false, notLookedAt: [] };

/** What is found in a side that names no environments. @param applications what its Applications deploy */
function foundPlan(
  { side, configuration }: Configured,
  applications: (settings: { readonly remotes: readonly string[]; readonly kubernetes: string }) => Deployed,
  context: Context,
): Plan {
  // A folder that is new, or goes.
  if (!isFolder(side.root)) return { side, places: [], settings: new Map(), ...nothingDeployed };
  const common = renderingSettings(configuration?.settings ?? {}, context);
  const deployed = applications({ remotes: context.remotes, kubernetes: common.kubernetes });
  const found = placesOf({ kind: "folder", path: side.root }).flatMap((place): Given[] => {
    if (place.kind === "folder")
      return [{ ...common, environment: context.name, key: "files", place: withoutOthers(place, side, deployed.deploys) }];
    if (place.kind !== "rendered" || side.isPassedOver(place.source.file) || deployed.deploys(place.source.file)) return [];
    return [{ ...common, environment: place.source.path || context.name, key: place.source.path, place }];
  });
  const places = [...found, ...deployed.places];
  const known = clusterIn(configuration?.settings ?? {}, context);
  const settings = new Map(
    places.map(({ environment, kubernetes: own, namespace: within }) => [
      environment,
      { kubernetes: own, ...(within ? { namespace: within } : {}), ...known },
    ]),
  );
  return { side, places, deploys: deployed.deploys, notLookedAt: deployed.notLookedAt, settings };
}

/** What sources are rendered with. @param own what files say */
function renderingSettings(own: Settings, context: Context): RenderingSettings {
  const { cluster } = clusterIn(own, context);
  const { kubernetes = cluster?.kubernetes ?? newestVersion(), namespace } = { ...own, ...context.settings };
  return { kubernetes, ...(namespace === undefined ? {} : { namespace }) };
}

/** What is known of an environment's cluster: by the command line's snapshot, else by its own. */
function clusterIn({ snapshot }: Settings, { settings }: Context): { readonly cluster?: KnownCluster } {
  if (settings.cluster !== undefined) return { cluster: settings.cluster };
  return snapshot === undefined ? {} : clusterFrom({ snapshot });
}

/**
 * A plan with what is a source of its own on the other side: a kustomization that another one includes from now on, or no longer, is the
 * same on both sides.
 */
function withSourcesOf(plan: Plan, { places: others, side: otherSide }: Plan): Plan {
  const named = ({ environment, key }: Given) => `${environment} ${key}`;
  const known = new Set(plan.places.map(named));
  const more = others.flatMap((given): Given[] => {
    const { place, definedIn } = given;
    if (place.kind !== "rendered" || place.root !== otherSide.root || definedIn !== undefined || known.has(named(given))) return [];
    const { file } = place.source;
    const isHere = existsSync(join(plan.side.root, file)) && !plan.side.isPassedOver(file) && !plan.deploys(file);
    return isHere ? [{ ...given, place: { ...place, root: plan.side.root } }] : [];
  });
  return { ...plan, places: [...plan.places, ...more] };
}

type Folder = Extract<SourcePlace, { kind: "folder" }>;

const withoutOthers = (place: Folder, side: RepositorySide, deploys: (file: string) => boolean): Folder => ({
  ...place,
  isApart: (path) => place.isApart(path) || side.isPassedOver(path) || deploys(path),
});

function configuredPlan(side: RepositorySide, { environments, root }: Configuration, context: Context): Plan {
  const moved = (path: string) => (root === side.root ? path : join(side.root, relative(root, path)));
  const read = environments.map(({ name, sources, settings: own }) => {
    const rendering = renderingSettings(own, context);
    const places = sources.flatMap((source) => {
      const here = "path" in source ? { ...source, path: moved(source.path) } : source;
      const given = "values" in here ? { ...here, values: here.values.map(moved) } : here;
      if ("path" in given && !existsSync(given.path)) return [];
      return placesOf(given).map((place): Given => {
        const own = place.kind === "folder" ? withoutOthers(place, within(side, place.path), () => false) : place;
        return { ...rendering, environment: name, key: keyOf(given, place, side), place: own };
      });
    });
    return { places, own: [name, { ...rendering, ...clusterIn(own, context) }] as const };
  });
  return {
    side,
    places: read.flatMap(({ places }) => places),
    ...nothingDeployed,
    settings: new Map(read.map(({ own }) => own)),
  };
}

/** A side, with paths from one of its folders. */
const within = (side: RepositorySide, folder: string): RepositorySide => ({
  ...side,
  isPassedOver: (path) => side.isPassedOver(relative(side.root, join(folder, path))),
});

function keyOf(
  source: { readonly kind: string } & ({ readonly path?: string } & { readonly values?: readonly string[] }),
  place: SourcePlace,
  side: RepositorySide,
): string {
  const path = relative(side.root, source.path ?? "");
  const values = (source.values ?? []).map((file) => relative(side.root, file));
  const inner = place.kind === "rendered" && source.kind === "folder" ? place.source.path : "";
  return [path, inner, ...values, place.kind === "folder" ? "files" : ""].filter(Boolean).join(":");
}

/** Whether a changed file can reach a place. What a link leads to isn't followed: where there is one, it is reached. */
function reachedBy(changed: readonly string[], links: readonly string[]): (given: Given, side: RepositorySide) => boolean {
  const isConfigured = changed.some((path) => basename(path) === "slipway.yaml");
  return (given, side) => {
    const at = (path: string) => join(side.repository, path);
    const isReached = (path: string) =>
      changed.some((file) => touches(at(file), path)) || links.some((link) => touches(at(link), path) || touches(path, at(link)));
    return changed.length > 0 && (isConfigured || pathsOf(given, side).some(isReached));
  };
}

/** The environments that have such a place on either side. */
function environmentsOf(plans: readonly Plan[], isReached: (given: Given, side: RepositorySide) => boolean): ReadonlySet<string> {
  const reached = new Set<string>();
  for (const { side, places } of plans)
    for (const given of places) if (!reached.has(given.environment) && isReached(given, side)) reached.add(given.environment);
  return reached;
}

function pathsOf({ place, definedIn }: Given, side: RepositorySide): readonly string[] {
  const more = definedIn === undefined ? [] : [definedIn];
  switch (place.kind) {
    case "rendered":
      return [...reachOf(place.root, place.source, side.repository).paths, ...more];
    case "folder":
    case "file":
      return [place.path, ...more];
    case "standard input":
      return more;
  }
}
