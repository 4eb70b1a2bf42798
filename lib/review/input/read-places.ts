import { basename, join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { manifestFiles } from "../../kubernetes/index.ts";
import { groupBy } from "../../manifest/index.ts";
import { InputError } from "../../problem/index.ts";
import { type Renderings, type SourcePlace, templatesIn, textOfFile, textOfStandardInput } from "../../sources/index.ts";
import type { Change, Remark } from "../change.ts";
import { type Tree, TreeFile } from "../tree.ts";

/** What tools are given to render with. */
export interface RenderingSettings {
  /** Minor version that charts are rendered for. */
  readonly kubernetes: string;
  /** Namespace of releases, and of objects that name none. */
  readonly namespace?: string;
}

/** A place that manifests come from, on one side of a review. */
export interface Given extends RenderingSettings {
  readonly environment: string;
  /** What it is called on both sides, within its environment. */
  readonly key: string;
  readonly place: SourcePlace;
  /** Why it isn't rendered, where that is known before. */
  readonly refusal?: string;
  /** The file that asks for it, absolute: where that changes, so may what it renders to. */
  readonly definedIn?: string;
}

/** What a place holds, or why it can't be read. */
export interface Reading {
  readonly environment: string;
  readonly key: string;
  readonly files: readonly TreeFile[];
  /** Why none of it can be read. */
  readonly remark?: Remark;
  /** What its tool, or whoever reads what that prints, refuses of it. Default: nothing. */
  readonly refused?: RefusedSource;
  /** Files that can't be read, by their paths in the tree. */
  readonly unreadable?: ReadonlyMap<string, Remark>;
}

/** A kustomization or chart that can't be rendered because of what it holds. */
interface RefusedSource {
  readonly kind: "Kustomization" | "Chart";
  readonly name: string;
  readonly reason: string;
  readonly file: string;
}

/** Two sides to compare, without what could be read on neither or on one of them. */
export interface Compared {
  readonly before: Tree;
  readonly after: Tree;
  readonly notLookedAt: readonly Remark[];
  /** Sources that could be rendered before the change. */
  readonly broken: readonly Change[];
}

/** How the places of one side are read. */
interface ReadingOptions {
  readonly renderings: Renderings;
  /** What paths are shown without, with a slash at its end. Default: they are shown as they are. */
  readonly folder?: string;
  /** The repository that the places are of. Default: none is known. */
  readonly repository?: string;
}

/** Reads or renders the places of one side. A signal that ends the process is heard between two of them. */
export const readPlaces = (places: readonly Given[], options: ReadingOptions): Promise<Reading[]> =>
  allEnded(
    places.map((given) =>
      options.renderings.beside(given.key, async () => {
        await setImmediate();
        return readPlace(given, options);
      }),
    ),
  );

/** What all promise, when the last has ended: where one fails, no tool goes on behind the error. */
export async function allEnded<T>(promised: readonly Promise<T>[]): Promise<T[]> {
  const ended = await Promise.allSettled(promised);
  for (const end of ended) if (end.status === "rejected") throw end.reason;
  return ended.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
}

/**
 * Puts two sides together. What couldn't be read on one of them is taken out of both: of its objects nothing is known. Where only one side
 * has the place, all of its environment is.
 */
export function compared(before: readonly Reading[], after: readonly Reading[]): Compared {
  const failed = [...before, ...after].filter(({ remark }) => remark !== undefined);
  const has = (side: readonly Reading[], { environment, key }: Reading) =>
    side.some((other) => other.environment === environment && other.key === key);
  const isLeftOut = (reading: Reading) =>
    failed.some(
      (other) => other.environment === reading.environment && (other.key === reading.key || !(has(before, other) && has(after, other))),
    );
  const filesOf = (side: readonly Reading[]) => side.filter((reading) => !isLeftOut(reading)).flatMap(({ files }) => files);
  const remarks = new Map(failed.flatMap(({ remark }) => (remark ? [[remark.text, remark] as const] : [])));
  const unreadable = new Map([...before, ...after].flatMap((reading) => [...(reading.unreadable ?? [])]));
  const sides = withoutUnreadable(treeOf(filesOf(before)), treeOf(filesOf(after)), unreadable, [...remarks.values()]);
  return { ...sides, broken: after.flatMap((reading) => brokenChange(reading, before)) };
}

/** A source that could be rendered before, and is refused now: none of its objects can be applied any more. */
function brokenChange({ environment, key, refused }: Reading, before: readonly Reading[]): Change[] {
  const old = before.find((other) => other.environment === environment && other.key === key);
  if (refused === undefined || old === undefined || old.remark !== undefined) return [];
  const { kind, name, file } = refused;
  const [impact, reason] = ["rejected", `it can't be rendered any more: ${refused.reason}`] as const;
  const resource = { apiVersion: "", kind, namespace: "", name };
  return [{ environment, app: "", resource, action: "change", impact, flags: [], reason, fields: [], notes: [], file }];
}

/** No file is dropped: of those that one path stands for, which takes odd names of folders, each that differs gets another. */
function treeOf(files: readonly TreeFile[]): Tree {
  const tree = new Map<string, TreeFile>();
  for (const file of files) {
    let path = file.path;
    while (tree.has(path) && tree.get(path)?.text !== file.text) path = `${path}'`;
    tree.set(path, path === file.path ? file : file.at(path));
  }
  return tree;
}

/** Plain files may be anything: those that can't be read as manifests are taken out, and named where they differ. */
function withoutUnreadable(
  before: Tree,
  after: Tree,
  known: ReadonlyMap<string, Remark>,
  remarks: readonly Remark[],
): Omit<Compared, "broken"> {
  const unreadable = new Map(known);
  for (const file of [...before.values(), ...after.values()]) {
    const problem = problemOf(file);
    if (problem === undefined) continue;
    unreadable.set(file.path, unread(file.file, problem));
  }
  const readable = (tree: Tree) => new Map([...tree].filter(([path]) => !unreadable.has(path)));
  const differing = [...unreadable].filter(([path]) => known.has(path) || before.get(path)?.text !== after.get(path)?.text);
  return { before: readable(before), after: readable(after), notLookedAt: [...remarks, ...differing.map(([, remark]) => remark)] };
}

const unread = (file: string, problem: string): Remark => ({ kind: "not-looked-at", text: `${file} ${problem}`, file });

/** Why a file can't be read; undefined for one that can. */
function problemOf(file: TreeFile): string | undefined {
  try {
    return file.manifests && undefined;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems[0]?.message;
  }
}

async function readPlace(given: Given, options: ReadingOptions): Promise<Reading> {
  const { folder = "" } = options;
  const { place, environment, key } = given;
  const shown = (text: string) => (folder === "" ? text : text.replaceAll(folder, ""));
  const fileOf = (path: string, file: string, text: string, isRendered: boolean) =>
    new TreeFile(`${environment}/${key}/${path}`, shown(file), text, environment, { app: "", isRendered });
  if (given.refusal !== undefined) return { environment, key, ...leftPlace(place, shown, given.refusal) };
  switch (place.kind) {
    case "rendered":
      return { environment, key, ...(await readRendered({ ...given, place }, options, shown, fileOf)) };
    case "file":
      return { environment, key, files: [fileOf(place.name, place.path, textOfFile(place.path), false)] };
    case "standard input":
      return { environment, key, files: [fileOf(place.name, place.name, textOfStandardInput(place.name), false)] };
    case "folder": {
      const files = [...manifestFiles(place.path, place.path, place.isApart)];
      const unreadable = files.flatMap((found) =>
        "problem" in found ? [[`${environment}/${key}/${found.path}`, unread(shown(found.file), found.problem)] as const] : [],
      );
      const read = files.flatMap((found) => ("text" in found ? [fileOf(found.path, found.file, found.text, false)] : []));
      return { environment, key, files: read, unreadable: new Map(unreadable) };
    }
  }
}

type Rendered = Extract<SourcePlace, { kind: "rendered" }>;

/** The files of a kustomization or chart, or why there are none. */
async function readRendered(
  { place, ...settings }: Given & { readonly place: Rendered },
  { renderings, repository }: ReadingOptions,
  shown: (path: string) => string,
  fileOf: (path: string, file: string, text: string, isRendered: boolean) => TreeFile,
): Promise<Pick<Reading, "files" | "remark" | "refused">> {
  const { root, source } = place;
  const file = shown(join(root, source.file));
  const left = (reason: string, what?: string) => leftPlace(place, shown, reason, what);
  const refused = (reason: string) => {
    const kind = source.kind === "chart" ? ("Chart" as const) : ("Kustomization" as const);
    return { ...left(reason), refused: { kind, name: basename(resolve(root, source.path)), reason, file } };
  };
  const result = await renderings.render(root, source, settings, repository);
  // What a tool says names folders whole, and that of a commit is a temporary one.
  if ("reason" in result && "isRefused" in result && result.isRefused) return refused(shown(result.reason));
  if ("reason" in result) return left(shown(result.reason), "isRemote" in result && result.isRemote ? "remote base" : undefined);
  const files =
    source.kind === "kustomization"
      ? [fileOf("kustomization", file, result.text, true)]
      : [...groupBy(templatesIn(result.text), ({ template }) => template ?? "")].map(([template, documents]) =>
          fileOf(
            template,
            template === "" ? file : shown(join(root, source.path, template)),
            documents.map(({ text }) => text).join("\n---\n"),
            true,
          ),
        );
  const broken = files.map(problemOf).find((problem) => problem !== undefined);
  return broken === undefined ? { files } : refused(`its rendering ${broken}`);
}

/** A place of which nothing is read. @param what what it is. Default: a kustomization or chart, or a file or folder */
function leftPlace(place: SourcePlace, shown: (path: string) => string, reason: string, what?: string): Pick<Reading, "files" | "remark"> {
  const isRendered = place.kind === "rendered";
  const file = shown(isRendered ? join(place.root, place.source.file) : "path" in place ? place.path : place.name);
  return {
    files: [],
    remark: { kind: "not-looked-at", text: `${file}: ${reason}`, what: what ?? (isRendered ? place.source.kind : place.kind), file },
  };
}
