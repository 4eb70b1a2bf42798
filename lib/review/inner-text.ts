import { LineCounter } from "yaml";
import { withoutSecrets } from "../manifest/index.ts";
import { hidden, isDeeper, isRecord, yamlDocuments } from "../outside/index.ts";

/** Characters of a text that is read as YAML: reading takes a tenth of a second for as many. JSON is read whole, which is fast. */
const mostRead = 200_000;
const deepest = 100;

/** What a text of JSON or YAML holds, where that is a map or a list. Undefined for others, and for what is too large or deep. */
export function readInnerText(text: string): unknown {
  const value = readJson(text) ?? readYaml(text);
  return (isRecord(value) || Array.isArray(value)) && !isDeeper(value, deepest) ? value : undefined;
}

function readJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readYaml(text: string): unknown {
  if (text.length > mostRead) return undefined;
  try {
    const documents = yamlDocuments(text, new LineCounter());
    if (documents.length === 0 || documents.some(({ errors }) => errors.length > 0)) return undefined;
    const values = documents.map((document): unknown => document.toJS({ maxAliasCount: 0 }));
    return values.length === 1 ? values[0] : values;
  } catch {
    return undefined;
  }
}

/** Two values of one field as they may be shown: a text that holds a Secret is hidden, and so is the text that it becomes or was. */
export function withoutSecretTexts(before: unknown, after: unknown): readonly [before: unknown, after: unknown] {
  const isHidden = [before, after].some((value) => typeof value === "string" && holdsSecretText(value));
  const shown = (value: unknown) => (isHidden && typeof value === "string" ? hidden : withoutTexts(value));
  return [shown(before), shown(after)];
}

function withoutTexts(value: unknown): unknown {
  if (typeof value === "string") return holdsSecretText(value) ? hidden : value;
  if (Array.isArray(value)) return value.map(withoutTexts);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutTexts(member)]));
}

/** Texts in texts that are read; of those that are deeper it is only asked what they look like. */
const mostLevels = 5;

/** Whether a text is of JSON or YAML and holds a Secret at any depth, or can't be read and looks as if it did. */
function holdsSecretText(text: string, levels = mostLevels): boolean {
  if (!mayHoldSecret.test(text)) return false;
  const content = levels > 0 ? readInnerText(text) : undefined;
  if (content === undefined) return looksLikeSecret.test(text);
  // The content of an object that is no Secret itself, which may hold some.
  const object = { apiVersion: "v1", kind: "ConfigMap", content };
  return withoutSecrets(object) !== object || textsOf(content).some((inner) => holdsSecretText(inner, levels - 1));
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Other texts needn't be read: a key may also be written with escapes. */
const mayHoldSecret = /kind|string_?data|last-applied|\\/i;
/** A kind that says "secret", or a field of Secrets alone. Each repetition has a bound, so that the time stays linear. */
const looksLikeSecret = /kind["'\\]{0,4}\s{0,20}:\s{0,20}[^\n]{0,40}secret|string_?data["'\\]{0,4}\s{0,20}:/i;
