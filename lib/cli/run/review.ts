import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { clusterFrom } from "../../cluster/index.ts";
import { type ForeignFiles, foreignFiles, placeInDist } from "../../dist/index.ts";
import { manifestFiles, newestVersion } from "../../kubernetes/index.ts";
import { counted, InputError, type Problem } from "../../problem/index.ts";
import { holdsOverlays, projectRoot } from "../../project/index.ts";
import {
  compareRepository,
  compareSources,
  type EnvironmentSettings,
  foreignInGit,
  type Impact,
  isWorse,
  type Remark,
  type Review,
  type ReviewFormat,
  readGitTree,
  readTree,
  review,
  reviewedSources,
  submodulesOf,
  type Tree,
  writeReview,
} from "../../review/index.ts";
import { type NamedSource, placesOf, Renderings, renderingCache } from "../../sources/index.ts";
import { reviewFormats } from "../formats.ts";
import { hasColours, printReport, progress, warn } from "../output.ts";
import { clusterOptionProblems } from "./cluster-options.ts";
import { readOutputs, writeOutputs } from "./outputs.ts";

interface Options {
  readonly base?: string;
  readonly failOn?: Impact;
  readonly expect?: Impact;
  readonly strict?: true;
  readonly format: ReviewFormat;
  readonly output?: string[];
  readonly kubernetes?: string;
  readonly namespace?: string;
  readonly snapshot?: string;
  readonly templatesBase?: string;
  readonly templates?: string;
  readonly kubernetesFrom?: string;
  readonly kubernetesTo?: string;
  readonly write?: true;
}

/** `slipway review`: status 1 when the impact is that of --fail-on, or worse, or another than --expect says. */
export async function reviewCommand(sources: readonly string[], options: Options): Promise<void> {
  if (isUpgrade(options)) return (await import("./upgrade.ts")).upgradeCommand(sources, options);
  const { failOn, expect, strict, format } = options;
  const { outputs, problems } = readOutputs(options.output ?? [], reviewFormats);
  const wrong = [...clusterOptionProblems(options), ...templateOptionProblems(options, sources), ...problems];
  if (wrong.length > 0) throw new InputError(wrong);
  const settings = givenSettings(options);
  const { before, after, ...sides } = withTemplates(
    sources.length > 0 ? await twoSources(sources, options, settings) : await againstBase(options, settings),
    options,
  );
  const foreign = { before: before.foreign, after: after.foreign };
  const found = review(before.tree, after.tree, {
    foreign,
    ...sides,
    isCertified: expect === "none",
    ...settings,
  });
  writeOutputs(outputs, (output) => writeReview(found, output, false));
  printReport(writeReview(found, format, hasColours(process.stdout)));
  const unread = found.remarks.filter(({ kind }) => kind === "not-looked-at");
  // GitLab's form has no place for what couldn't be judged.
  if (format === "codequality") for (const { text } of unread) warn(`not looked at: ${text}\n`);
  const isBad = failOn && found.changes.length > 0 && !isWorse(failOn, found.summary.impact);
  const isOther = expect !== undefined && !isExpected(found, expect);
  if (isBad || isOther || (strict && unread.length > 0)) process.exitCode = 1;
}

/** Whether versions of Kubernetes are compared, and not manifests. */
const isUpgrade = ({ kubernetesFrom, kubernetesTo, write }: Options) =>
  kubernetesFrom !== undefined || kubernetesTo !== undefined || write === true;

/** Differences that are named where something else was expected. */
const mostNamed = 5;

/** Whether the impact is what was expected; says where it isn't. */
function isExpected({ changes, certificate, remarks, summary }: Review, expect: Impact): boolean {
  if (summary.impact === expect && (expect !== "none" || certificate !== undefined)) return true;
  if (summary.impact === expect) {
    const isAssumed = remarks.some(({ kind }) => kind === "assumption");
    warn(
      isAssumed
        ? "expected none, and that holds only if objects without a namespace are applied to the one that they are compared with; give it with --namespace\n"
        : "expected none, and no object was found that could show it\n",
    );
    return false;
  }
  const differing = changes.filter(({ impact }) => impact !== expect);
  const named = differing.slice(0, mostNamed).map(({ environment, resource: { kind, namespace, name }, impact, reason, fields }) => {
    const place = [environment, namespace].filter(Boolean).join(" ");
    return `  ${impact}  ${kind} ${name} (${place}): ${fields[0]?.path ?? reason}\n`;
  });
  const others = differing.length - mostNamed;
  warn(
    [`expected ${expect}, found ${summary.impact}\n`, ...named, ...(others > 0 ? [`  and ${counted(others, "more object")}\n`] : [])].join(
      "",
    ),
  );
  return false;
}

interface Side {
  readonly tree: Tree;
  readonly foreign: ForeignFiles;
}
interface Sides {
  readonly before: Side;
  readonly after: Side;
  /** Folder of the new tree, where its files are named by their paths in it. */
  readonly shown?: string;
  readonly notLookedAt?: readonly Remark[];
  readonly broken?: Review["changes"];
  readonly settings?: ReadonlyMap<string, EnvironmentSettings>;
}

/** Where `cdk synth` writes templates. */
const templatesFolder = "cdk.out";

function templateOptionProblems({ templatesBase, templates }: Options, sources: readonly string[]): Problem[] {
  if (templatesBase === undefined)
    return templates === undefined
      ? []
      : [{ message: "--templates is given without --templates-base", fix: "Give the templates of the base too: --templates-base FOLDER." }];
  if (sources.length > 0)
    return [
      { message: "--templates-base is for a repository, and sources were given", fix: "Name the folders of templates as the sources." },
    ];
  return [templatesBase, templates ?? templatesFolder].flatMap((folder) =>
    statSync(folder, { throwIfNoEntry: false })?.isDirectory()
      ? []
      : [{ file: folder, message: "is not a folder of templates", fix: `Write them with npx cdk synth --quiet --output ${folder}.` }],
  );
}

/** Both sides with the CloudFormation templates that were given beside them. */
function withTemplates({ before, after, ...sides }: Sides, { templatesBase, templates = templatesFolder }: Options): Sides {
  if (templatesBase === undefined) return { before, after, ...sides };
  const [old, now] = [readTree(templatesBase, templates, ""), readTree(templates, templates, "")];
  const within = (side: Side, own: Tree) => ({
    ...side,
    tree: new Map([...side.tree, ...[...own].map(([path, file]) => [`${templates}/${path}`, file] as const)]),
  });
  return { before: within(before, old), after: within(after, now), ...sides };
}

async function twoSources(names: readonly string[], options: Options, settings: EnvironmentSettings): Promise<Sides> {
  const [old, now, ...more] = names;
  if (!old || !now || more.length > 0)
    throw new InputError([
      {
        message: "expected two sources, the old manifests and the new ones",
        fix: "slipway review OLD NEW; each is a folder, a file, a chart with values, or REF:PATH.",
      },
    ]);
  if (options.base !== undefined)
    throw new InputError([{ message: "--base is for a repository, and sources were given", fix: "Use either --base or sources." }]);
  const sources = await reviewedSources([old, now]);
  const folders = sources.flatMap((source) => (source.kind === "folder" ? [source] : []));
  const generated = folders.filter(({ path }) => placeInDist(path) !== undefined);
  const filled = folders.filter((source) => generated.includes(source) || !isEmpty(source));
  // What lies beside slipway's own manifests is foreign to them, a kustomization too.
  const isOfOneKind = generated.length > 0 ? generated.length === filled.length : folders.every(holdsPlainFiles);
  if (folders.length === 2 && isOfOneKind) return twoFolders(old, now);
  const { before, after, ...rest } = await compareSources(sources, { kubernetes: newestVersion(), ...settings }, renderings());
  const side = (tree: Tree, source: (typeof sources)[number]): Side => ({ tree, foreign: foreignOf(source) });
  return { before: side(before, sources[0]), after: side(after, sources[1]), shown: now, ...rest };
}

/** Whether a folder holds nothing that could be a manifest. */
const isEmpty = (source: Extract<NamedSource, { kind: "folder" }>) =>
  holdsPlainFiles(source) && manifestFiles(source.path, source.path).next().done === true;

/** Files beside those that slipway generated in a folder. Default: none. */
function foreignOf(source: { readonly kind: string; readonly path?: string }): ForeignFiles {
  const place = source.kind === "folder" && source.path !== undefined ? placeInDist(source.path) : undefined;
  return place === undefined || source.path === undefined ? new Map() : foreignFiles(source.path, place);
}

/** @throws InputError for a wrong SLIPWAY_CACHE */
const renderings = () => new Renderings(renderingCache(process.env), progress("reading"));

/** Whether nothing in a folder is for a tool to render. */
const holdsPlainFiles = (source: NamedSource) => placesOf(source).every(({ kind }) => kind === "folder");

function twoFolders(old: string, now: string): Sides {
  // Plain manifests don't name their environment: both folders are taken for one environment.
  const environment = basename(resolve(now));
  // A folder that slipway generated nothing in may hold what it likes beside its manifests.
  const place = placeInDist(now) ?? placeInDist(old);
  const side = (folder: string): Side => {
    const foreign = place === undefined ? new Map() : foreignFiles(folder, place);
    return { foreign, tree: readTree(folder, folder, environment, foreign) };
  };
  return { before: side(old), after: side(now), shown: now };
}

/** A repository that slipway doesn't render: what it renders itself is compared. */
async function ofRepository(base: string, options: Options, settings: EnvironmentSettings): Promise<Sides> {
  const { before, after, ...rest } = await compareRepository(base, settings, options.expect !== undefined, renderings());
  return { before: { tree: before, foreign: new Map() }, after: { tree: after, foreign: new Map() }, ...rest };
}

/** @throws InputError for a snapshot that is missing or wrong */
function givenSettings({ kubernetes, namespace, snapshot }: Options): EnvironmentSettings {
  const { cluster } = clusterFrom(snapshot === undefined ? {} : { snapshot });
  const version = kubernetes ?? cluster?.kubernetes;
  return {
    ...(version === undefined ? {} : { kubernetes: version }),
    ...(namespace ? { namespace } : {}),
    ...(cluster ? { cluster } : {}),
  };
}

/** The ref a change is judged by: as given, else what a merge request's pipeline starts from, else the last commit. */
async function againstBase(
  { base = process.env.CI_MERGE_REQUEST_DIFF_BASE_SHA || "HEAD", ...options }: Options,
  settings: EnvironmentSettings,
): Promise<Sides> {
  const root = projectRoot();
  const folder = join(root, "dist");
  if (!holdsOverlays(root) && placeInDist(folder) === undefined) return ofRepository(base, options, settings);
  // First, as it looks for the repository and the ref, and reports what to do where there is none.
  const foreignBefore = await foreignInGit(root, base, "dist");
  const foreign = new Map([...foreignFiles(folder), ...(await submodulesOf(root, "dist"))]);
  const after = { foreign, tree: existsSync(folder) ? readTree(folder, "dist", "dist", foreign) : new Map() };
  const before = { foreign: foreignBefore, tree: await readGitTree(root, base, "dist", after.tree) };
  return { before, after, shown: "dist" };
}
