import { relative, resolve } from "node:path";
import { filesWithin, includedSources, largest, type SourcePlace } from "../../sources/index.ts";
import { allEnded, type Given, type Reading } from "./read-places.ts";

/** One side whose places are still to be read. */
export interface UnreadSide {
  /** The folder of the side, which paths of its files begin with. */
  readonly root: string;
  readonly places: readonly Given[];
  read(places: readonly Given[]): Promise<Reading[]>;
  /** Whether a file belongs to the side. @param file from `root` */
  holds(file: string): boolean;
}

type Kustomized = Given & { readonly place: Extract<SourcePlace, { kind: "rendered" }> };

/** What an environment's source is called on both sides. */
const nameOf = ({ environment, key }: Pick<Given, "environment" | "key">) => `${environment}\0${key}`;

/**
 * Reads two sides. A kustomization that can't be rendered on one of them hides nothing of what it includes: the largest kustomizations in it
 * that no other one includes are compared by themselves.
 * @param isWanted which of those are looked at
 */
export async function readBoth<Side extends UnreadSide>(
  sides: readonly [Side, Side],
  isWanted: (part: Given, side: Side) => boolean,
): Promise<[before: Reading[], after: Reading[]]> {
  const known = sides.map(({ places }): Given[] => [...places]);
  const readings = sides.map((): Reading[] => []);
  for (let waiting: readonly (readonly Given[])[] = known; waiting.some(({ length }) => length > 0); ) {
    const read = await allEnded(sides.map((side, index) => side.read(waiting[index] ?? [])));
    for (const [index, own] of read.entries()) readings[index]?.push(...own);
    const failed = new Set(readings.flat().flatMap((reading) => (reading.remark ? [nameOf(reading)] : [])));
    waiting = partsInstead(sides, known, failed, isWanted);
    for (const [index, parts] of waiting.entries()) known[index]?.push(...parts);
  }
  const [before = [], after = []] = readings;
  return [before, after];
}

/** The parts of what failed that aren't known yet, for each side. */
function partsInstead<Side extends UnreadSide>(
  sides: readonly Side[],
  known: readonly (readonly Given[])[],
  failed: ReadonlySet<string>,
  isWanted: (part: Given, side: Side) => boolean,
): Given[][] {
  const names = new Set(known.flat().map(nameOf));
  const rendered = sides.map(({ root }, index) => {
    const whole = (known[index] ?? []).filter((given): given is Kustomized => isRendered(given) && !failed.has(nameOf(given)));
    return new Set(whole.flatMap(({ place }) => filesWithin(place)).map((file) => relative(root, file)));
  });
  const isIncluded = (file: string) => sides.every((side, index) => rendered[index]?.has(file) || !side.holds(file));
  const parts = sides.flatMap((side, index) =>
    (known[index] ?? [])
      .filter((given): given is Kustomized => isRendered(given) && failed.has(nameOf(given)))
      .flatMap((given) => partsOf(given, side)),
  );
  const fresh = new Map(
    parts.filter((part) => !names.has(nameOf(part)) && !isIncluded(part.place.source.file)).map((part) => [nameOf(part), part]),
  );
  const held = sides.map((side) =>
    [...fresh.values()]
      .filter(({ place }) => side.holds(place.source.file))
      .map((part) => ({ ...part, place: { ...part.place, root: side.root } })),
  );
  // What is the largest on one side is looked at on both.
  const chosen = new Set(
    held.flatMap((own, index) => {
      const side = sides[index];
      return largest(own.map((part) => ({ ...part.place, part })))
        .filter(({ part }) => side !== undefined && isWanted(part, side))
        .map(({ part }) => nameOf(part));
    }),
  );
  return held.map((own) => own.filter((part) => chosen.has(nameOf(part))));
}

const isRendered = (given: Given): given is Kustomized => given.place.kind === "rendered";

/** What a kustomization includes, as places of its side. A kustomization that is an environment by itself has parts that are too. */
function partsOf(given: Kustomized, { root }: UnreadSide): Kustomized[] {
  const { place, environment } = given;
  const fromRoot = (inner: string) => relative(root, resolve(place.root, inner));
  const isOwn = given.definedIn === undefined && (environment === given.key || given.key === "");
  return includedSources(place).map((source) => {
    const [path, file] = [fromRoot(source.path), fromRoot(source.file)];
    return {
      ...given,
      environment: isOwn ? path || environment : environment,
      key: path,
      place: { ...place, name: path, root, source: { ...source, path, file } },
    };
  });
}
