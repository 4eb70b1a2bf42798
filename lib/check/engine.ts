import { isKind, ObjectSchemas, podTemplateOf, type SchemaIssue, valueAt } from "../kubernetes/index.ts";
import { describeObject, groupBy, type KubernetesObject } from "../manifest/index.ts";
import { nearest } from "../problem/index.ts";
import { type Coverage, coverageOf, joinedCoverage, outsideByKind } from "./coverage.ts";
import { fixOfMessage } from "./default-fix.ts";
import { type Finding, type Report, summarize } from "./finding.ts";
import { type Found, isProvided, joinedReaders, judgedInScope } from "./judged.ts";
import { admissionOf, knownObjects } from "./known-objects.ts";
import { withNamespaces } from "./namespaces.ts";
import type { ManifestIssue, Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";
import { type CheckedEnvironment, type CheckedManifest, placedIdentityOf, Scope, type UnreadFile } from "./scope.ts";
import { secretValueIssues, shownToRules } from "./secret.ts";
import { graver, rulesOff, withSeverities } from "./severities.ts";
import { fixOfTemplate } from "./unfilled.ts";
import { waive } from "./waiver.ts";

const byId = new Map(rules.map((rule) => [rule.id, rule]));
function ruleById(id: string): Rule {
  const rule = byId.get(id);
  if (!rule) throw new Error(`there is no rule ${id}`);
  return rule;
}

/**
 * Runs all rules on the manifests of some environments. The order of findings follows environment, app, file, object and path.
 * @param today day by which waivers are judged, as 2030-01-31
 * @param asked which rules report something. Default: all
 * @param onCheck is called for each environment before it is checked
 */
export function check(
  environments: readonly CheckedEnvironment[],
  today: string,
  asked: (rule: Rule) => boolean = () => true,
  onCheck?: (environment: string, number: number, total: number) => void,
): Report {
  const chosen = new Set(rules.filter(asked));
  const off = new Set(rulesOff(environments.map(({ severities = {} }) => severities)));
  const skipped = rules.filter((rule) => !chosen.has(rule) || off.has(rule.id)).map(({ id }) => id);
  const checked = environments.map((environment, index) => {
    onCheck?.(environment.name, index + 1, environments.length);
    return checkOne(environment, today, chosen);
  });
  const findings = withoutRepeatedComplaints(
    checked.flatMap(({ findings: own }) => own),
    environments,
  ).sort(inOrder);
  return {
    findings,
    coverage: joinedCoverage(checked.map(({ coverage }) => coverage)),
    summary: summarize(
      findings,
      environments.reduce((sum, { manifests }) => sum + manifests.length, 0),
    ),
    ...(skipped.length > 0 ? { skipped } : {}),
  };
}

/** Environments that share a waiver's file share the waiver: it is in vain where none of them needs it. */
function withoutRepeatedComplaints(findings: readonly Finding[], environments: readonly CheckedEnvironment[]): Finding[] {
  const sharing = groupBy(environments.flatMap(waiverPlaces), (place) => place);
  const isComplaint = ({ rule }: Finding) => rule === "fleet/waiver";
  const alike = groupBy(findings.filter(isComplaint), ({ file, path, message }) => [file, path, message].join("\0"));
  const needless = [...alike.values()].filter(
    ([first, ...more]) => first && more.length + 1 === sharing.get([first.file, first.path].join("\0"))?.length,
  );
  return [...findings.filter((finding) => !isComplaint(finding)), ...needless.flatMap(([first]) => first ?? [])];
}

/** Where an environment's waivers stand, as complaints about them have it. */
const waiverPlaces = ({ waivers = {}, waiverFile = "" }: CheckedEnvironment): string[] =>
  Object.entries(waivers).map(([name, { file = waiverFile }]) => [file, `waivers.${name}`].join("\0"));

interface Checked {
  readonly findings: readonly Finding[];
  readonly coverage: Coverage;
}

function checkOne(environment: CheckedEnvironment, today: string, chosen: ReadonlySet<Rule>): Checked {
  const { found, sound, unsound, schemas } = readObjects(environment);
  const failed: Finding[] = [];
  const { cluster } = environment;
  const scope = new Scope(environment, sound, unsound, knownObjects(environment, [...sound, ...unsound], schemas));
  for (const rule of chosen) {
    try {
      for (const issue of rule.check(scope)) if (!issue.manifest.isFromSnapshot) found.push({ ...issue, rule });
    } catch {
      failed.push(ruleFailed(rule, environment.name));
    }
  }
  const { name, waivers = {}, waiverFile = "", skipped = [], notRendered = [], severities = {}, sources = [] } = environment;
  const judged = joinedReaders(
    found.filter(({ rule, missing }) => chosen.has(rule) && !isProvided(missing, environment)).map((issue) => judgedInScope(issue, scope)),
    new Set(Object.values(waivers).map(({ rule }) => rule)),
  );
  const findings = [
    ...distinct(withoutConsequences(judged).map((issue) => finding(name, issue))),
    ...failed,
    ...unreadFindings(environment),
  ];
  // A waiver of a rule that doesn't run covers nothing, and is right all the same.
  const off = new Set(rulesOff([severities]));
  const isAsked = ({ rule: id }: { readonly rule: string }) => {
    const rule = byId.get(id);
    return !rule || (chosen.has(rule) && !off.has(id));
  };
  const asked = Object.fromEntries(Object.entries(waivers).filter(([, waiver]) => isAsked(waiver)));
  const ids = new Set(byId.keys());
  const waived = waive(findings, asked, { environment: name, file: waiverFile, today, ids, areShared: environment.sharesWaivers === true });
  const { withoutSchema, rulesNotEvaluated } = coverageOf([...sound, ...unsound], schemas);
  return {
    findings: withSeverities(waived, severities).filter(isAsked),
    coverage: {
      objects: environment.manifests.length,
      withoutSchema,
      rulesNotEvaluated: [...new Set([...rulesNotEvaluated, ...(cluster ? admissionOf(cluster) : [])])],
      referencesOutside: outsideByKind(judged.flatMap(({ outside, missing }) => (outside && missing ? [missing] : []))),
      skipped,
      notRendered,
      sources,
    },
  };
}

/** What the engine's own rules report of an environment's objects, and which of them other rules can look into. */
function readObjects(environment: CheckedEnvironment): {
  readonly found: Found[];
  readonly sound: CheckedManifest[];
  readonly unsound: CheckedManifest[];
  readonly schemas: ObjectSchemas;
} {
  const found: Found[] = [];
  const [sound, unsound]: [CheckedManifest[], CheckedManifest[]] = [[], []];
  const add = (id: string, issue: ManifestIssue) => found.push({ ...issue, rule: ruleById(id) });
  const whole = environment.manifests.filter((manifest) => {
    const [path, ...others] = missingParts(manifest);
    if (path) add("schema/object", { manifest, path, ...wordsForMissing(manifest, [path, ...others]) });
    return !path;
  });
  const { cluster, schemas: given } = environment;
  const objects = withNamespaces(whole, environment.namespace ?? "default", environment.root, cluster?.served);
  const others = { schemas: [...(cluster ? [cluster.schemas] : []), ...(given ? [given] : [])], served: cluster?.served };
  const schemas = new ObjectSchemas(environment.kubernetes, objects, others);
  for (const manifest of objects) {
    const issues = schemaIssues(schemas, manifest);
    for (const { kind, ...issue } of issues) add(`schema/${kind}`, { ...issue, manifest });
    // Rules take a field's type for granted; what is unknown or missing does them no harm.
    if (issues.some(({ isMismatch }) => isMismatch) || manifest.object.metadata.name === undefined) {
      unsound.push(shownToRules(manifest));
      continue;
    }
    const object = schemas.read(manifest.object);
    const taken = object === manifest.object ? manifest : { ...manifest, object };
    for (const issue of secretValueIssues(taken)) add("schema/data", issue);
    sound.push(shownToRules(taken));
  }
  for (const issue of duplicates([...sound, ...unsound], environment)) add("schema/duplicate-object", issue);
  return { found, sound, unsound, schemas };
}

/** What the schema says of an object, and of the pods of a Rollout that of a Deployment's, which its controller holds them to. Its CRD leaves volumes and amounts open, and the controller leaves out what it can't read of them. */
function issuesWithTemplate(schemas: ObjectSchemas, object: KubernetesObject): readonly SchemaIssue[] {
  const issues = schemas.issues(object);
  const template = isKind(object, "argoproj.io/Rollout") ? podTemplateOf(object) : undefined;
  if (template === undefined) return issues;
  const labels = template.metadata?.labels ?? {};
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "a" },
    spec: { selector: { matchLabels: labels }, template },
  };
  const known = new Set(issues.map(({ path }) => path));
  return [...issues, ...schemas.issues(deployment).filter(({ path }) => path.startsWith("spec.template.") && !known.has(path))];
}

/** What the schema says of an object. An object that the validator gives up on is a finding, and the others are checked all the same. */
function schemaIssues(schemas: ObjectSchemas, manifest: CheckedManifest): readonly SchemaIssue[] {
  try {
    return issuesWithTemplate(schemas, manifest.object);
  } catch {
    const message = "this object can't be validated, or the schema of its CRD can't be used";
    return [{ kind: "fields", path: "", message, isMismatch: true }];
  }
}

/** A rule that fails is a bug of slipway's, and no reason to lose what other rules found. What it failed on may be secret. */
const ruleFailed = ({ id }: Rule, environment: string): Finding => ({
  ...nowhere,
  rule: id,
  environment,
  message: `the rule ${id} failed on these manifests and may have missed something`,
  fix: "Report it to slipway with the smallest manifests that show it; the findings of other rules hold.",
});

/** A finding that is of no object. */
const nowhere = {
  severity: "error",
  app: "",
  resource: { apiVersion: "", kind: "", namespace: "", name: "" },
  file: "",
  path: "",
} as const;

/** What is missing only because it stands elsewhere, or under another name, is reported there. */
function withoutConsequences(found: readonly Found[]): readonly Found[] {
  const places = new Map<CheckedManifest["object"], string[]>();
  for (const { belongsAt, manifest } of found)
    if (belongsAt !== undefined) places.set(manifest.object, [...(places.get(manifest.object) ?? []), belongsAt]);
  if (places.size === 0) return found;
  const isBelow = (path: string, other: string) => path === other || path.startsWith(`${other}.`) || path.startsWith(`${other}[`);
  return found.filter(({ manifest, path, message, rule }) => {
    const isAbsence = rule.family === "schema" && (message.includes("missing") || message.includes("found none"));
    return !isAbsence || !(places.get(manifest.object) ?? []).some((place) => isBelow(place, path) || isBelow(path, place));
  });
}

/** What a schema asks for, a rule may ask for too: it is reported once. */
function distinct(findings: readonly Finding[]): Finding[] {
  const first = new Map<string, Finding>();
  for (const finding of findings) {
    const { file, resource, path, message } = finding;
    const key = [file, resource.kind, resource.namespace, resource.name, path, message].join("\0");
    const known = first.get(key);
    if (!known || graver.indexOf(finding.severity) < graver.indexOf(known.severity)) first.set(key, finding);
  }
  return [...first.values()];
}

function unreadFindings({ name, unread = [], isPart = false, schemas, cluster, kubernetes }: CheckedEnvironment): Finding[] {
  const files = [...unread, ...(schemas?.problems ?? []), ...(cluster ? otherVersion(cluster, kubernetes) : [])];
  return files.map((file) => unreadFinding(name, isPart, file));
}

/** An environment may be ahead of its cluster, as before an upgrade: that stops nobody, and is reported. */
function otherVersion({ file, kubernetes: known }: NonNullable<CheckedEnvironment["cluster"]>, kubernetes: string): UnreadFile[] {
  if (known === kubernetes) return [];
  return [
    { file, message: `the cluster had Kubernetes ${known}, and the environment is for ${kubernetes}`, rule: "fleet/snapshot-version" },
  ];
}

function unreadFinding(
  environment: string,
  isPart: boolean,
  { file, message, line, rule: id = "schema/yaml", app = "", isSure = false }: UnreadFile,
): Finding {
  const { id: rule, fix, ...graveness } = ruleById(id);
  const severity = (isPart && !isSure ? graveness.severityInPart : undefined) ?? graveness.severity;
  return { ...nowhere, rule, severity, environment, app, file, ...(line ? { line } : {}), message, fix };
}

/** The parts without which an object is none; manifests may come from anywhere. */
function missingParts({ object }: CheckedManifest): string[] {
  const { apiVersion, kind, metadata } = object as {
    apiVersion?: unknown;
    kind?: unknown;
    metadata?: { name?: unknown; generateName?: unknown; namespace?: unknown };
  };
  const isText = (value: unknown) => typeof value === "string" && value !== "";
  return [
    ...(isText(apiVersion) ? [] : ["apiVersion"]),
    ...(isText(kind) ? [] : ["kind"]),
    ...(isText(metadata?.name ?? metadata?.generateName) ? [] : ["metadata.name"]),
    ...(metadata?.namespace === undefined || metadata.namespace === null || typeof metadata.namespace === "string"
      ? []
      : ["a metadata.namespace that is text"]),
  ];
}

/** Why an object has no name, where it is known, or which parts it needs. */
function wordsForMissing({ object }: CheckedManifest, parts: readonly string[]): { message: string; fix?: string } {
  const { metadata } = object as { metadata?: { name?: unknown } };
  const name = metadata?.name;
  if (parts[0] === "metadata.name" && (typeof name === "boolean" || typeof name === "number"))
    return {
      message: `metadata.name is the ${typeof name} ${name}`,
      fix: `Quote the name. ${typeof name === "boolean" ? "YAML reads no, off, on, yes and the like as booleans." : "A name is text."}`,
    };
  const meant = parts.includes("metadata.name") && !metadata ? nearest("metadata", Object.keys(object)) : undefined;
  return {
    message: `an object needs ${parts.join(", ")}`,
    fix: meant ? `"${meant}" is unknown: write metadata.` : `Add ${parts.join(", ")}.`,
  };
}

function* duplicates(manifests: readonly CheckedManifest[], { isPart = false }: CheckedEnvironment): Generator<ManifestIssue> {
  const first = new Map<string, CheckedManifest>();
  for (const manifest of manifests) {
    // The server makes up the rest of a name that is only begun.
    if (manifest.object.metadata.name === undefined) continue;
    const identity = placedIdentityOf(manifest);
    const other = first.get(identity);
    if (other)
      yield {
        manifest,
        path: "metadata.name",
        // Files of a part may be alternatives, of which somebody applies one.
        ...(isPart && other.file !== manifest.file ? { severity: "warning" } : {}),
        message: `${describeObject(manifest.object)} is defined twice${other.file ? `: ${other.file} has it too` : ""}`,
      };
    else first.set(identity, manifest);
  }
}

function finding(environment: string, { rule, manifest, path, message, fix, severity, outside, missing }: Found): Finding {
  const { apiVersion, kind, metadata } = manifest.object;
  const origin = manifest.originOf?.(path);
  return {
    rule: rule.id,
    severity: severity ?? rule.severity,
    environment,
    app: manifest.app,
    resource: {
      apiVersion: textOr(apiVersion),
      kind: textOr(kind),
      namespace: textOr(metadata?.namespace),
      name: textOr(metadata?.name),
    },
    file: origin?.file ?? manifest.file ?? "",
    // Found out when it is asked for: most findings of a fleet are never shown.
    get line() {
      return origin ? origin.line : manifest.lineOf?.(path);
    },
    path,
    message,
    fix: (rule.family === "schema" ? fixOfSchema(manifest, path, message, fix) : fix) ?? rule.fix,
    ...(outside && missing ? { outside: { kind: missing.kind, namespace: missing.namespace, name: missing.name } } : {}),
  };
}

const fixOfSchema = ({ object }: CheckedManifest, path: string, message: string, fix: string | undefined) =>
  fixOfTemplate(valueAt(object, path)) ?? fix ?? fixOfMessage(path, message);

/** Objects that lack a part, or have something else in its place, are named without it. */
const textOr = (value: unknown) => (typeof value === "string" ? value : "");

const keyOf = ({ environment, app, file, resource, path, rule, message }: Finding) =>
  [environment, app, file, resource.kind, resource.namespace, resource.name, path, rule, message].join("\0");

function inOrder(a: Finding, b: Finding): number {
  const [first, second] = [keyOf(a), keyOf(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}
