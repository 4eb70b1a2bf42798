import type { Change, FieldChange, Resource } from "./change.ts";
import { definitionText } from "./definition-changes.ts";
import { isFile } from "./foreign.ts";
import { runsPods } from "./impact/index.ts";
import { type Impact, isWorse } from "./impact.ts";
import { isContentHash, isVersionLabel } from "./marks.ts";

/** What of a change carries its impact. */
export interface Carried {
  /** In a few words, without the object's name: `image, LOG_LEVEL`, `added`. */
  readonly what: string;
  /** Number of fields that differ beside those, labels of the version left out. */
  readonly more: number;
  /** The kind that others have to be of to share a line; empty where it doesn't matter. */
  readonly kind: string;
}

/** What people call the labels of Helm and of the version, which differ in every object of a chart's upgrade. */
export const versionLabelText = "the chart's version label";
const verbs = { add: "added", remove: "removed", rename: "renamed" } as const;
const mostNames = 3;

/** What a person would name first: the fields that are as bad as the whole change. */
export function carriedBy(change: Change): Carried {
  const { action, resource, impact, fields } = change;
  const { kind } = resource;
  if (action !== "change") return { what: verbs[action], more: 0, kind };
  if (isMoved(change)) return { what: "moved", more: 0, kind: "" };
  if (isFile(resource)) return { what: "changed", more: 0, kind };
  const carriers = foremost(fields.filter((field) => field.impact === impact));
  const more = fields.filter((field) => !carriers.includes(field) && !isVersionLabel(field)).length;
  if (carriers.length === 0) return { what: undone(change), more: 0, kind };
  // A Job with another label is another Job, which does its work again.
  if (carriers.every(isVersionLabel)) return { what: versionLabelText, more, kind: kind === "Job" ? kind : "" };
  const definition = kind === "CustomResourceDefinition" && !isWorse(impact, "in-place") ? definitionText(fields) : undefined;
  if (definition !== undefined) return { what: definition, more: 0, kind };
  const rights = rightsText(change);
  if (rights) return { what: rights, more: fields.filter((field) => !isRule(field) && !isVersionLabel(field)).length, kind };
  const names = [...new Set(carriers.map((field) => shortName(field, change)))].sort(imageFirst);
  const shown = names.length > mostNames ? names.slice(0, mostNames - 1) : names;
  return { what: shown.join(", "), more: more + names.length - shown.length, kind };
}

/** Whether only the place of an object's manifest changes. */
const isMoved = ({ action, fields, impact }: Change) => action === "change" && fields.length === 0 && !isWorse(impact, "in-place");

/** Whether an object goes although its manifest stays: no field of it is as bad as that. */
export const isTakenAlong = ({ action, impact, fields }: Change) =>
  action === "change" && isLost(impact) && !fields.some((field) => field.impact === impact);

export const isLost = (impact: Impact) => impact === "deletion" || impact === "data-loss";

/** What happens to an object although no field of it carries it. */
const undone = ({ impact }: Change) => (impact === "rejected" ? "refused" : impact === "unknown" ? "not judged" : "taken along");

/** Of fields that are equally bad, those that somebody chose: a checksum follows, and a label of the version says nothing new. */
function foremost(fields: readonly FieldChange[]): readonly FieldChange[] {
  const ranked = fields.map((field) => [rankOf(field), field] as const);
  const first = Math.min(...ranked.map(([rank]) => rank));
  return ranked.flatMap(([rank, field]) => (rank === first ? [field] : []));
}

function rankOf(field: FieldChange): number {
  if (isVersionLabel(field)) return 3;
  if (isContentHash(field)) return 1;
  return field.path.startsWith("metadata.") ? 2 : 0;
}

const imageFirst = (a: string, b: string) => Number(b === "image") - Number(a === "image") || (a < b ? -1 : 1);

/** A rule of a role, or a part of it. */
export const isRule = ({ path }: Pick<FieldChange, "path">) => /^rules\b/.test(path);

const mostRights = 3;

/** What becomes of a role's rights in a line, as `may get, list, watch secrets`; undefined where they stay. */
function rightsText({ rights }: Change): string | undefined {
  if (!rights) return undefined;
  const { gained, lost } = rights;
  const list = (rights: readonly string[], words: string) => {
    const others = rights.length - mostRights;
    return rights.length > 0 ? [`${words} ${rights.slice(0, mostRights).join("; ")}${others > 0 ? `; and ${others} more` : ""}`] : [];
  };
  return [...list(gained, "may"), ...list(lost, "may no longer")].join("; ");
}

/** The part of a path that a person would name: `image`, `LOG_LEVEL`, `replicas`. What can't be changed is named in full. */
function shortName({ path, behind }: FieldChange, { impact }: Change): string {
  if (impact === "rejected") return path;
  const entry = path.endsWith("].value") ? path.slice(0, -".value".length) : path;
  const cause = behind ? ` (${behind.map(resourceText).join(", ")})` : "";
  if (entry.endsWith('"]')) return `${entry.slice(entry.lastIndexOf('["') + 2, -2)}${cause}`;
  if (entry.endsWith("]")) return entry.slice(entry.lastIndexOf("[") + 1, -1);
  const plain = path
    .replace(templatePlace, "")
    .replace(/^spec\.(template\.spec\.|jobTemplate\.spec\.template\.spec\.)?/, "")
    .replace(/^(data|binaryData)\./, "");
  return plain.replace(/^(init|ephemeral)?[cC]ontainers\[[^\]]*\]\./, "");
}

/** What stands before the names that people know in a CloudFormation template. */
const templatePlace = /^(Properties|Metadata\["AWS::CloudFormation::Init"\]|(Parameters|Mappings|Conditions|Outputs)\.\w+)\./;

/** The object that something happens to: what is renamed is deleted under its old name. */
export const subjectOf = ({ action, resource, fields: [first] }: Change): Resource =>
  action === "rename" && typeof first?.before === "string" ? { ...resource, name: first.before } : resource;

export const resourceText = ({ kind, name }: Resource) => `${kind} ${name}`;

const mostObjects = 3;

/** The new names of what is renamed, as ` to db-headless`; empty for other changes, and where there are many. */
export function newNamesText(changes: readonly Change[]): string {
  const names = [...new Set(changes.flatMap(({ action, resource }) => (action === "rename" ? [resource.name] : [])))];
  return names.length > 0 && names.length <= mostObjects ? ` to ${names.join(", ")}` : "";
}

/** Objects by kind and name, or by kind and number where there are many. */
export function objectsText(resources: readonly Resource[]): string {
  const kinds = [...new Set(resources.map(({ kind }) => kind))];
  const names = [...new Set(resources.map(({ name }) => name))];
  const [kind = ""] = kinds;
  if (kinds.length === 1 && names.length === 1) return `${kind} ${names[0]}`;
  if (kinds.length === 1 && names.length <= mostObjects) return `${pluralOf(kind)} ${names.join(", ")}`;
  if (kinds.length === 1) return `${resources.length} ${pluralOf(kind)}`;
  if (resources.length <= mostObjects) return resources.map(resourceText).join(", ");
  return `${resources.length} ${resources.every(runsPods) ? "workloads" : "objects"}`;
}

/** A resource type is a name of its own. */
const pluralOf = (kind: string) =>
  kind.includes("::") ? kind : /(s|x|ch)$/.test(kind) ? `${kind}es` : /[^aeiou]y$/.test(kind) ? `${kind.slice(0, -1)}ies` : `${kind}s`;
