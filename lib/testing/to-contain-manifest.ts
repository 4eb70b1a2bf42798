import { describeObject, type KubernetesObject } from "../manifest/index.ts";
import { isObject } from "../overlay/index.ts";
import type { Rendering } from "../synth/index.ts";
import { Manifests } from "./manifests.ts";

/** Part of a manifest: what it says must be so, what it leaves out may be anything. Entries of lists are found by their name, in any order. */
export type PartialManifest = { readonly [field: string]: unknown };

/** Holds that some object of an environment fits a part: `expect(manifests(prod)).toContainManifest({ kind: "Deployment", spec: { replicas: 6 } })`. Fails with the object that comes nearest and where it differs. */
export function toContainManifest(
  this: jest.MatcherContext,
  source: Manifests | Pick<Rendering, "environment" | "manifests">,
  part: PartialManifest,
) {
  const { environment, all } = source instanceof Manifests ? source : new Manifests(source);
  const ranked = all
    .map(({ object }) => ({ object, differences: differences(part, object, "") }))
    .sort((a, b) => likeness(part, b.object) - likeness(part, a.object) || a.differences.length - b.differences.length);
  const [nearest] = ranked;
  const pass = nearest !== undefined && nearest.differences.length === 0;
  const message = () => {
    if (!nearest) return `${environment} has no manifests`;
    if (pass) return `expected no such manifest in ${environment}, found ${describeObject(nearest.object)}`;
    return [
      `no manifest of ${environment} fits. The nearest is ${describeObject(nearest.object)}:`,
      ...nearest.differences.map((difference) => `  ${difference}`),
    ].join("\n");
  };
  return { pass, message };
}

/** An object of the kind, and then of the name, that was asked for is nearer than any other, however much of it differs. */
function likeness(part: PartialManifest, { kind, metadata }: KubernetesObject): number {
  const name = isObject(part.metadata) ? part.metadata.name : undefined;
  return (kind === part.kind ? 2 : 0) + (metadata.name === name ? 1 : 0);
}

function differences(expected: unknown, actual: unknown, path: string): string[] {
  if (isAsymmetric(expected))
    return expected.asymmetricMatch(actual) ? [] : [`${path}: expected ${String(expected)}, found ${shown(actual)}`];
  if (Array.isArray(expected))
    return Array.isArray(actual)
      ? expected.flatMap((item, index) => itemDifferences(item, actual, `${path}[${nameOf(item) ?? index}]`))
      : [unlike(expected, actual, path)];
  if (!isObject(expected)) return Object.is(expected, actual) ? [] : [unlike(expected, actual, path)];
  if (!isObject(actual)) return [unlike(expected, actual, path)];
  return Object.entries(expected).flatMap(([key, value]) => differences(value, actual[key], path === "" ? key : `${path}.${key}`));
}

/** A named entry is compared with its namesake, another with the entry that is least unlike. */
function itemDifferences(expected: unknown, actual: readonly unknown[], path: string): string[] {
  const name = nameOf(expected);
  const candidates = name === undefined ? actual : actual.filter((item) => nameOf(item) === name);
  const found = candidates.map((item) => differences(expected, item, path)).sort((a, b) => a.length - b.length);
  return (
    found[0] ?? [
      `${path}: expected ${shown(expected)}, found ${name === undefined ? "an empty list" : `only ${actual.map((item) => nameOf(item) ?? "?").join(", ") || "an empty list"}`}`,
    ]
  );
}

const nameOf = (item: unknown) => (isObject(item) && typeof item.name === "string" ? item.name : undefined);
const unlike = (expected: unknown, actual: unknown, path: string) => `${path}: expected ${shown(expected)}, found ${shown(actual)}`;
const isAsymmetric = (value: unknown): value is { asymmetricMatch(other: unknown): boolean } =>
  typeof value === "object" && value !== null && "asymmetricMatch" in value;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
