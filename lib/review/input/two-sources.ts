import { existsSync } from "node:fs";
import { basename, join, posix, resolve } from "node:path";
import { foreignFiles, placeInDist } from "../../dist/index.ts";
import { Git, type LeftOut } from "../../git/index.ts";
import { InputError, type Problem } from "../../problem/index.ts";
import {
  kustomizationNames,
  type NamedSource,
  namedSource,
  placed,
  placesOf,
  type Renderings,
  type SourcePlace,
} from "../../sources/index.ts";
import type { TreeFile } from "../tree.ts";
import { unknownCommitFix } from "../unknown-commit.ts";
import { readBoth, type UnreadSide } from "./both-sides.ts";
import { commitOf, withCommit } from "./commit.ts";
import { type Compared, compared, type Given, type Reading, type RenderingSettings, readPlaces } from "./read-places.ts";
import { withRefusals } from "./refusals.ts";

/** A source as a person names it: one of this machine, or one in a commit. */
export type Reviewed = NamedSource | { readonly kind: "commit"; readonly ref: string; readonly commit: string; readonly path: string };

/**
 * What two names stand for: what `namedSource` knows, and `REF:PATH` for what is at a path of a commit; the path counts from the
 * repository's root, or with `./` from the working folder, as git has it.
 * @throws InputError for names that stand for nothing
 */
export async function reviewedSources(names: readonly [string, string]): Promise<[Reviewed, Reviewed]> {
  if (names.every((name) => name === "-"))
    throw new InputError([{ message: "both sides are standard input", fix: "Name a folder, file or chart for one of them." }]);
  const [old, now] = [await reviewedSource(names[0]), await reviewedSource(names[1])];
  const problems = [old, now].flatMap((source) => ("kind" in source ? [] : source));
  if (!("kind" in old) || !("kind" in now)) throw new InputError(problems);
  return [old, now];
}

async function reviewedSource(name: string): Promise<Reviewed | Problem> {
  const source = namedSource(name, ".");
  const [, ref, path] = /^([^:]+):(.*)$/s.exec(name) ?? [];
  if ("kind" in source || ref === undefined || path === undefined) return source;
  const git = new Git(".");
  const commit = await commitOf(git, ref);
  // A name with a colon may be that of a file, and of a chart with values.
  if (commit === undefined && (ref.startsWith("-") || existsSync(ref))) return source;
  if (commit === undefined)
    return { file: name, message: `there is no such file, and git knows no commit "${ref}"`, fix: unknownCommitFix(ref) };
  const prefix = path === "." || path.startsWith("./") ? await git.run("rev-parse", "--show-prefix") : "";
  const inRepository = posix.normalize(`${prefix}${path}` || ".");
  if (/^(\.\.)?\//.test(`${inRepository}/`))
    return { file: name, message: "leads out of the repository", fix: "Name what the commit holds: REF:PATH." };
  return { kind: "commit", ref, commit, path: inRepository };
}

/**
 * Reads two sources, and renders what their tools render. Both are taken for the same environment, and what lies in a folder of theirs for
 * that of this name. A folder that slipway generated is read as Argo CD applies it, without a tool.
 * @throws InputError for what can't be read
 */
export async function compareSources(
  [old, now]: readonly [Reviewed, Reviewed],
  settings: RenderingSettings,
  renderings: Renderings,
): Promise<Compared> {
  const environment = environmentInDist(now) ?? environmentInDist(old) ?? nameOf(now) ?? nameOf(old) ?? "";
  const opened = (source: Reviewed, use: (side: UnreadSide) => Promise<Compared>) =>
    openSide(source, environment, settings, renderings, use);
  return opened(old, (before) => opened(now, async (after) => compared(...alike(rendered(await readBoth([before, after], () => true))))));
}

/** Both sides, where what the names stand for could be rendered; a source in a folder that couldn't is named in the report. @throws InputError */
function rendered(sides: readonly [Reading[], Reading[]]): readonly [Reading[], Reading[]] {
  const problems = sides.flatMap((readings, index) =>
    readings.flatMap(({ key, remark }): Problem[] => {
      if (key !== "" || remark === undefined) return [];
      const message = `the ${index === 0 ? "old" : "new"} source can't be looked at: ${remark.text}`;
      return [{ message, fix: "Correct the source, or name another one." }];
    }),
  );
  if (problems.length > 0) throw new InputError(problems);
  return sides;
}

/** Both sides without what only dist has, where slipway generated one of them: Argo CD's own objects, and the names of apps. */
function alike(sides: readonly [Reading[], Reading[]]): readonly [Reading[], Reading[]] {
  const [before, after] = sides;
  const isGenerated = (readings: readonly Reading[]) => readings.some(({ files }) => files.some((file) => file.isGenerated));
  if (isGenerated(before) === isGenerated(after)) return sides;
  const ofApps = (readings: readonly Reading[]) =>
    readings.map((reading) => ({ ...reading, files: reading.files.flatMap((file) => (isOfArgoCd(file) ? [] : file.withoutApp())) }));
  return [ofApps(before), ofApps(after)];
}

const isOfArgoCd = (file: TreeFile) => file.isGenerated && file.app === "argocd";

/** The environment that slipway generated a folder for; undefined for every other source. @throws InputError for all of dist */
function environmentInDist(source: Reviewed): string | undefined {
  const place = source.kind === "folder" ? placeInDist(source.path) : undefined;
  if (place !== "") return place?.split("/")[0];
  throw new InputError([
    {
      file: "path" in source ? source.path : "",
      message: "holds environments, and the other source is one",
      fix: "Name the folder of an environment, as dist/prod.",
    },
  ]);
}

function nameOf(source: Reviewed): string | undefined {
  if (source.kind === "standard input") return undefined;
  const name = basename(source.kind === "commit" ? source.path : resolve(source.path));
  return name === "." && source.kind === "commit" ? source.ref : name;
}

/** Hands a source to a function; what a commit holds is there until that ends. */
async function openSide<T>(
  source: Reviewed,
  environment: string,
  settings: RenderingSettings,
  renderings: Renderings,
  use: (side: UnreadSide) => Promise<T>,
): Promise<T> {
  const side = (named: NamedSource, read: UnreadSide["read"]): UnreadSide => {
    const root = "path" in named ? named.path : ".";
    return { root, places: givenOf(named, environment, settings), read, holds: (file) => existsSync(join(root, file)) };
  };
  if (source.kind !== "commit") return use(side(source, (places) => readPlaces(places, { renderings })));
  const { ref, commit, path } = source;
  const git = new Git(".");
  const open = (folder: string, leftOut: readonly LeftOut[]) => {
    const named = namedSource(path, folder);
    if (!("kind" in named))
      throw new InputError([{ ...named, file: `${ref}:${named.file}`, fix: "Check the path; it counts from the repository's root." }]);
    const read = (places: readonly Given[]) => readPlaces(withRefusals(places, folder, leftOut), { renderings, folder: `${folder}/` });
    return use(side(placed(named, folder), read));
  };
  return withCommit(git, commit, ref, open, (await isPlainFile(git, commit, path)) ? [path] : []);
}

/** Whether a path of a commit is a file of manifests by itself, which needs nothing else of the commit. */
async function isPlainFile(git: Git, commit: string, path: string): Promise<boolean> {
  const [entry, ...others] = path === "." ? [] : await git.entries(commit, [path]);
  const isAlone = basename(path) !== "Chart.yaml" && !kustomizationNames.includes(basename(path));
  return isAlone && others.length === 0 && entry?.path === path && entry.mode.startsWith("100");
}

const givenOf = (source: NamedSource, environment: string, settings: RenderingSettings): Given[] =>
  (generatedPlace(source) ?? placesOf(source)).map((place) => {
    const inner = source.kind === "folder" && place.kind === "rendered" ? place.source.path : "";
    return { ...settings, environment: inner || environment, key: place.kind === "folder" ? "files" : inner, place };
  });

/** What Argo CD applies of a folder that slipway generated; undefined for every other source. */
function generatedPlace(source: NamedSource): SourcePlace[] | undefined {
  const inDist = source.kind === "folder" ? placeInDist(source.path) : undefined;
  if (source.kind !== "folder" || inDist === undefined) return undefined;
  const foreign = foreignFiles(source.path, inDist);
  const isApart = (path: string) => foreign.has(path) || kustomizationNames.includes(path);
  return [{ kind: "folder", name: basename(resolve(source.path)), path: source.path.replace(/(?<=.)\/+$/, ""), isApart, unnamed: [] }];
}
