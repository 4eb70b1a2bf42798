import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, type Pair, Scalar, visit } from "yaml";
import { removalIn } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { isRecord, UnreadableError, yamlDocuments } from "../outside/index.ts";
import { type Edit, moveOf } from "./moves.ts";
import type { UpgradeChange } from "./upgrade.ts";

/** A text with an object moved, or why it can't be. */
export type EditedText = { readonly text: string } | { readonly reason: string };

/**
 * Moves an object to the apiVersion that took the place of its own, in the text of its file. All else stays as it is, to the byte:
 * comments, order, quotes, line ends.
 * @param resource the object as it is applied; a kustomization may have put something before and after its name
 * @param to minor version that is to serve it
 */
export function editText(text: string, resource: UpgradeChange["resource"], to: string): EditedText {
  const found = objectIn(text, resource);
  if ("reason" in found) return found;
  const object: unknown = found.node.toJSON();
  const removal = removalIn(to, resource.apiVersion, resource.kind);
  if (!isRecord(object) || removal === undefined) return { reason: "nothing has to be moved in it" };
  const move = moveOf(object as KubernetesObject, removal, to);
  if ("reason" in move) return move;
  const changes: Replaced[] = [];
  for (const edit of move.edits) {
    const own = changesOf(text, found.node, edit);
    if ("reason" in own) return own;
    changes.push(...own.changes);
  }
  const fromTheEnd = changes.sort((a, b) => b.start - a.start);
  return { text: fromTheEnd.reduce((whole, { start, end, by }) => whole.slice(0, start) + by + whole.slice(end), text) };
}

function objectIn(text: string, resource: UpgradeChange["resource"]): { readonly node: Node } | { readonly reason: string } {
  const alike = objectsIn(text).filter((node) => isObject(node, resource));
  const named = alike.filter((node) => nameOf(node) === resource.name);
  const [node, second] = named.length > 0 ? named : alike.filter((candidate) => resource.name.includes(nameOf(candidate)));
  if (node === undefined) return { reason: "the file doesn't hold the object as it is applied" };
  return second === undefined ? { node } : { reason: "the file holds such an object twice" };
}

const nameOf = (node: Node) => String(isMap(node) ? (node.getIn(["metadata", "name"]) ?? "") : "");

interface Replaced {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

let parsed: { readonly text: string; readonly nodes: readonly Node[] } | undefined;
/** The objects of a text. The last one is kept, as a file with many objects is asked for each of them. */
function objectsIn(text: string): readonly Node[] {
  if (parsed?.text !== text) parsed = { text, nodes: readObjects(text) };
  return parsed.nodes;
}

/** The objects of a text: its documents, and the items of Lists. */
function readObjects(text: string): Node[] {
  let documents: Document[];
  try {
    documents = yamlDocuments(text, new LineCounter());
  } catch (error) {
    if (error instanceof UnreadableError) return [];
    throw error;
  }
  return documents.flatMap(({ contents, errors }) => {
    if (errors.length > 0 || !isMap(contents)) return [];
    const items = contents.get("items", true);
    return isSeq(items) ? items.items.filter(isNode) : [contents];
  });
}

function isObject(node: Node, { apiVersion, kind, namespace }: UpgradeChange["resource"]): boolean {
  if (!isMap(node) || node.get("apiVersion") !== apiVersion || node.get("kind") !== kind || nameOf(node) === "") return false;
  // A kustomization, or whoever applies the file, may set the namespace.
  const within = node.getIn(["metadata", "namespace"]);
  return within === undefined || namespace === "" || within === namespace;
}

function changesOf(
  text: string,
  object: Node,
  { steps, key, value }: Edit,
): { readonly changes: Replaced[] } | { readonly reason: string } {
  const pair = pairAt(object, steps);
  if (pair === undefined || !isScalar(pair.key) || !pair.key.range || !isNode(pair.value) || !pair.value.range)
    return { reason: "a value that changes stands behind an alias or a merge key" };
  const changes: Replaced[] = [];
  if (key !== undefined) changes.push({ start: pair.key.range[0], end: pair.key.range[1], by: requoted(text, pair.key.range, key) });
  if (value === undefined || isSame(pair.value, value)) return { changes };
  // A comment behind a scalar is no part of its text.
  const isKept = isScalar(pair.value) ? pair.value.anchor === undefined : isPlain(pair.value);
  if (!isKept) return { reason: "comments, anchors or aliases stand in what changes, and would be lost" };
  const [start, end] = extentOf(text, pair.value);
  changes.push({
    start,
    end,
    by: isScalar(pair.value) ? requoted(text, [start, end], String(value)) : written(text, pair.value, start, value),
  });
  return { changes };
}

const isSame = (node: Node, value: unknown) => JSON.stringify(node.toJSON()) === JSON.stringify(value);

function pairAt(object: Node, steps: readonly (string | number)[]): Pair | undefined {
  const parent = steps
    .slice(0, -1)
    .reduce<unknown>((node, step) => (isMap(node) || isSeq(node) ? node.get(step, true) : undefined), object);
  return isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === steps.at(-1)) : undefined;
}

/** Whether a value holds nothing that would be lost with its text. */
function isPlain(value: Node): boolean {
  let plain = true;
  visit(value, {
    Node(_key, node) {
      const { comment, commentBefore } = node;
      if (comment || commentBefore || isAlias(node) || ("anchor" in node && node.anchor)) plain = false;
    },
  });
  return plain;
}

/** Where the text of a value begins and ends, without the line ends behind it. */
function extentOf(text: string, { range }: Node): [number, number] {
  const [start, end] = range ?? [0, 0];
  return [start, start + text.slice(start, end).trimEnd().length];
}

/** A text in the quotes that another one stood in. */
function requoted(text: string, [start, end]: readonly number[], by: string): string {
  const [quote = ""] = /^["'](?=.*["']$)/s.exec(text.slice(start, end)) ?? [];
  return `${quote}${by}${quote}`;
}

/** A value in the style of the one that it replaces: in lines of their own, or within braces. */
function written(text: string, node: Node, start: number, value: unknown): string {
  if (!isMap(node) || node.flow)
    return flow(value, !isMap(node) || node.items.some(({ key }) => isScalar(key) && key.type !== Scalar.PLAIN));
  const column = start - (text.lastIndexOf("\n", start - 1) + 1);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  return blockLines(value).join(`${eol}${" ".repeat(column)}`);
}

/** @param isQuoted whether keys and texts go in quotes, as in JSON */
function flow(value: unknown, isQuoted: boolean): string {
  if (isQuoted) return JSON.stringify(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return scalar(value);
  const members = Object.entries(value).map(([key, member]) => `${key}: ${flow(member, isQuoted)}`);
  return `{ ${members.join(", ")} }`;
}

/** A map as lines, from its own column. */
function blockLines(value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [scalar(value)];
  return Object.entries(value).flatMap(([key, member]) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? [`${key}:`, ...blockLines(member).map((line) => `  ${line}`)]
      : [`${key}: ${scalar(member)}`],
  );
}

/** A text that YAML may read as something else goes in quotes. */
function scalar(value: unknown): string {
  const isPlainText =
    typeof value === "string" && /^[A-Za-z][\w.-]*$/.test(value) && !/^(y|n|yes|no|on|off|true|false|null|nan|inf)$/i.test(value);
  return isPlainText ? value : JSON.stringify(value);
}
