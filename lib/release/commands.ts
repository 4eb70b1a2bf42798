import { formatImage, type ImageReference, imageProblem, repositoryOf } from "../kubernetes/index.ts";
import { setPins, withoutPins } from "../overlay/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import type { Edit } from "./edit.ts";
import type { Estate, ReleasedEnvironment, RunningImage } from "./estate.ts";
import type { History } from "./history.ts";
import { oneLine } from "./message.ts";
import { Refused } from "./refused.ts";
import { expectCommitted, requesterOf, trustOf } from "./requester.ts";
import { parseVersion, versionText } from "./version.ts";
import { type Move, movesBack } from "./versions-before.ts";
import { type Resolve, withDigest } from "./with-digest.ts";

/** Who releases, and when: written into the ledger and the commit. */
export interface Author {
  /** Number of the pipeline; a later one has a larger number. */
  readonly pipeline?: number | undefined;
  readonly by?: string | undefined;
  /** As 2030-01-31T12:00:00Z. */
  readonly at: string;
}

const shortDigest = (digest: string | undefined) => (digest ? `@${digest.slice(0, 19)}` : "");
const versionOf = ({ tag, digest }: Pick<ImageReference, "tag" | "digest">) => `${tag ?? ""}${shortDigest(digest)}` || "nothing";

/**
 * `APP[/CONTAINER]=TAG[@DIGEST]..` onto an environment.
 * @param pipeline the ID token of the pipeline that asks, and the variables of the job that brings it. Default: a person asks
 */
export function releaseEdit(targets: readonly string[], environment: string, asking: Author, resolve: Resolve, pipeline?: AskingPipeline) {
  const wanted = targets.flatMap((target) => target.split(",")).map(targetOf);
  return async (estate: Estate): Promise<Edit | undefined> => {
    const place = estate.environment(environment);
    const moves = new Map<string, Move>();
    for (const { target, version } of wanted)
      for (const image of place.imagesFor(target)) {
        const to = { name: image.name, ...version };
        const other = moves.get(image.name);
        if (other && formatImage(other.to) !== formatImage(to))
          throw new InputError([
            {
              message: `${image.name} is requested as ${versionOf(other.to)} and as ${versionOf(to)}`,
              fix: "Name the image once, or give it the same version each time.",
            },
          ]);
        moves.set(image.name, { image, to });
      }
    const author = pipeline ? await authorised(estate, place, [...moves.values()], asking, pipeline) : asking;
    // Before the registry is asked: what is held needs no digest. Whether a tag alone changes what runs, its digest will say.
    expectFree(
      place,
      [...moves.values()].filter(({ image, to }) => to.digest || image.reference.tag !== to.tag),
      author,
    );
    const resolved = await Promise.all([...moves.values()].map(async (move) => ({ ...move, to: await withDigest(move.to, resolve) })));
    return moved(place, resolved, author, "Release");
  };
}

/** A pipeline that asks for a release. */
export interface AskingPipeline {
  readonly idToken: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/**
 * Who releases, for a pipeline: what the overlays of the branch's head say decides whom it may come from, and what it may move.
 * @throws Refused
 */
async function authorised(estate: Estate, place: ReleasedEnvironment, moves: readonly Move[], { at }: Author, pipeline: AskingPipeline) {
  const environment = estate.environments.find(({ name }) => name === place.name);
  if (!environment) throw new Error(`the estate has ${place.name} and doesn't list it`);
  const trust = trustOf(environment, estate.root);
  expectCommitted(trust, pipeline.variables);
  const requester = await requesterOf(pipeline.idToken, trust);
  expectSource(place, moves, requester.project);
  return { at, pipeline: requester.pipeline, by: requester.user ?? requester.project };
}

/** Nobody releases somebody else's app. @throws Refused where an app the image is of names another project as its source, or none */
function expectSource({ name, sources }: ReleasedEnvironment, moves: readonly Move[], project: string): void {
  const apps = [...new Set(moves.flatMap(({ image }) => image.places.map(({ app }) => app)))];
  const foreign = apps.filter((app) => sources.get(app) !== project);
  if (foreign.length > 0)
    throw new Refused(
      foreign
        .map(
          (app) =>
            `${project} may not release ${app} to ${name}: its source is ${sources.get(app) ?? "not said"}. Set source on the app where that is wrong.`,
        )
        .join("\n"),
    );
}

function targetOf(text: string): { target: string; version: { tag?: string; digest?: string } } {
  const at = text.indexOf("=");
  const [target, version] = [text.slice(0, at), text.slice(at + 1)];
  const image = { ...parseVersion(version), ...(version.endsWith("@") ? { digest: "" } : {}) };
  const issue =
    at <= 0 || version === ""
      ? `"${text}" is not a release: expected APP=TAG, APP/CONTAINER=TAG, or APP=TAG@sha256:...`
      : imageProblem({ name: "image", ...image });
  if (issue) throw new InputError([{ message: issue, fix: "For example: slipway release web=1.4.0 --env staging." }]);
  return { target, version: image };
}

/** Copies the exact pins of some apps from the environment they are promoted from. */
export function promoteEdit(
  apps: readonly string[],
  to: string,
  from: string | undefined,
  skips: boolean,
  author: Author,
  verify: (image: ImageReference) => Promise<void>,
) {
  return async (estate: Estate): Promise<Edit | undefined> => {
    const target = estate.environment(to);
    const source = sourceOf(target, from, skips);
    const origin = estate.environment(source);
    const problems: Problem[] = [];
    const moves = apps.flatMap((app) =>
      target.imagesFor(app).flatMap((image): Move[] => {
        const twin = origin.twinOf(image.name);
        if (twin) return [{ image, to: withVersion(image.name, twin.reference) }];
        problems.push({
          environment: source,
          app,
          message: `it runs no image ${repositoryOf(image.name)}`,
          fix: `Release it to ${source} first, or name another environment with --from.`,
        });
        return [];
      }),
    );
    if (problems.length > 0) throw new InputError(problems);
    const elsewhere = moves.filter(({ image }) => !origin.images.has(image.name));
    await Promise.all(elsewhere.map((move) => verify(move.to)));
    return moved(target, moves, author, `Promote from ${source}:`);
  };
}

/** An image by its name, with the tag and digest of another reference. */
const withVersion = (name: string, { tag, digest }: ImageReference): ImageReference => ({
  name,
  ...(tag ? { tag } : {}),
  ...(digest ? { digest } : {}),
});

function sourceOf({ name, promotesFrom }: ReleasedEnvironment, from: string | undefined, skips: boolean): string {
  const source = from ?? promotesFrom;
  if (source === undefined)
    throw new InputError([
      {
        environment: name,
        message: "it has no environment to promote from",
        fix: "Name the environment with --from, or give this one promotesFrom.",
      },
    ]);
  if (promotesFrom !== undefined && source !== promotesFrom && !skips)
    throw new Refused(`${name} is promoted from ${promotesFrom}, and ${source} would skip it. Use --skip where that is meant.`);
  return source;
}

/**
 * Pins what ran before, by the history of the pins, and holds it. What was rolled back from before is left out: a second rollback goes
 * further back, not forward.
 * @param resolve finds the digest of a version that never was a pin
 */
export function rollbackEdit(
  { app, environment, tag }: { readonly app: string; readonly environment: string; readonly tag: string | undefined },
  reason: string,
  author: Author,
  resolve: Resolve,
) {
  return async (estate: Estate, history: History): Promise<Edit | undefined> => {
    const place = estate.environment(environment);
    return moved(place, await movesBack(history, place, { app, tag, resolve }), author, "Roll back", reason);
  };
}

/** Dist as the branch's overlays and pins give it, whoever made it drift. */
export async function renderEdit(estate: Estate): Promise<Edit> {
  return {
    files: new Map(),
    environments: estate.environments.map(({ name }) => name),
    title: "Render dist",
    trailers: [],
    messages: [],
  };
}

const holdOf = ({ by = "unknown", at }: Author, reason: string) => ({ by: oneLine(by), reason: oneLine(reason), since: at });

/** Holds the images of an app where they are, or lets them go. */
export function holdEdit(app: string, environment: string, reason: string | undefined, author: Author) {
  return async (estate: Estate): Promise<Edit | undefined> => {
    const place = estate.environment(environment);
    const images = place.imagesFor(app);
    const changing = images.filter(({ name }) => place.ledger.holdOf(name)?.reason !== (reason && oneLine(reason)));
    if (changing.length === 0) return undefined;
    for (const { name } of changing) place.ledger.setHold(name, reason === undefined ? undefined : holdOf(author, reason));
    const title = `${reason === undefined ? "Unhold" : "Hold"} ${app} in ${environment}`;
    return {
      files: new Map([[place.ledgerFile, place.ledger.toString()]]),
      environments: [],
      title: reason === undefined ? title : `${title}: ${reason}`,
      trailers: [["Slipway-Environment", environment], ...changing.map(({ name }) => ["Slipway-Image", name] as const)],
      messages: changing.map(({ name }) => `${environment}: ${name} ${reason === undefined ? "may be released again" : "is held"}`),
    };
  };
}

/** The edit that gives images other versions; undefined where all have them. @throws Refused for what is held, or comes late */
function moved(place: ReleasedEnvironment, moves: readonly Move[], author: Author, verb: string, rollback?: string): Edit | undefined {
  const changing = moves.filter(({ image, to }) => formatImage(image.reference) !== formatImage(to));
  if (rollback === undefined) expectFree(place, changing, author);
  if (changing.length === 0 && rollback === undefined) return recorded(place, moves, author);
  const pinNames = changing.map(({ image, to }) => ({
    ...to,
    name: place.pins.find(({ newName }) => newName === image.name)?.name ?? image.name,
  }));
  const before = place.pinText ?? withoutPins(place.name);
  for (const move of moves) record(place, move, changing, author, rollback);
  const named = rollback === undefined ? changing : moves;
  const apps = [...new Set(named.flatMap(({ image }) => image.places.map(({ app }) => app)))].sort();
  const steps = named.map(({ image, to }) => `${repositoryOf(image.name)} ${versionOf(image.reference)} -> ${versionOf(to)}`);
  return {
    files: new Map([
      [place.pinFile, setPins(before, pinNames)],
      [place.ledgerFile, place.ledger.toString()],
    ]),
    environments: [place.name],
    title: `${verb} ${apps.join(", ")} in ${place.name}: ${steps.join(", ")}`.slice(0, 200),
    trailers: [
      ["Slipway-Environment", place.name],
      ...apps.map((app) => ["Slipway-App", app] as const),
      ...named.map(({ image, to }) => ["Slipway-Image", `${formatImage(image.reference)} -> ${formatImage(to)}`] as const),
      ...(author.pipeline === undefined ? [] : [["Slipway-Pipeline", String(author.pipeline)] as const]),
    ],
    ...(rollback === undefined ? {} : { despiteErrors: true }),
    messages: named.map(
      ({ image, to }) =>
        `${place.name}: ${image.name} ${versionOf(image.reference)} -> ${versionOf(to)}, in ${image.places.map(({ app, container }) => `${app}/${container}`).join(", ")}`,
    ),
  };
}

/** Writes a move into the ledger. One that changes nothing, of a pipeline that isn't newer, leaves it as it is. */
function record(
  place: ReleasedEnvironment,
  { image, to }: Move,
  changing: readonly Move[],
  author: Author,
  rollback: string | undefined,
): void {
  const { ledger } = place;
  if (rollback !== undefined) {
    ledger.recordRollback(image.name, author, versionText(image.reference), versionText(to));
    ledger.setHold(image.name, holdOf(author, rollback));
  } else if (changing.some((move) => move.image === image) || (author.pipeline ?? 0) > (ledger.newestPipelineOf(image.name) ?? 0))
    ledger.recordRelease(image.name, author, versionText(to));
}

/** The edit that only says that a pipeline released what runs already, so that an older one is late from then on; undefined without one. */
function recorded(place: ReleasedEnvironment, moves: readonly Move[], author: Author): Edit | undefined {
  const { pipeline } = author;
  if (pipeline === undefined) return undefined;
  const images = moves.map(({ image }) => image).filter(({ name }) => (place.ledger.newestPipelineOf(name) ?? 0) < pipeline);
  if (images.length === 0) return undefined;
  for (const { name, reference } of images) place.ledger.recordRelease(name, author, versionText(reference));
  return {
    files: new Map([[place.ledgerFile, place.ledger.toString()]]),
    environments: [],
    title: `Record pipeline ${pipeline} in ${place.name}: ${images.map(({ name }) => repositoryOf(name)).join(", ")} unchanged`.slice(
      0,
      200,
    ),
    trailers: [
      ["Slipway-Environment", place.name],
      ["Slipway-Pipeline", String(pipeline)],
    ],
    messages: images.map(
      ({ name, reference }) => `${place.name}: ${name} runs ${versionOf(reference)} already; pipeline ${pipeline} is recorded`,
    ),
  };
}

/** @throws Refused for images that are held, or that a later pipeline has released */
function expectFree(place: ReleasedEnvironment, moves: readonly Move[], author: Author): void {
  const refused = moves
    .filter(({ image, to }) => formatImage(image.reference) !== formatImage(to))
    .flatMap(({ image }) => refusalOfMove(place, image, author));
  if (refused.length > 0) throw new Refused(refused.join("\n"));
}

function refusalOfMove({ name: environment, ledger }: ReleasedEnvironment, { name }: RunningImage, author: Author): string[] {
  const hold = ledger.holdOf(name);
  if (hold) return [`${environment} holds ${name}: ${hold.reason} (${hold.by}, ${hold.since}). Use slipway unhold when that is over.`];
  const last = ledger.newestPipelineOf(name);
  if (author.pipeline !== undefined && last !== undefined && author.pipeline < last)
    return [
      `pipeline ${author.pipeline} is late: pipeline ${last} has released ${name} to ${environment} already. Run the newest pipeline again, or release without --pipeline.`,
    ];
  return [];
}
