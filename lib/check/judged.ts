import { groupBy } from "../manifest/index.ts";
import { fitsGlob } from "../outside/index.ts";
import { creatorsIn } from "./creators.ts";
import { type MissingObject, misspelt } from "./missing.ts";
import type { ManifestIssue, Rule } from "./rule.ts";
import type { CheckedEnvironment, Scope } from "./scope.ts";

/** An issue with the rule that found it. */
export interface Found extends ManifestIssue {
  readonly rule: Rule;
  /** Whether what is missing may lie elsewhere, or be created by something. */
  readonly outside?: boolean;
}

/**
 * How grave it is that an object isn't there: nothing that an operator or controller may create is an error, nor what may lie elsewhere
 * where only a part was given, unless its name is nearly that of something that is there.
 */
export function judgedInScope(issue: Found, scope: Scope): Found {
  const { missing, rule } = issue;
  if (!missing) {
    if (mayBeTaken(issue, scope)) return { ...issue, severity: (issue.severity ?? rule.severity) === "info" ? "info" : "warning" };
    return scope.environment.isPart && rule.severityInPart ? { ...issue, severity: rule.severityInPart } : issue;
  }
  const creator = creatorsIn(scope).of(missing, issue.manifest);
  if (creator === undefined && !scope.environment.isPart) return issue;
  if (missing.isSlip) return { ...issue, severity: "warning" };
  const meant = misspelt(missing);
  if (meant !== undefined) return { ...issue, severity: "warning", fix: `Did you mean "${meant}"?` };
  if (creator !== undefined)
    return { ...issue, severity: "info", outside: true, message: `${issue.message}; ${creator} may create it`, fix: fixes.created };
  return elsewhere(issue, missing, scope);
}

/** Whether a missing object is said to exist, as slipway.yaml says it of what it calls provided. */
export const isProvided = (missing: MissingObject | undefined, { provided = [] }: CheckedEnvironment) =>
  missing !== undefined &&
  provided.some(
    ({ kind, namespace = "*", name }) =>
      fitsGlob(kind, missing.kind) && fitsGlob(namespace, missing.namespace) && fitsGlob(name, missing.name),
  );

/** What a part refers to may lie elsewhere, unless its cluster is known not to have it. */
const elsewhere = (issue: Found, { kind, group }: MissingObject, scope: Scope): Found =>
  scope.isListed(kind, group) ? absent(issue, scope) : { ...issue, severity: "info", outside: true, fix: fixes.elsewhere };

/** What neither the part nor its cluster has may be created later, and is missing until then. */
const absent = (issue: Found, { environment: { cluster } }: Scope): Found => ({
  ...issue,
  severity: issue.rule.severity === "info" ? "info" : "warning",
  message: `${issue.message}; the cluster has none either, as of ${cluster?.file}`,
  fix: fixes.absent,
});

/** Nobody knows how a folder from elsewhere is applied, and with what else. In a list, client-side apply sends a null as it is. */
const mayBeTaken = ({ isServerSide, isMaybeGiven, path }: Found, { environment }: Scope) =>
  environment.isPart === true && (isMaybeGiven === true || (isServerSide === true && !path.endsWith("]")));

const fixes = {
  absent: "Create it first, or correct the name. If the cluster has it by now, take a new snapshot. With --complete it is an error.",
  created: "If it does, ignore this finding.",
  elsewhere: "If another repository or tool creates it, ignore this finding. With --complete it is an error.",
};

/** Objects that a finding lists beside its own. */
const mostReaders = 3;

/**
 * One object that isn't there is one finding, whoever refers to it.
 * @param apart ids of rules whose findings stay apart: a waiver of one isn't one of all
 */
export function joinedReaders(found: readonly Found[], apart: ReadonlySet<string>): Found[] {
  const readers = groupBy(
    found.filter(({ rule }) => !apart.has(rule.id)),
    keyOf,
  );
  return found.flatMap((issue) => {
    const key = keyOf(issue);
    const [first, ...others] = (key === undefined ? undefined : readers.get(key)) ?? [issue];
    return first === issue ? { ...issue, message: `${issue.message}${alsoNamedBy(issue, others)}` } : [];
  });
}

/** What several objects may refer to; a selector is its own object's. */
const keyOf = ({ rule, missing }: Found) =>
  missing && missing.kind !== "Pod" ? [rule.id, missing.kind, missing.namespace, missing.name].join("\0") : undefined;

function alsoNamedBy(issue: Found, others: readonly Found[]): string {
  const nameOf = ({ manifest: { object } }: Found) => `${object.kind} ${object.metadata.name}`;
  const names = [...new Set(others.map(nameOf))].filter((name) => name !== nameOf(issue));
  if (names.length === 0) return others.length === 0 ? "" : ` (it is referred to ${others.length + 1} times)`;
  const more = names.length - mostReaders;
  return ` (${names.slice(0, mostReaders).join(", ")}${more > 0 ? ` and ${more} more` : ""} also ${names.length === 1 ? "refers" : "refer"} to it)`;
}
