import { formatImage } from "../overlay/index.ts";
import { type Estate, repositoryOf } from "./estate.ts";
import { Git } from "./git.ts";
import { pinsOverTime } from "./history.ts";

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

/** What runs where, as pins, releases.yaml and git's history tell it. */
export async function statusOf(estate: Estate): Promise<ImageStatus[]> {
  const histories = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();
  const historyOf = (file: string) => {
    const known = histories.get(file) ?? pinHistory(new Git(estate.root), file);
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
async function pinHistory(git: Git, file: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const history = new Map<string, string[]>();
  for await (const pins of pinsOverTime(git, file)) {
    for (const image of pins) {
      const versions = history.get(image.name) ?? [];
      const version = formatImage(image);
      if (versions.at(-1) !== version) versions.push(version);
      history.set(image.name, versions);
    }
  }
  return history;
}
