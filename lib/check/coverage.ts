import { hasValidationRules, type ObjectSchemas, templateFile } from "../kubernetes/index.ts";
import { describeObject, groupOf, type KubernetesObject } from "../manifest/index.ts";
import type { MissingObject } from "./missing.ts";
import { kindsWithKnownRules } from "./rules/route-rule-kinds.ts";
import type { CheckedManifest, CheckedSource, SkippedFile } from "./scope.ts";

/** What a check looked at, and what it couldn't judge. */
export interface Coverage {
  /** Objects that were checked. */
  readonly objects: number;
  /** Kinds whose fields nobody here knows. */
  readonly withoutSchema: readonly { readonly apiVersion: string; readonly kind: string; readonly count: number }[];
  /** Admission policies and rules of CRDs, whose expressions aren't evaluated. */
  readonly rulesNotEvaluated: readonly string[];
  /** What manifests refer to that isn't among them. */
  readonly referencesOutside: readonly { readonly kind: string; readonly count: number }[];
  /** Files and documents that hold something else than manifests. */
  readonly skipped: readonly SkippedFile[];
  /** Sources whose manifests couldn't be made. */
  readonly notRendered: readonly { readonly source: string; readonly reason: string }[];
  /** Where the manifests were read from, and what that was taken for. */
  readonly sources: readonly CheckedSource[];
}

/** Kinds whose expressions the API server evaluates at admission. */
const policies = new Set(["ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"]);

const rulesOf = (object: KubernetesObject) => (kindsWithKnownRules.has(`${groupOf(object)}/${object.kind}`) ? "other rules" : "rules");

/** What the schemas and expressions of some manifests leave open. */
export function coverageOf(
  manifests: readonly CheckedManifest[],
  schemas: ObjectSchemas,
): Pick<Coverage, "withoutSchema" | "rulesNotEvaluated"> {
  const unknown = new Map<string, { apiVersion: string; kind: string; count: number }>();
  const unevaluated = new Set<string>();
  for (const { object } of manifests) {
    const { apiVersion, kind } = object;
    const { schema } = schemas.schemaOf(object);
    if (policies.has(kind)) unevaluated.add(describeObject(object));
    if (schema && hasValidationRules(schema)) unevaluated.add(`${rulesOf(object)} of the CRD of ${apiVersion} ${kind}`);
    if (schema || schemas.isRefused(object)) continue;
    const known = unknown.get(`${apiVersion}/${kind}`);
    unknown.set(`${apiVersion}/${kind}`, { apiVersion, kind, count: (known?.count ?? 0) + 1 });
  }
  return { withoutSchema: [...unknown.values()], rulesNotEvaluated: [...unevaluated] };
}

/** The coverage of several environments in one. */
export const joinedCoverage = (all: readonly Coverage[]): Coverage => ({
  objects: all.reduce((sum, { objects }) => sum + objects, 0),
  withoutSchema: counted(
    all.flatMap(({ withoutSchema }) => withoutSchema),
    ({ apiVersion, kind }) => `${apiVersion}/${kind}`,
  ),
  rulesNotEvaluated: [...new Set(all.flatMap(({ rulesNotEvaluated }) => rulesNotEvaluated))].sort(),
  referencesOutside: counted(
    all.flatMap(({ referencesOutside }) => referencesOutside),
    ({ kind }) => kind,
  ),
  skipped: all.flatMap(({ skipped }) => skipped),
  notRendered: all.flatMap(({ notRendered }) => notRendered),
  sources: all.flatMap(({ sources }) => sources),
});

/** References by the kind of what isn't there. */
export const outsideByKind = (missing: readonly MissingObject[]): Coverage["referencesOutside"] =>
  counted(
    missing.map(({ kind }) => ({ kind, count: 1 })),
    ({ kind }) => kind,
  );

/** Adds up the counts of what has the same key, in the order of keys. */
function counted<Item extends { readonly count: number }>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  const sums = new Map<string, Item>();
  for (const item of items) {
    const key = keyOf(item);
    sums.set(key, { ...item, count: (sums.get(key)?.count ?? 0) + item.count });
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

/** Whether anything that was given couldn't be judged. Files that are recognised as something else are no gap, but for templates. */
export const hasGaps = ({ withoutSchema, rulesNotEvaluated, referencesOutside, notRendered, skipped }: Coverage) =>
  [withoutSchema, rulesNotEvaluated, referencesOutside, notRendered, skipped.filter(({ reason }) => reason === templateFile)].some(
    (list) => list.length > 0,
  );
