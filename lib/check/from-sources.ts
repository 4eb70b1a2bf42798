import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { clusterFrom } from "../cluster/index.ts";
import { foreignFiles, placeInDist } from "../dist/index.ts";
import { newestVersion } from "../kubernetes/index.ts";
import {
  filesWithin,
  includedSources,
  largest,
  type NamedSource,
  placesOf,
  render,
  type Settings,
  type SourcePlace,
  templatesIn,
  textOfFile,
  textOfStandardInput,
} from "../sources/index.ts";
import { type ReadFiles, readFileText, readFolder, readRendered } from "./folder.ts";
import { foreignFindings } from "./foreign.ts";
import { originsOf } from "./origin.ts";
import type { CheckedEnvironment, CheckedSource } from "./scope.ts";
import { readWaivers } from "./waiver.ts";

/** What is read from one place: files, or what a tool renders. */
interface Part extends ReadFiles {
  /** What the place is called where it is checked by itself. */
  readonly name: string;
  readonly source: Omit<CheckedSource, "manifests">;
  /** Folder that its files lie in. */
  readonly root?: string;
  readonly notRendered?: CheckedEnvironment["notRendered"];
}

/** What tools are given to render with. */
type RenderingSettings = Pick<CheckedEnvironment, "kubernetes" | "namespace">;

/** Is called for each source before a tool renders it, with its number among those that are known by then. */
type OnRender = (source: string, number: number, total: number) => void;

/** Counts what tools render. */
class RenderingCount {
  #number = 0;
  #total = 0;
  readonly #onRender: OnRender;

  constructor(onRender: OnRender = () => {}) {
    this.#onRender = onRender;
  }

  expect(count: number): void {
    this.#total += count;
  }

  next(source: string): void {
    this.#number++;
    this.#onRender(source, this.#number, this.#total);
  }
}

/**
 * The manifests of a source, each kustomization, each chart and the plain files of a folder as a part of its own.
 * @param settings what counts for all parts
 * @param waiverFile file of the settings' waivers; those of a folder stand in its slipway.waivers.yaml
 * @param onRender is called for each source before a tool renders it, with its number among those that are known by then
 * @throws InputError when a file or its waivers can't be read
 */
export function partsOf(source: NamedSource, settings: Settings, waiverFile = "", onRender?: OnRender): CheckedEnvironment[] {
  const own = source.kind === "folder" ? waiversIn(source.path) : {};
  const common = { ...commonOf(settings), waivers: { ...settings.waivers, ...own }, waiverFile };
  const parts = readParts(placesOf(source), common, new RenderingCount(onRender));
  const isNothing = parts.every(({ manifests }) => manifests.length === 0);
  return parts.map((part) => ({ ...common, ...checkedPart(isNothing ? withoutDoubt(part) : part) }));
}

/** A broken source may be nobody's among others; where it is all that there is, nothing is checked. */
const withoutDoubt = (part: Part): Part => ({ ...part, unread: part.unread.map((file) => ({ ...file, isSure: true })) });

/**
 * The manifests of several sources as one environment.
 * @throws InputError when a file or a folder's waivers can't be read
 */
export function environmentFrom(
  name: string,
  sources: readonly NamedSource[],
  settings: Settings,
  waiverFile: string,
  onRender?: OnRender,
): CheckedEnvironment {
  const common = commonOf(settings);
  const count = new RenderingCount(onRender);
  const places = sources.map(placesOf);
  const parts = places.flatMap((own) => readParts(own, common, count));
  const notRendered = parts.flatMap((part) => part.notRendered ?? []);
  const all = parts.map(checkedPart);
  return {
    ...common,
    waivers: settings.waivers ?? {},
    waiverFile,
    name,
    manifests: all.flatMap(({ manifests }) => manifests),
    unread: all.flatMap(({ unread = [] }) => unread),
    skipped: all.flatMap(({ skipped = [] }) => skipped),
    sources: all.flatMap(({ sources: own = [] }) => own),
    notRendered,
    // What isn't rendered may hold what the others refer to.
    isPart: !settings.complete || notRendered.length > 0,
  };
}

/** What counts for all that is read with some settings. A snapshot knows the version where they don't say it. */
function commonOf({ kubernetes, podSecurity, namespace, complete, provided, rules, snapshot, schemas }: Settings) {
  const known = clusterFrom({ ...(snapshot ? { snapshot } : {}), ...(schemas ? { schemas } : {}) });
  return {
    kubernetes: kubernetes ?? known.cluster?.kubernetes ?? newestVersion(),
    ...known,
    isPart: !complete,
    ...(podSecurity ? { podSecurity } : {}),
    ...(namespace ? { namespace } : {}),
    ...(provided ? { provided } : {}),
    ...(rules ? { severities: rules } : {}),
  };
}

function checkedPart({ name, source, root, ...read }: Part): Omit<CheckedEnvironment, "kubernetes"> {
  return { name, ...read, ...(root === undefined ? {} : { root }), sources: [{ ...source, manifests: read.manifests.length }] };
}

function readParts(places: readonly SourcePlace[], settings: RenderingSettings, count: RenderingCount): Part[] {
  const rendering = renderedParts(
    places.filter((place) => place.kind === "rendered"),
    settings,
    count,
  );
  const [first] = places;
  switch (first?.kind) {
    case "folder":
      return folderParts(first, rendering);
    case "file":
      return [filePart(first.name, first.path, textOfFile(first.path))];
    case "standard input":
      return [filePart(first.name, first.name, textOfStandardInput(first.name))];
    default:
      return rendering;
  }
}

/** One text of manifests. @param shown what findings name it */
function filePart(name: string, shown: string, text: string): Part {
  const read = readFileText(text, shown);
  const isEmpty = read.manifests.length + read.unread.length === 0;
  return {
    name,
    source: { kind: "files", source: shown },
    ...read,
    ...(isEmpty ? { notRendered: [{ source: shown, reason: nothingFound }] } : {}),
  };
}

const nothingFound = "no manifests were found in it";

type PlaceOf<Kind extends SourcePlace["kind"]> = Extract<SourcePlace, { kind: Kind }>;

function folderParts({ path: folder, name, isApart, unnamed }: PlaceOf<"folder">, parts: Part[]): Part[] {
  const read = readFolder(folder, folder, isApart);
  const place = placeInDist(folder);
  const foreign = place === undefined ? [] : foreignFindings(foreignFiles(folder, place, true), folder);
  const beside = "it lies beside a kustomization, and no kustomization lists it";
  const skipped = [...read.skipped, ...unnamed.map((path) => ({ file: join(folder, path), reason: beside }))];
  const unread = [...read.unread, ...foreign];
  const holdsManifests = read.manifests.length + unread.length > 0;
  if (!holdsManifests && parts.length > 0 && skipped.length === 0) return parts;
  const notRendered = holdsManifests || parts.length > 0 ? [] : [{ source: folder, reason: nothingFound }];
  return [{ name, source: { kind: "files", source: folder }, root: folder, ...read, unread, skipped, notRendered }, ...parts];
}

/**
 * The parts of what tools render. Of a kustomization that can't be rendered, the largest kustomizations that it includes are parts of their
 * own, unless one that was rendered includes them too.
 */
function renderedParts(places: readonly PlaceOf<"rendered">[], settings: RenderingSettings, count: RenderingCount): Part[] {
  const fileOf = ({ root, source }: PlaceOf<"rendered">) => resolve(root, source.file);
  const parts: Part[] = [];
  const known = new Set<string>();
  for (let waiting = places; waiting.length > 0; ) {
    count.expect(waiting.length);
    const read = waiting.map((place) => {
      count.next(join(place.root, place.source.path));
      return { place, part: rendered(place, settings) };
    });
    parts.push(...read.map(({ part }) => part));
    for (const { place, part } of read) for (const file of part.notRendered ? [fileOf(place)] : filesWithin(place)) known.add(file);
    const failed = read.flatMap(({ place, part }) => (part.notRendered ? includedPlaces(place) : []));
    const fresh = new Map(failed.map((place) => [fileOf(place), place]));
    waiting = largest([...fresh].flatMap(([file, place]) => (known.has(file) ? [] : place)));
  }
  return parts;
}

const includedPlaces = (place: PlaceOf<"rendered">): PlaceOf<"rendered">[] =>
  includedSources(place).map((source) => ({ ...place, name: join(basename(resolve(place.root)), source.path), source }));

/** The manifests of a kustomization or chart, or why there are none. */
function rendered({ root, source, name }: PlaceOf<"rendered">, settings: RenderingSettings): Part {
  const result = render(root, source, settings);
  const file = join(root, source.file);
  const part = { name, source: { kind: source.kind, source: file }, root, skipped: [] };
  if ("text" in result) {
    const { text, withOrigins } = result;
    const origins = withOrigins && originsOf(withOrigins, root);
    return {
      ...part,
      ...(source.kind === "chart" ? readTemplates(text, join(root, source.path), file) : readRendered(text, file, origins)),
    };
  }
  // A chart alone may need values that only its users have.
  const isWrong = result.isRefused && (source.kind === "kustomization" || source.values !== undefined);
  const isNamed = source.path === "" || source.values !== undefined;
  const unread = isWrong ? [{ file, rule: "schema/source", message: result.reason, ...(isNamed ? { isSure: true } : {}) }] : [];
  return { ...part, manifests: [], unread, notRendered: [{ source: file, reason: result.reason }] };
}

/** What Helm renders: each document names the template that it comes from. @param file what counts where that isn't in the chart's folder */
function readTemplates(text: string, folder: string, file: string): ReturnType<typeof readRendered> {
  const read = templatesIn(text).map(({ text: document, template }) => {
    const place = template === undefined ? undefined : join(folder, template);
    return readRendered(document, place !== undefined && existsSync(place) ? place : file);
  });
  return { manifests: read.flatMap(({ manifests }) => manifests), unread: read.flatMap(({ unread }) => unread) };
}

/** The waivers of a folder, by its own file. */
function waiversIn(folder: string): NonNullable<CheckedEnvironment["waivers"]> {
  const file = join(folder, "slipway.waivers.yaml");
  const waivers = existsSync(file) ? readWaivers(textOfFile(file), file) : {};
  return Object.fromEntries(Object.entries(waivers).map(([name, waiver]) => [name, { ...waiver, file }]));
}
