import { applyPatch, createPatch } from "rfc6902";
import { newestVersion, withDefaults } from "../kubernetes/index.ts";
import { describeObject, identityOf, type KubernetesObject } from "../manifest/index.ts";
import { isRecord, membersOf, textOf } from "../outside/index.ts";
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
  const moved = moves(own, wanted);
  const before = structuredClone(own);
  applyPatch(before, moved);
  // The cast holds because rfc6902 gives the operations that its own type and the project's both name.
  let operations = [...moved, ...(createPatch(before, wanted) as Operation[])];
  for (let index = operations.length - 1; index >= 0; index--) {
    const fewer = operations.toSpliced(index, 1);
    const result = structuredClone(own);
    const isDone = applyPatch(result, structuredClone(fewer)).every((error) => error === null);
    if (isDone && holdsSame(result, wanted)) operations = fewer;
  }
  return operations;
}

type MoveOperation = Extract<Operation, { op: "move" }>;

/** Moves that put lists of named items into another order, where they have the same names. */
function moves(own: unknown, wanted: unknown, path = ""): MoveOperation[] {
  if (Array.isArray(own) && Array.isArray(wanted)) return movesOfList(own, wanted, path);
  if (!isRecord(own) || !isRecord(wanted)) return [];
  return Object.keys(own).flatMap((key) => moves(own[key], wanted[key], `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`));
}

function movesOfList(own: readonly unknown[], wanted: readonly unknown[], path: string): MoveOperation[] {
  const namesOf = (list: readonly unknown[]) => list.map((item) => textOf(membersOf(item).name));
  const [names, order] = [namesOf(own), namesOf(wanted)];
  const isNamed = !names.includes("") && new Set(names).size === names.length;
  if (!isNamed || names.length !== order.length || !order.every((name) => names.includes(name))) return [];
  const found: MoveOperation[] = [];
  for (const [index, name] of order.entries()) {
    const from = names.indexOf(name);
    if (from === index) continue;
    found.push({ op: "move", from: `${path}/${from}`, path: `${path}/${index}` });
    names.splice(index, 0, ...names.splice(from, 1));
  }
  return found;
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
