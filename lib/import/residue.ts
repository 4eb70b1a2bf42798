import { applyPatch, createPatch } from "rfc6902";
import { newestVersion, withDefaults } from "../kubernetes/index.ts";
import { describeObject, identityOf, type KubernetesObject } from "../manifest/index.ts";
import type { Operation } from "../overlay/index.ts";
import { canonical } from "./exported.ts";
import { differences } from "./proof.ts";

/** What the model lacks of an object: the patch that puts it there, and the fields, as `spec.template.spec.setHostnameAsFQDN`. */
export interface Residue {
  readonly kind: string;
  readonly name: string;
  readonly operations: readonly Operation[];
  readonly fields: readonly string[];
  /** As `Deployment shop/web`. */
  readonly object: string;
}

/** What runs of an app. */
interface Wanted {
  readonly modelled: readonly KubernetesObject[];
  readonly included: readonly KubernetesObject[];
}

/**
 * The patches that make of what an app renders what runs.
 * @returns the reason, where patches can't do it: an object more or less, or two of one kind and name
 */
export function residueOf(rendered: readonly KubernetesObject[], { modelled: wanted, included }: Wanted): readonly Residue[] | string {
  const byIdentity = new Map(rendered.map((object) => [identityOf(object), object]));
  const missing = wanted.find((object) => !byIdentity.has(identityOf(object)));
  if (missing) return `the model gives no ${describeObject(missing)}`;
  const expected = new Set(wanted.map(identityOf));
  const added = rendered.find((object) => !expected.has(identityOf(object)));
  if (added) return `the model adds ${describeObject(added)}`;
  const residues: Residue[] = [];
  for (const object of wanted) {
    const own = byIdentity.get(identityOf(object));
    if (!own || holdsSame(own, object)) continue;
    if (
      [...rendered, ...included].filter(({ kind, metadata }) => kind === object.kind && metadata.name === object.metadata.name).length > 1
    )
      return `two objects are called ${object.kind} ${object.metadata.name}`;
    const operations = needed(own, object);
    residues.push({
      kind: object.kind,
      name: object.metadata.name,
      operations,
      fields: fieldsOf(operations),
      object: describeObject(object),
    });
  }
  return residues;
}

/** Whether the server would hold the same of two objects: where that isn't plain to see, review says. */
export const holdsSame = (a: KubernetesObject, b: KubernetesObject): boolean =>
  canonical(withDefaults(a)) === canonical(withDefaults(b)) || differences("one", newestVersion(), [a], [b]).length === 0;

/** The operations without those that change nothing for the server. */
function needed(own: KubernetesObject, wanted: KubernetesObject): Operation[] {
  // The cast holds because rfc6902 gives the operations that its own type and the project's both name.
  let operations = createPatch(own, wanted) as Operation[];
  for (let index = operations.length - 1; index >= 0; index--) {
    const fewer = operations.toSpliced(index, 1);
    const result = structuredClone(own);
    const isDone = applyPatch(result, structuredClone(fewer)).every((error) => error === null);
    if (isDone && holdsSame(result, wanted)) operations = fewer;
  }
  return operations;
}

/** The fields that operations change, without places in lists. */
const fieldsOf = (operations: readonly Operation[]): string[] => [
  ...new Set(
    operations.map(({ path }) =>
      path
        .split("/")
        .slice(1)
        .filter((step) => !/^(\d+|-)$/.test(step))
        .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
        .join("."),
    ),
  ),
];
