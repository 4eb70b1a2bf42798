import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** The part of OpenAPI that Kubernetes uses to say what a value may be. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly title?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly nullable?: boolean;
  readonly default?: unknown;
  /** The first known version without the field. */
  readonly "x-slipway-gone"?: string;
  readonly "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: "atomic" | "granular";
  readonly "x-kubernetes-patch-merge-key"?: string;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
}

/** What one Kubernetes version serves. */
export interface KubernetesSchemas {
  /** Full version, as v1.34.4. */
  readonly version: string;
  /** Name of the definition by `group/version/kind`, without the group for the core group. */
  readonly kinds: Readonly<Record<string, string>>;
  /** The first known version without a kind, by the same keys. */
  readonly gone: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** Where the schemas are. */
export const dataFolder = fileURLToPath(new URL("data/", import.meta.url));
const file = /^kubernetes-(1\.\d+)\.json\.gz$/;

let versions: readonly string[] | undefined;
/** Minor versions there are schemas for, oldest first. */
export function knownVersions(): readonly string[] {
  versions ??= readdirSync(dataFolder)
    .flatMap((name) => file.exec(name)?.[1] ?? [])
    .sort((a, b) => minorOf(a) - minorOf(b));
  return versions;
}

/** The newest minor version there are schemas for. */
export const newestVersion = () => knownVersions().at(-1) ?? "";

/** What is wrong with a minor version that somebody names; undefined where nothing is. */
export function versionProblem(version: string): string | undefined {
  if (!/^1\.(0|[1-9]\d*)$/.test(version)) return "a minor version, as 1.34";
  const [oldest = "", newest = ""] = [knownVersions()[0], newestVersion()];
  const isKnown = minorOf(version) >= minorOf(oldest) && minorOf(version) <= minorOf(newest);
  return isKnown ? undefined : `a version that slipway knows, from ${oldest} to ${newest}`;
}

/** The number after the dot: 34 of 1.34. */
export function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}

/** The version whose schemas stand for a version: itself, else the newest that is older, else the oldest. */
function nearestVersion(version: string): string {
  const known = knownVersions();
  return known.findLast((candidate) => minorOf(candidate) <= minorOf(version)) ?? known[0] ?? version;
}

const loaded = new Map<string, unknown>();
/** Reads a file of data once. */
export function load<T>(name: string): T {
  const known = loaded.get(name) ?? JSON.parse(gunzipSync(readFileSync(`${dataFolder}${name}.json.gz`)).toString("utf8"));
  loaded.set(name, known);
  return known as T;
}

/** What a Kubernetes version serves, or the nearest one there is data for. */
export const kubernetesSchemas = (version: string) => load<KubernetesSchemas>(`kubernetes-${nearestVersion(version)}`);

/** The kinds of Argo CD and External Secrets by `group/version/kind`. */
export const customKinds = () => load<{ readonly kinds: Readonly<Record<string, Schema>> }>("crds").kinds;
