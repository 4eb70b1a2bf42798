import type { RolloutState } from "../cluster/index.ts";
import { Git } from "../git/index.ts";
import { formatImage, withoutRegistry } from "../kubernetes/index.ts";
import { historyOf } from "./attempt.ts";
import { Estate, type ReleasedEnvironment, type RunningImage } from "./estate.ts";
import { History } from "./history.ts";
import { readBranch, type TransactionOptions } from "./transaction.ts";

/** An image of an app in one environment. */
export interface ImageStatus {
  readonly environment: string;
  readonly app: string;
  readonly container: string;
  readonly image: string;
  readonly tag?: string;
  readonly digest?: string;
  /** Since when, as far as the ledger or git knows. */
  readonly since?: string;
  readonly pipeline?: number;
  readonly hold?: { readonly by: string; readonly reason: string; readonly since: string };
  /** How far the app's Rollout is, where the snapshot of the cluster says that it isn't done. */
  readonly rollout?: RolloutState;
  /** Pins the environment it is promoted from has had since this one. Undefined where that never had it. */
  readonly behind?: number;
}

/** What runs where, and by which commit. */
export interface Status {
  /** Commit that is shown; undefined outside of a git repository, or before its first commit. */
  readonly commit?: string;
  /** Branch of the remote; undefined where a clone's files are shown. */
  readonly branch?: string;
  readonly images: readonly ImageStatus[];
}

/** What the remote's branch says, which is what Argo CD follows. @throws Refused where the remote can't be read */
export function statusAtRemote(options: Pick<TransactionOptions, "root" | "remote" | "branch" | "onRender">): Promise<Status> {
  return readBranch(options, async (workspace, target, commit) => ({
    commit,
    branch: target.branch,
    images: await statusOf(await Estate.in(workspace.root, options.onRender), historyOf(workspace, target, commit)),
  }));
}

/** What the files of a clone say, changes that aren't committed included. */
export async function statusOfClone(root: string, onRender?: TransactionOptions["onRender"]): Promise<Status> {
  const git = new Git(root);
  const commit = await git.ask("rev-parse", "--verify", "--quiet", "HEAD");
  const history = commit === undefined ? undefined : new History(git, await git.run("rev-parse", "--show-prefix"), commit);
  return { ...(commit ? { commit } : {}), images: await statusOf(await Estate.in(root, onRender), history) };
}

/** What runs where, by pins, releases.yaml and git's history. */
async function statusOf(estate: Estate, history: History | undefined): Promise<ImageStatus[]> {
  const histories = new Map<string, Promise<PinHistory>>();
  const historyOf = (file: string) => {
    const known = histories.get(file) ?? pinHistory(history, file);
    histories.set(file, known);
    return known;
  };
  const all: ImageStatus[] = [];
  for (const { name } of estate.environments) {
    const place = estate.environment(name);
    const source = place.promotesFrom === undefined ? undefined : estate.environment(place.promotesFrom);
    for (const image of place.images.values())
      all.push(...imageStatus(place, image, source && pinsBehind(image, source, await historyOf(source.pinFile))));
  }
  return all.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The versions that images were pinned to, newest first. */
type PinHistory = ReadonlyMap<string, readonly string[]>;

/** How many pins the environment that an image is promoted from has had since this one; undefined where it never had it. */
function pinsBehind({ name, reference }: RunningImage, source: ReleasedEnvironment, history: PinHistory): number | undefined {
  const twin = source.twinOf(name)?.name;
  const pins = twin === undefined ? undefined : history.get(twin);
  const behind = pins?.findIndex((pin) => withoutRegistry(pin) === withoutRegistry(formatImage(reference))) ?? -1;
  return behind < 0 ? undefined : behind;
}

function imageStatus(place: ReleasedEnvironment, image: RunningImage, behind: number | undefined): ImageStatus[] {
  const { tag, digest } = image.reference;
  const release = place.ledger.releaseOf(image.name);
  const hold = place.ledger.holdOf(image.name);
  const known = {
    ...(tag ? { tag } : {}),
    ...(digest ? { digest } : {}),
    ...(release?.at ? { since: release.at } : {}),
    ...(release?.pipeline ? { pipeline: release.pipeline } : {}),
    ...(hold ? { hold } : {}),
    ...(behind === undefined ? {} : { behind }),
  };
  return image.places.map(({ app, container }) => {
    const rollout = place.rollouts.get(app);
    return { environment: place.name, app, container, image: image.name, ...known, ...(rollout ? { rollout } : {}) };
  });
}

const key = ({ app, container, environment }: ImageStatus) => [app, container, environment].join("\0");

/** The versions each image was pinned to, newest first, each once in a row. */
async function pinHistory(history: History | undefined, file: string): Promise<PinHistory> {
  const all = new Map<string, string[]>();
  for await (const pins of history?.pinsOf(file) ?? []) {
    for (const image of pins) {
      const versions = all.get(image.name) ?? [];
      const version = formatImage(image);
      if (versions.at(-1) !== version) versions.push(version);
      all.set(image.name, versions);
    }
  }
  return all;
}
