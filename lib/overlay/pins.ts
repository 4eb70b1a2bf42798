import { Document, isMap, isNode, isScalar, isSeq, LineCounter, visit } from "yaml";
import { z } from "zod";
import { type ImageReference, imageProblem } from "../kubernetes/index.ts";
import { syntaxProblem, yamlDocument } from "../outside/index.ts";
import type { Problem } from "../problem/index.ts";
import { formatPath } from "../validation/index.ts";

/** What an environment pins an image to, as kustomize's `images:` has it. */
export interface Pin {
  /** Registry and repository as they stand in dist. */
  readonly name: string;
  readonly newName?: string | undefined;
  readonly newTag?: string | undefined;
  readonly digest?: string | undefined;
}

/** Pins of one kustomization.yaml, or what is wrong with it. */
export interface Pins {
  readonly file: string;
  readonly pins: readonly Pin[];
  readonly problems: readonly Problem[];
}

/** Larger files are refused unread. */
const mostBytes = 1 << 20;

const Pin = z.strictObject({
  name: z.string().min(1),
  newName: z.string().min(1).optional(),
  newTag: z.string().optional(),
  digest: z.string().optional(),
});
/** Only what synth honours too: any other transformer would make `kustomize build` differ from dist. */
const Kustomization = z.strictObject({
  apiVersion: z.literal("kustomize.config.k8s.io/v1beta1").optional(),
  kind: z.literal("Kustomization").optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  resources: z.array(z.string()).optional(),
  images: z.array(Pin).nullish(),
});

/** The kustomization.yaml of an environment that pins nothing yet. */
export const withoutPins = (environment: string) =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- ../../dist/${environment}\n`;

/** Reads the pins out of the text of a kustomization.yaml; an environment without the file has none. */
export function parsePins(text: string | undefined, file: string): Pins {
  if (text === undefined) return { file, pins: [], problems: [] };
  const { document, problems } = parse(text, file);
  if (problems.length > 0) return { file, pins: [], problems };
  const parsed = Kustomization.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const found = parsed.error.issues.map((issue) => ({ file, path: formatPath(issue.path), message: issue.message, fix: fixOf(issue) }));
    return { file, pins: [], problems: found };
  }
  const pins = parsed.data.images ?? [];
  const wrong = pinProblems(pins, file);
  return { file, pins: wrong.length > 0 ? [] : pins, problems: wrong };
}

function fixOf(issue: z.core.$ZodIssue): string {
  return issue.code === "unrecognized_keys" && issue.path.length === 0
    ? "dist comes from the overlays' code alone; this file holds only resources and images."
    : "An entry has name, and newTag, digest or both (newName to rename).";
}

function parse(text: string, file: string): { document: Document; problems: Problem[] } {
  if (text.length > mostBytes)
    return {
      document: new Document(),
      problems: [{ file, message: `is larger than ${mostBytes} bytes`, fix: "Keep only pins in this file." }],
    };
  const lines = new LineCounter();
  const document = yamlDocument(text, lines) ?? new Document();
  const at = (offset: number) => lines.linePos(offset).line;
  const wrong = syntaxProblem(text, [...document.errors, ...document.warnings], lines);
  if (wrong) return { document, problems: [{ file, ...wrong, fix: "Correct the YAML there." }] };
  const problems: Problem[] = [];
  visit(document, {
    Alias: (_key, node) =>
      void problems.push({
        file,
        line: at(node.range?.[0] ?? 0),
        message: "is an alias, which isn't allowed in this file",
        fix: "Write the value out.",
      }),
    Pair: (_key, { key }) => {
      const name = isScalar(key) ? key.value : undefined;
      if (name === "__proto__")
        problems.push({ file, message: "has a key `__proto__`, which isn't allowed in this file", fix: "Remove it." });
    },
  });
  return { document, problems };
}

function pinProblems(pins: readonly Pin[], file: string): Problem[] {
  const names = new Set<string>();
  return pins.flatMap((pin, index) => {
    const path = `images.${index}`;
    const problems: Problem[] = [];
    const name = imageProblem({ name: pin.name });
    if (name)
      problems.push({ file, path: `${path}.name`, message: name, fix: "Write the image's name as it stands in dist, without tag." });
    const issue = imageProblem({
      name: pin.newName ?? "valid",
      ...(pin.newTag ? { tag: pin.newTag } : {}),
      ...(pin.digest ? { digest: pin.digest } : {}),
    });
    if (issue) problems.push({ file, path, message: issue, fix: "Correct newName, newTag or digest." });
    if (!pin.newName && !pin.newTag && !pin.digest)
      problems.push({ file, path, message: `pins "${pin.name}" to neither a tag nor a digest`, fix: "Give newTag, digest or both." });
    if (names.has(pin.name)) problems.push({ file, path, message: `is a second entry for "${pin.name}"`, fix: "Keep one of them." });
    names.add(pin.name);
    return problems;
  });
}

/** What an image is pinned to. */
export interface PinnedImage extends ImageReference {
  /** Registry and repository that it gets. Default: as the pin has it; its own name where there is none. */
  readonly newName?: string;
}

/**
 * Sets the tag and digest of images in the text of a kustomization.yaml, adding entries where there are none.
 * Everything else stays as it is, to the byte where YAML's block style is used: comments, order, quotes, line ends.
 * @throws never for text that parsePins accepts
 */
export function setPins(text: string, images: readonly PinnedImage[]): string {
  return images.reduce(setPin, text);
}

const documentOf = (text: string) => yamlDocument(text, new LineCounter()) ?? new Document();

/** Where a node begins, ends, and ends with the comment after it. */
interface Ranged {
  readonly range?: [number, number, number] | null;
}

function setPin(text: string, image: PinnedImage): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const document = documentOf(text);
  const list = document.get("images", true);
  if (!isSeq(list) || list.items.length === 0) return withFirstEntry(text, document, list !== undefined, entryLines(image), eol);
  const index = list.items.findIndex((item) => isMap(item) && item.get("name") === image.name);
  const entry = list.items[index];
  const inBlocks = !list.flow && list.items.every((item) => isMap(item) && !item.flow);
  if (!inBlocks) return setInDocument(document, index < 0 ? list.items.length : index, image);
  if (isMap(entry)) return setInEntry(text, entry.range?.[0] ?? 0, image, eol);
  return withFurtherEntry(text, list.items.filter(isNode), entryLines(image), eol);
}

/** An image's entry, as it stands in a list that isn't indented. */
function entryLines({ name, newName, tag, digest }: PinnedImage): string[] {
  return [
    `- name: ${nameText(name)}`,
    ...(newName ? [`  newName: ${nameText(newName)}`] : []),
    ...(tag ? [`  newTag: ${scalar(tag)}`] : []),
    ...(digest ? [`  digest: ${digest}`] : []),
  ];
}

/** @param isEmpty whether there is a list without entries already */
function withFirstEntry(text: string, document: Document, isEmpty: boolean, lines: readonly string[], eol: string): string {
  if (isEmpty && isMap(document.contents)) document.delete("images");
  const rest = isEmpty ? document.toString({ lineWidth: 0 }) : text;
  return `${rest}${rest === "" || rest.endsWith("\n") ? "" : eol}${["images:", ...lines].join(eol)}${eol}`;
}

function withFurtherEntry(text: string, items: readonly Ranged[], lines: readonly string[], eol: string): string {
  const indent = column(text, items[0]?.range?.[0] ?? 0) - 2;
  const end = lastLineEnd(text, items.at(-1) ?? {});
  const block = lines.map((line) => " ".repeat(Math.max(0, indent)) + line).join(eol);
  return end.terminated ? text.slice(0, end.at) + block + eol + text.slice(end.at) : `${text}${eol}${block}${eol}`;
}

/** The offset after the line in which a node's last value ends, so that comments below stay below. */
function lastLineEnd(text: string, node: Ranged): { at: number; terminated: boolean } {
  const value = text.slice(0, node.range?.[1] ?? text.length).trimEnd().length;
  const newline = text.indexOf("\n", value);
  return newline < 0 ? { at: text.length, terminated: false } : { at: newline + 1, terminated: true };
}

const column = (text: string, offset: number) => offset - (text.lastIndexOf("\n", offset - 1) + 1);
/** A tag that YAML would read as a number, boolean or null goes in quotes. */
const scalar = (tag: string) =>
  /^[A-Za-z][\w.-]*$/.test(tag) && !/^(y|n|yes|no|on|off|true|false|null|nan|inf)$/i.test(tag) ? tag : `"${tag}"`;

/** A name that YAML would read as something else goes in quotes. */
const nameText = (name: string) => (/^[A-Za-z0-9][\w./:-]*\/[\w./-]*$/.test(name) ? name : scalar(name));

function setInEntry(text: string, start: number, image: PinnedImage, eol: string): string {
  const withName = image.newName === undefined ? text : setField(text, start, "newName", nameText(image.newName), eol);
  const withTag = setField(withName, start, "newTag", image.tag === undefined ? undefined : scalar(image.tag), eol);
  return setField(withTag, start, "digest", image.digest, eol);
}

function setField(text: string, start: number, key: string, value: string | undefined, eol: string): string {
  const list = documentOf(text).get("images", true);
  const entry = isSeq(list) ? list.items.find((item) => isMap(item) && item.range?.[0] === start) : undefined;
  if (!isMap(entry)) return text;
  const pair = entry.items.find((item) => isScalar(item.key) && item.key.value === key);
  const node = isNode(pair?.value) ? pair.value : undefined;
  if (pair && node?.range) {
    if (value !== undefined) return text.slice(0, node.range[0]) + value + text.slice(node.range[1]);
    return withoutPair(text, start, isNode(pair.key) ? pair.key : {}, node);
  }
  if (value === undefined) return text;
  const end = lastLineEnd(text, entry);
  const line = `${" ".repeat(column(text, start))}${key}: ${value}`;
  return end.terminated ? text.slice(0, end.at) + line + eol + text.slice(end.at) : `${text}${eol}${line}${eol}`;
}

/** Takes the pair's lines out; the entry's first pair leaves its place after the dash to the next one. */
function withoutPair(text: string, start: number, key: Ranged, value: Ranged): string {
  const from = key.range?.[0] ?? start;
  const newline = text.indexOf("\n", value.range?.[1] ?? from);
  const after = newline < 0 ? text.length : newline + 1;
  if (from !== start) return text.slice(0, text.lastIndexOf("\n", from - 1) + 1) + text.slice(after);
  return text.slice(0, start) + text.slice(after).trimStart();
}

/** Flow style: there the library's own output has to do, which keeps comments and order but not every space. */
function setInDocument(document: Document, at: number, image: PinnedImage): string {
  if (!document.hasIn(["images", at])) document.addIn(["images"], document.createNode({ name: image.name }));
  if (image.newName !== undefined) document.setIn(["images", at, "newName"], image.newName);
  for (const [key, value] of [
    ["newTag", image.tag],
    ["digest", image.digest],
  ] as const) {
    if (value === undefined) document.deleteIn(["images", at, key]);
    else document.setIn(["images", at, key], value);
  }
  return document.toString({ lineWidth: 0 });
}
