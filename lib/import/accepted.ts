import { check, type Finding } from "../check/index.ts";
import { isLabel } from "../kubernetes/index.ts";
import { describeObject, groupBy } from "../manifest/index.ts";
import { checkable, type Rendering } from "../synth/index.ts";

/** A finding that is accepted as it was when imported. */
interface ImportedWaiver {
  readonly rule: string;
  readonly resource: string;
  readonly reason: string;
  readonly until: string;
}

/** An object that something else creates. */
interface ImportedProvided {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** What an environment says so that what runs isn't refused. */
export interface Accepted {
  readonly provided: readonly ImportedProvided[];
  readonly waivers: readonly ImportedWaiver[];
}

/**
 * What check finds in what runs today: objects that its sources refer to and don't hold exist elsewhere, and every other error is accepted
 * until a day.
 * @param until last day of the waivers, as 2030-01-31
 */
export function acceptedIn(rendering: Rendering, until: string): Accepted {
  const whole = checkable(rendering);
  const wrong = new Set(errorsOf(check([whole], today())).map(placeOf));
  if (wrong.size === 0) return { provided: [], waivers: [] };
  const elsewhere = check([{ ...whole, isPart: true }], today()).findings.filter((finding) => wrong.has(placeOf(finding)));
  const outside = elsewhere.flatMap((finding) => finding.outside ?? []).filter(({ namespace }) => namespace === "" || isLabel(namespace));
  const provided = [...groupBy(outside, ({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).values()].flatMap(([first]) =>
    first ? { kind: first.kind, ...(first.namespace === "" ? {} : { namespace: first.namespace }), name: first.name } : [],
  );
  const environment = { ...whole, provided: [...(whole.provided ?? []), ...provided] };
  const rules = new Set(errorsOf(check([environment], today())).map(({ rule }) => rule));
  // One finding stands for all objects that lack the same, unless a waiver names its rule: each of them needs one of its own.
  const apart = Object.fromEntries([...rules].map((rule) => [rule, { rule, resource: "", reason: "", until }]));
  const waivers = errorsOf(check([{ ...environment, waivers: { ...environment.waivers, ...apart } }], today())).map(
    ({ rule, resource: { kind, ...metadata } }) => ({
      rule,
      resource: describeObject({ kind, metadata }),
      reason: "As it ran when it was imported.",
      until,
    }),
  );
  return { provided, waivers: [...new Map(waivers.map((waiver) => [`${waiver.rule} ${waiver.resource}`, waiver])).values()] };
}

/** What tells a finding from all others. */
const placeOf = ({ rule, resource: { kind, namespace, name }, path }: Finding) => [rule, kind, namespace, name, path].join("\0");

/** The day it is, as 2030-01-31, in UTC. */
export const today = (): string => new Date().toISOString().slice(0, 10);

/** The errors that keep synth from writing. */
const errorsOf = ({ findings }: ReturnType<typeof check>) =>
  findings.filter(({ severity, waived, app }) => severity === "error" && !waived && app !== "argocd");
