import { isRecord } from "../outside/index.ts";
import { InputError } from "../problem/index.ts";
import type { Ask } from "./kubectl.ts";
import type { ClusterSnapshot } from "./snapshot.ts";

/** A kind that the API server serves, and where its objects are. */
export interface ServedKind {
  readonly apiVersion: string;
  readonly group: string;
  readonly kind: string;
  /** As `storageclasses`. */
  readonly resource: string;
  readonly isNamespaced: boolean;
}

/** What an API server says of itself. */
export interface Discovery {
  /** Minor version, as 1.34. */
  readonly kubernetes: string;
  /** The version that the server prefers comes first within a group. */
  readonly kinds: readonly ServedKind[];
  /** API versions whose own server is down. */
  readonly notAnswered: readonly string[];
}

/** Requests that run at the same time. */
const atOnce = 4;

/** Runs work for each item, a few at the same time; results are in the order of items. */
export async function inTurns<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...items.entries()];
  const next = async (): Promise<void> => {
    for (let entry = queue.shift(); entry; entry = queue.shift()) results[entry[0]] = await work(entry[1]);
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  return results;
}

/** @throws InputError where the server can't be asked, or isn't Kubernetes */
export async function discover(ask: Ask): Promise<Discovery> {
  const kubernetes = versionOf(await json(ask, "/version"));
  const listed = await json(ask, "/apis");
  // Without it every kind outside the core would be taken for one that the cluster doesn't serve.
  if (listed === undefined)
    throw new InputError([
      {
        message: "the server doesn't list its APIs at /apis",
        fix: "Let the account read it, as the ClusterRole system:discovery does, and try again.",
      },
    ]);
  const groups = members(listed, "groups");
  const versions = groups.flatMap((group) => {
    const [preferred, ...all] = [group.preferredVersion, ...members(group, "versions")].map((version) => textOf(version, "groupVersion"));
    return [preferred, ...all.filter((version) => version !== preferred)].filter((version) => version !== undefined);
  });
  const paths = [["v1", "/api/v1"], ...versions.map((version) => [version, `/apis/${version}`])] as const;
  const served = await inTurns(paths, async ([version = "", path = ""]) => ({ version, list: await json(ask, path) }));
  return {
    kubernetes,
    kinds: served.flatMap(({ version, list }) => kindsIn(version, list)),
    notAnswered: served.flatMap(({ version, list }) => (list === undefined ? [version] : [])),
  };
}

/** EKS and others write "34+". */
function versionOf(version: unknown): string {
  const [major, minor] = ["major", "minor"].map((key) => textOf(version, key)?.replace(/\D+$/, ""));
  if (major !== "1" || !minor || !/^\d{1,3}$/.test(minor))
    throw new InputError([
      { message: "what answers at /version isn't a Kubernetes API server", fix: "Check the address in the kubeconfig." },
    ]);
  return `${major}.${minor}`;
}

function kindsIn(apiVersion: string, list: unknown): ServedKind[] {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return members(list, "resources").flatMap((resource): ServedKind[] => {
    const [name, kind] = [textOf(resource, "name"), textOf(resource, "kind")];
    // Names with a slash are subresources, whose kinds aren't objects of their own.
    if (!name || !kind || name.includes("/")) return [];
    return [{ apiVersion, group, kind, resource: name, isNamespaced: resource.namespaced === true }];
  });
}

/** The kinds by API version, as a snapshot has them. */
export function apiResourcesOf(kinds: readonly ServedKind[]): ClusterSnapshot["apiResources"] {
  const versions = [...new Set(kinds.map(({ apiVersion }) => apiVersion))].sort();
  return Object.fromEntries(
    versions.map((version) => {
      const named = (isNamespaced: boolean) =>
        [
          ...new Set(kinds.flatMap((kind) => (kind.apiVersion === version && kind.isNamespaced === isNamespaced ? [kind.kind] : []))),
        ].sort();
      const [cluster, namespaced] = [named(false), named(true)];
      return [version, { ...(cluster.length > 0 ? { cluster } : {}), ...(namespaced.length > 0 ? { namespaced } : {}) }];
    }),
  );
}

/** What a path of the server answers; undefined where that isn't allowed, isn't there, or is down. */
async function json(ask: Ask, path: string): Promise<unknown> {
  const answer = await ask("--raw", path);
  return "text" in answer ? parsed(answer.text) : undefined;
}

/** @throws InputError for an answer that isn't JSON */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError([
      { message: "the API server answers with something that isn't JSON", fix: "Check the address in the kubeconfig." },
    ]);
  }
}

/** The objects of a list that an answer has. */
export function members(value: unknown, key: string): Readonly<Record<string, unknown>>[] {
  const list = isRecord(value) ? value[key] : undefined;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

/** A text that an answer has. */
export function textOf(value: unknown, key: string): string | undefined {
  const text = isRecord(value) ? value[key] : undefined;
  return typeof text === "string" ? text : undefined;
}
