import { hidden, isRecord, own } from "../../outside/index.ts";
import { differences } from "../fields.ts";
import { attributePath } from "./template.ts";

/**
 * The resources, parameters and pseudo parameters that a value names, by Ref, Fn::GetAtt and Fn::Sub; mappings and conditions as
 * `mapping NAME KEY`, or `mapping NAME` where the key isn't written out, and `condition NAME`.
 */
export function referencesIn(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) for (const entry of value) collect(entry, found);
  if (!isRecord(value)) return;
  for (const id of [value.Ref, resourceOf(value["Fn::GetAtt"]), ...variablesOf(value["Fn::Sub"])])
    if (typeof id === "string") found.add(id);
  for (const [name, section] of sectionReaders) {
    const [entry, , key]: unknown[] = [own(value, name)].flat();
    if (typeof entry !== "string") continue;
    found.add(section === "mapping" && typeof key === "string" ? `${section} ${entry} ${key}` : `${section} ${entry}`);
  }
  for (const member of Object.values(value)) collect(member, found);
}

const sectionReaders = [
  ["Fn::FindInMap", "mapping"],
  ["Fn::If", "condition"],
  ["Condition", "condition"],
] as const;

const resourceOf = (attribute: unknown): unknown => (typeof attribute === "string" ? attributePath(attribute)[0] : [attribute].flat()[0]);

/** What Fn::Sub takes from the template. */
function variablesOf(substituted: unknown): string[] {
  const [text, variables]: unknown[] = [substituted].flat();
  if (typeof text !== "string") return [];
  return [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].flatMap(([, variable = ""]) =>
    isRecord(variables) && own(variables, variable) !== undefined ? [] : [attributePath(variable.trim())[0]],
  );
}

/** The names of exports that a value imports, where they are written out. */
export function* importsIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const entry of value) yield* importsIn(entry);
  if (!isRecord(value)) return;
  if (typeof value["Fn::ImportValue"] === "string") yield value["Fn::ImportValue"];
  for (const member of Object.values(value)) yield* importsIn(member);
}

/** Whether two values are one to CloudFormation, to which `5` and `"5"`, and both forms of Fn::GetAtt, are the same. */
export function isSame(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (Array.isArray(before) && Array.isArray(after))
    return before.length === after.length && before.every((entry, index) => isSame(entry, after[index]));
  if (isRecord(before) && isRecord(after)) return areSameMembers(before, after);
  return isScalar(before) && isScalar(after) && String(before) === String(after);
}

function areSameMembers(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): boolean {
  const [names, others] = [Object.keys(before), Object.keys(after)];
  return names.length === others.length && names.every((name) => isSameMember(name, own(before, name), own(after, name)));
}

const isSameMember = (name: string, before: unknown, after: unknown) =>
  name === "Fn::GetAtt" ? isSame(pathOf(before), pathOf(after)) : after !== undefined && isSame(before, after);

const pathOf = (value: unknown) => (typeof value === "string" ? attributePath(value) : value);
const isScalar = (value: unknown) => typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** Where two values differ, with what may be shown of it. @param place where the values are, as `Properties.Name` */
export function differencesOf(place: string, before: unknown, after: unknown): { path: string; before?: unknown; after?: unknown }[] {
  const at = (value: unknown) => place.split(".").reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  const found = differences(at(before), at(after), undefined, { definitions: {} });
  return found
    .filter((difference) => !isSame(difference.before, difference.after))
    .map(({ path, before: old, after: now }) => ({
      path,
      ...(old === undefined ? {} : { before: shownPart(old, path) }),
      ...(now === undefined ? {} : { after: shownPart(now, path) }),
    }));
}

/** Names of what is secret, or may be: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html#creds */
const secretName = /pass(word|phrase)|secret|token|credential|private_?key|api_?key|access_?key|auth_?key|connection_?string|dsn$/i;
/** Places whose values are an app's own, whatever their names are. */
const secretPlace = /(^|\.)(UserData|Environment(\.Variables)?|EnvironmentVariables)([.[]|$)|^Metadata\["AWS::CloudFormation::Init"\]/;
/** Names that end like this say where a secret is. */
const isAddress = /(arns?|ids?|names?|type|ttl|validity|length|units|enabled|\(order\))$/i;

/** A value as it may be shown at its path. */
function shownPart(value: unknown, path: string): unknown {
  const last = path.slice(path.lastIndexOf(".") + 1);
  return shown(value, secretPlace.test(path) || isSecretName(last));
}

const isSecretName = (name: string) => secretName.test(name) && !isAddress.test(name);

/** Shows what names a secret kept elsewhere, and hides what may be one. */
function shown(value: unknown, isSecret: boolean): unknown {
  if (typeof value === "string") return (isSecret && !isReference(value)) || holdsPassword(value) ? hidden : value;
  if (Array.isArray(value)) return value.map((entry: unknown) => shown(entry, isSecret));
  if (!isRecord(value)) return isSecret ? hidden : value;
  if (isSecret && (typeof value.Ref === "string" || value["Fn::GetAtt"] !== undefined)) return value;
  const isNamed = typeof value.Name === "string" && isSecretName(value.Name);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const isOwn = isSecretName(name) || /^(UserData|Environment|EnvironmentVariables)$/.test(name) || (isNamed && name === "Value");
      return [name, shown(member, isSecret || isOwn)];
    }),
  );
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
const isReference = (text: string) => /^\{\{resolve:[^{}]*\}\}$/.test(text);
const holdsPassword = (text: string) => /:\/\/[^/\s:@]*:[^/\s@]+@/.test(text);
