import { createPatch } from "rfc6902";
import { withoutHash } from "../kubernetes/index.ts";
import { groupBy, groupOf, type KubernetesObject, toYaml } from "../manifest/index.ts";
import { isRecord } from "../outside/index.ts";
import { hasNamespace } from "../synth/index.ts";
import { canonical } from "./exported.ts";
import type { KnownApp } from "./known-apps.ts";

/** A patch of an object in one environment. */
export interface FoundPatch {
  readonly environment: string;
  readonly kind: string;
  readonly name: string;
  readonly operations: readonly object[];
  /** The fields of the object that the model lacks; undefined where it is included YAML that differs. */
  readonly fields?: readonly string[];
}

/** An app as the model says it. */
export interface TypedApp {
  readonly base: Readonly<Record<string, unknown>>;
  readonly layers: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Patches that all environments need. */
  readonly patches: readonly Omit<FoundPatch, "environment">[];
  /** Folders of the nodes that its pods mount, by environment. */
  readonly hostPaths: ReadonlyMap<string, readonly string[]>;
}

/** An app in all environments that have it. */
export interface FoldedApp {
  readonly name: string;
  /** What its files in overlays/base are called. Default: as the app. */
  readonly file?: string;
  /** The app's namespace by environment. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** Objects that lie in one file: those that the same environments have. */
  readonly files: readonly { readonly environments: readonly string[]; readonly objects: readonly KubernetesObject[] }[];
  readonly patches: readonly FoundPatch[];
  /** What the model says of it. Default: nothing, all of it is included. */
  readonly typed?: TypedApp;
  /** The app as overlays have it already: its base stays as it is. Default: it is written. */
  readonly known?: KnownApp;
}

interface FoldOptions {
  /** The app's namespace by environment. Default: that of most of its objects. */
  readonly namespaces?: ReadonlyMap<string, string>;
  /** Whether what differs is written whole for each environment, without patches. Default: false. */
  readonly whole?: boolean;
}

/**
 * Puts what environments share of an app into one place, and what differs into patches, or into the files of their own.
 */
export function foldApp(
  name: string,
  byEnvironment: ReadonlyMap<string, readonly KubernetesObject[]>,
  options: FoldOptions = {},
): FoldedApp {
  const namespaces = options.namespaces ?? namespacesOf(byEnvironment);
  const versions = [...byEnvironment].flatMap(([environment, objects]) =>
    objects.map((object) => ({ environment, object: withoutNamespace(object, namespaces.get(environment) ?? "") })),
  );
  const files = new Map<string, { environments: string[]; objects: KubernetesObject[] }>();
  const patches: FoundPatch[] = [];
  const put = (environments: readonly string[], object: KubernetesObject) => {
    const key = environments.join(" ");
    const file = files.get(key) ?? { environments: [...environments], objects: [] };
    file.objects.push(object);
    files.set(key, file);
  };
  for (const same of aligned(versions)) {
    const base = center(same.map(({ object }) => object));
    const differing = same.filter(({ object }) => canonical(object) !== canonical(base));
    const found = differing.map(({ environment, object }) => patchOf(environment, base, object));
    const isWhole = options.whole && found.length > 0;
    if (isWhole || found.some((patch) => patch === undefined)) for (const { environment, object } of same) put([environment], object);
    else {
      put(
        same.map(({ environment }) => environment),
        base,
      );
      patches.push(...found.flatMap((patch) => patch ?? []));
    }
  }
  return { name, namespaces, files: [...files.values()], patches };
}

/** The app's namespace by environment: that of most of its objects. */
export const namespacesOf = (byEnvironment: ReadonlyMap<string, readonly KubernetesObject[]>): Map<string, string> =>
  new Map([...byEnvironment].map(([environment, objects]) => [environment, namespaceOf(objects)]));

/** Most lines of a patch, as a part of the object's: what differs more is written whole. */
const mostPatched = 0.7;
/** The same where the whole app would be written a second time. */
export const mostPatchedOfKnown = 2;

/** The patch of an object in an environment; undefined where so much differs that it is written whole. */
export function patchOf(environment: string, base: KubernetesObject, object: KubernetesObject, most = mostPatched): FoundPatch | undefined {
  if (hasLongList(base) || hasLongList(object)) return undefined;
  const operations = createPatch(base, object);
  const lines = JSON.stringify(operations, undefined, 2).split("\n").length;
  if (lines > toYaml(object).split("\n").length * most) return undefined;
  return { environment, kind: base.kind, name: base.metadata.name, operations };
}

/** Items of a list past which it isn't compared item by item, which takes as long as the square of their number. */
const mostItems = 300;

const hasLongList = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > mostItems || value.some(hasLongList) : isRecord(value) && Object.values(value).some(hasLongList);

/** The version that the others differ from least. */
function center(versions: readonly KubernetesObject[]): KubernetesObject {
  const distinct = [...new Map(versions.map((object) => [canonical(object), object])).values()];
  const [single] = distinct;
  if (single && distinct.some(hasLongList)) return single;
  const cost = (base: KubernetesObject) =>
    versions.reduce((sum, object) => sum + (object === base ? 0 : JSON.stringify(createPatch(base, object)).length), 0);
  const [first, ...more] = distinct.map((object) => ({ object, cost: distinct.length === 1 ? 0 : cost(object) }));
  if (!first) throw new RangeError("an object has no versions");
  return more.reduce((least, other) => (other.cost < least.cost ? other : least), first).object;
}

/** An object in an environment. */
export interface Version {
  readonly environment: string;
  readonly object: KubernetesObject;
}

/** The same object in several environments, by what it is without the hash of a generator; whatever is ambiguous stays apart. */
export function aligned(versions: readonly Version[]): Version[][] {
  const exact = ({ object }: Version) => [groupOf(object), object.kind, object.metadata.namespace ?? "", object.metadata.name].join("/");
  const kindAndName = ({ kind, metadata }: KubernetesObject) => `${kind}/${metadata.name}`;
  const ambiguous = new Set(
    [...groupBy(versions, ({ environment, object }) => `${environment} ${kindAndName(object)}`).values()].flatMap((same) =>
      same.length > 1 ? same.map(({ object }) => kindAndName(object)) : [],
    ),
  );
  const [apart, plain] = [
    versions.filter(({ object }) => ambiguous.has(kindAndName(object))),
    versions.filter(({ object }) => !ambiguous.has(kindAndName(object))),
  ];
  const loose = ({ object }: Version) =>
    [groupOf(object), object.kind, object.metadata.namespace ?? "", withoutHash(object.metadata.name)].join("/");
  const groups = [...groupBy(plain, loose).values()].flatMap((same) =>
    new Set(same.map(({ environment }) => environment)).size === same.length ? [same] : [...groupBy(same, exact).values()],
  );
  // Patches find an object by its kind and name, which two of these share.
  return [...groups, ...apart.map((version) => [version])];
}

/** The namespace that most of an app's objects are in. */
function namespaceOf(objects: readonly KubernetesObject[]): string {
  const counts = groupBy(
    objects.flatMap(({ metadata }) => metadata.namespace ?? []),
    (namespace) => namespace,
  );
  return [...counts].sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1))[0]?.[0] ?? "default";
}

/** An object of the app's namespace needn't name it. */
export function withoutNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  const { namespace: own, ...metadata } = object.metadata;
  return own === namespace && hasNamespace(object) ? { ...object, metadata } : object;
}
