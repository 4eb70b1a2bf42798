import { type ImageReference, repositoryOf } from "../kubernetes/index.ts";
import type { ReleasedEnvironment, RunningImage } from "./estate.ts";
import type { History } from "./history.ts";
import { Refused } from "./refused.ts";
import { parseVersion, SameVersions, versionText } from "./version.ts";
import { type Resolve, withDigest } from "./with-digest.ts";

/** An image and what it is to be. */
export interface Move {
  readonly image: RunningImage;
  readonly to: ImageReference;
}

/**
 * What an app's images are rolled back to: by the pins that git has had, and for a tag that never was one by what dist held.
 * @param asked its tag is by default what ran before; a version that never was a pin gets its digest by `resolve`
 * @throws Refused where the history knows nothing to go back to, with what it does know
 */
export async function movesBack(
  history: History,
  place: ReleasedEnvironment,
  { app, tag, resolve }: { readonly app: string; readonly tag: string | undefined; readonly resolve: Resolve },
): Promise<readonly Move[]> {
  const images = place.imagesFor(app);
  const find = () => (tag === undefined ? versionsBefore(history, place, images) : versionsWith(history, place, images, tag));
  const moves = (await find()) ?? ((await history.deepen()) ? await find() : undefined);
  if (moves) return moves;
  const rendered = await renderedBefore(history, place, images);
  const good = rendered.filter(({ image, to }) => !rolledBackFrom(place, image).has(to));
  const wanted = rendered.filter(({ to }) => tag !== undefined && to.tag === tag);
  if (tag !== undefined && new Set(wanted.map(({ image }) => image)).size === images.length)
    return Promise.all(newestOfEach(wanted).map(async ({ image, to }) => ({ image, to: await withDigest(to, resolve) })));
  throw new Refused(nothingKnown(place.name, app, tag, images, good));
}

const newestOfEach = (moves: readonly Move[]): readonly Move[] =>
  moves.filter(({ image }, index) => moves.findIndex((move) => move.image === image) === index);

const rolledBackFrom = ({ ledger }: ReleasedEnvironment, { name }: RunningImage) =>
  new SameVersions(ledger.releaseOf(name)?.rolledBackFrom?.map(parseVersion) ?? []);

/** What a refusal says: which versions dist held that were no pins, and the command that goes back to the newest. */
function nothingKnown(
  environment: string,
  app: string,
  tag: string | undefined,
  images: readonly RunningImage[],
  rendered: readonly Move[],
): string {
  const what = tag ? `pin of ${images.map(({ name }) => name).join(", ")} with the tag ${tag}` : `version of ${app} to go back to`;
  const refusal = `${environment}'s history knows no other ${what}`;
  const tagged = rendered.flatMap(({ image, to }) => (to.tag === undefined ? [] : [{ image, tag: to.tag }]));
  const [newest] = tagged;
  if (!newest) return `${refusal}. Release one that you know: slipway release ${app}=TAG --env ${environment}.`;
  const versions = [...new Set(tagged.map((known) => `${repositoryOf(known.image.name)} ${known.tag}`))].slice(0, 5);
  const container =
    images.length === 1 ? app : `${app}/${newest.image.places.find((known) => known.app === app)?.container ?? "CONTAINER"}`;
  return `${refusal} among its pins. What dist held before, by the overlays: ${versions.join(", ")}. Go back to it: slipway rollback ${container} --env ${environment} --to ${newest.tag}.`;
}

/** Other versions of some images that dist held, newest first. */
async function renderedBefore(history: History, { name }: ReleasedEnvironment, images: readonly RunningImage[]): Promise<readonly Move[]> {
  const moves = new Map<string, Move>();
  for (const app of new Set(images.flatMap(({ places }) => places.map((place) => place.app))))
    for await (const rendered of history.renderedIn(`dist/${name}/${app}/`))
      for (const image of images)
        for (const to of rendered.filter((other) => other.name === image.name && versionText(other) !== versionText(image.reference)))
          moves.set(`${image.name} ${versionText(to)}`, moves.get(`${image.name} ${versionText(to)}`) ?? { image, to });
  return [...moves.values()];
}

/** The newest state of an app's images that isn't what runs, and that nobody has rolled back from. */
async function versionsBefore(history: History, place: ReleasedEnvironment, images: readonly RunningImage[]): Promise<Move[] | undefined> {
  const known = images.map((image) => ({
    image,
    running: new SameVersions([image.reference]),
    bad: rolledBackFrom(place, image),
  }));
  for await (const pins of history.pinsOf(place.pinFile)) {
    expectPinned(place, images, pins);
    const states = known.map(({ image, running, bad }) => {
      const to = pins.find(({ name }) => name === image.name) ?? image.reference;
      const runs = versionText(to) === versionText(image.reference) || running.has(to);
      return { image, to: runs ? image.reference : to, runs, isBad: !runs && bad.has(to) };
    });
    if (states.some(({ runs }) => !runs) && !states.some(({ isBad }) => isBad)) return states.map(({ image, to }) => ({ image, to }));
  }
  return undefined;
}

/** @throws Refused for images that are pinned now and weren't in an older state: what they were then is for the overlays to say */
function expectPinned(place: ReleasedEnvironment, images: readonly RunningImage[], before: readonly ImageReference[]): void {
  const unpinned = images.filter(({ name }) => place.isPinned(name) && !before.some((pin) => pin.name === name));
  if (unpinned.length > 0 && unpinned.length < images.length)
    throw new Refused(
      `before the last release ${unpinned.map(({ name }) => name).join(", ")} had no pin in ${place.name}. Name what to roll back: APP/CONTAINER, or a tag with --to.`,
    );
}

/** The newest pin of each image with a tag; undefined where one of them never had it. */
async function versionsWith(
  history: History,
  place: ReleasedEnvironment,
  images: readonly RunningImage[],
  tag: string,
): Promise<Move[] | undefined> {
  const found = new Map<RunningImage, ImageReference>();
  for await (const pins of history.pinsOf(place.pinFile))
    for (const image of images) {
      const pin = pins.find((other) => other.name === image.name && other.tag === tag);
      if (pin && !found.has(image)) found.set(image, pin);
    }
  return found.size === images.length ? [...found].map(([image, to]) => ({ image, to })) : undefined;
}
