import { groupBy } from "../../manifest/index.ts";
import { counted } from "../../problem/index.ts";
import { isRule, resourceText, versionLabelText } from "../carried.ts";
import type { Change, FieldChange } from "../change.ts";
import { definitionChanges } from "../definition-changes.ts";
import { type Impact, impacts } from "../impact.ts";
import { isVersionLabel } from "../marks.ts";
import { type DifferenceLine, differenceOf, type ValueDifference } from "./difference.ts";

/** What of an object changes, as all formats for people show it: a field, or what several of them come to. */
export interface Detail {
  /** The path of a field, or what it is called. */
  readonly what: string;
  readonly impact: Impact;
  readonly reason: string;
  readonly before?: unknown;
  readonly after?: unknown;
  /** Takes the place of before and after. */
  readonly difference?: ValueDifference;
}

/** The details of a change, the worst first: rights of a role and the schema of a CRD in words, and labels of the version once. */
export function detailsOf(change: Change): Detail[] {
  const { fields, resource } = change;
  const rules = change.rights ? fields.filter(isRule) : [];
  const schema = resource.kind === "CustomResourceDefinition" ? fields.filter(({ path }) => path.startsWith("spec.")) : [];
  const labels = fields.filter(isVersionLabel);
  const others = fields.filter((field) => ![rules, schema, labels].some((known) => known.includes(field)));
  const details = [...ofRules(rules, change), ...ofDefinition(schema), ...others.map(ofField)];
  const rank = ({ impact }: Detail) => impacts.indexOf(impact);
  return [...details.sort((a, b) => rank(b) - rank(a)), ...ofLabels(labels)];
}

function ofField({ path, before, after, impact, reason, behind }: FieldChange): Detail {
  const difference = differenceOf(before, after);
  const cause = behind ? `; behind it: ${behind.map(resourceText).join(", ")}` : "";
  return { what: path, impact, reason: `${reason}${cause}`, ...(difference ? { difference } : { before, after }) };
}

const worstOf = (fields: readonly FieldChange[]) =>
  fields.reduce<FieldChange | undefined>(
    (worst, field) => (worst && impacts.indexOf(worst.impact) >= impacts.indexOf(field.impact) ? worst : field),
    undefined,
  );

function ofRules(rules: readonly FieldChange[], { rights }: Change): Detail[] {
  const worst = worstOf(rules);
  if (!worst || !rights) return [];
  const lines: DifferenceLine[] = [
    ...rights.lost.map((text) => ({ sign: "-", text }) as const),
    ...rights.gained.map((text) => ({ sign: "+", text }) as const),
  ];
  return [{ what: "rules", impact: worst.impact, reason: worst.reason, difference: cut(lines, mostRights) }];
}

/** Lines of a role's rights, and of a version of a CRD, that are shown. */
const mostRights = 20;
const mostOfVersion = 25;

const cut = (lines: readonly DifferenceLine[], most: number): ValueDifference => ({
  lines: lines.slice(0, most),
  left: Math.max(0, lines.length - most),
});

const signs: Readonly<Record<string, DifferenceLine["sign"]>> = { removed: "-", "no longer served": "-", added: "+", served: "+" };

/** What a CRD's fields come to, by version. */
function ofDefinition(fields: readonly FieldChange[]): Detail[] {
  const { changes, descriptions } = definitionChanges(fields);
  const details = [...groupBy(changes, ({ version }) => version)].map(([version, own]): Detail => {
    const lines = own.map(({ effect, text }) => ({ sign: signs[effect] ?? "~", text }) as const);
    const worst = worstOf(fields.filter(({ path }) => path.startsWith(version ? `spec.versions[${version}]` : "spec.")));
    const { impact, reason } = worst ?? { impact: "in-place", reason: "" };
    return { what: version || "all versions", impact, reason, difference: cut(lines, mostOfVersion) };
  });
  if (descriptions === 0) return details;
  const what = `${details.length > 0 ? "and " : ""}${counted(descriptions, "description")}`;
  return [...details, { what, impact: "in-place", reason: "only descriptions change", difference: { lines: [], left: 0 } }];
}

/** Labels of the version, which differ alike on an object and its pods. */
function ofLabels(labels: readonly FieldChange[]): Detail[] {
  const worst = worstOf(labels);
  const named = labels.find(({ path }) => path.includes("helm.sh/chart")) ?? worst;
  if (!worst || !named) return [];
  const { before, after } = named;
  return [{ what: versionLabelText, impact: worst.impact, reason: worst.reason, before, after }];
}
