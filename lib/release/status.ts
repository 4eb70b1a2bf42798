import { Git } from "../git/index.ts";
import { formatImage } from "../kubernetes/index.ts";
import { historyOf } from "./attempt.ts";
import { Estate, repositoryOf } from "./estate.ts";
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
export function statusAtRemote(options: Pick<TransactionOptions, "root" | "remote" | "branch">): Promise<Status> {
  return readBranch(options, async (workspace, target, commit) => ({
    commit,
    branch: target.branch,
    images: await statusOf(await Estate.in(workspace.root), historyOf(workspace, target, commit)),
  }));
}

/** What the files of a clone say, changes that aren't committed included. */
export async function statusOfClone(root: string): Promise<Status> {
  const git = new Git(root);
  const commit = await git.ask("rev-parse", "--verify", "--quiet", "HEAD");
  const history = commit === undefined ? undefined : new History(git, await git.run("rev-parse", "--show-prefix"), commit);
  return { ...(commit ? { commit } : {}), images: await statusOf(await Estate.in(root), history) };
}

/** What runs where, by pins, releases.yaml and git's history. */
async function statusOf(estate: Estate, history: History | undefined): Promise<ImageStatus[]> {
  const histories = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();
  const historyOf = (file: string) => {
    const known = histories.get(file) ?? pinHistory(history, file);
    histories.set(file, known);
    return known;
  };
  const all: ImageStatus[] = [];
  for (const { name } of estate.environments) {
    const place = estate.environment(name);
    const source = place.promotesFrom === undefined ? undefined : estate.environment(place.promotesFrom);
    for (const { name: image, reference, places } of place.images.values()) {
      const release = place.ledger.releaseOf(image);
      const hold = place.ledger.holdOf(image);
      const twin = source?.twinOf(image)?.name;
      const pins = source && twin ? (await historyOf(source.pinFile)).get(twin) : undefined;
      const behind = pins?.findIndex((one) => repositoryOf(one) === repositoryOf(formatImage(reference)));
      for (const { app, container } of places)
        all.push({
          environment: name,
          app,
          container,
          image,
          ...(reference.tag ? { tag: reference.tag } : {}),
          ...(reference.digest ? { digest: reference.digest } : {}),
          ...(release?.at ? { since: release.at } : {}),
          ...(release?.pipeline ? { pipeline: release.pipeline } : {}),
          ...(hold ? { hold } : {}),
          ...(behind !== undefined && behind >= 0 ? { behind } : {}),
        });
    }
  }
  return all.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const key = ({ app, container, environment }: ImageStatus) => [app, container, environment].join("\0");

/** The versions each image was pinned to, newest first, each once in a row. */
async function pinHistory(history: History | undefined, file: string): Promise<ReadonlyMap<string, readonly string[]>> {
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
