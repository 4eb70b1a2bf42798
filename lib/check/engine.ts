import { ObjectSchemas, type SchemaIssue } from "../kubernetes/index.ts";
import { describeObject } from "../manifest/index.ts";
import { type Coverage, coverageOf, joinedCoverage, outsideByKind } from "./coverage.ts";
import { creatorsIn } from "./creators.ts";
import { type Finding, type Report, summarize } from "./finding.ts";
import { misspelt } from "./missing.ts";
import { withNamespaces } from "./namespaces.ts";
import type { ManifestIssue, Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";
import { type CheckedEnvironment, type CheckedManifest, placedIdentityOf, Scope } from "./scope.ts";
import { secretSizeIssues, shownToRules } from "./secret.ts";
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
 * @param asked which rules run beside the schemas. Default: all
 */
export function check(environments: readonly CheckedEnvironment[], today: string, asked: (rule: Rule) => boolean = () => true): Report {
  const chosen = rules.filter(asked);
  const checked = environments.map((environment) => checkOne(environment, today, chosen));
  const findings = checked.flatMap(({ findings: own }) => own).sort(inOrder);
  return {
    findings,
    coverage: joinedCoverage(checked.map(({ coverage }) => coverage)),
    summary: summarize(
      findings,
      environments.reduce((sum, { manifests }) => sum + manifests.length, 0),
    ),
  };
}

interface Found extends ManifestIssue {
  readonly rule: Rule;
  /** Whether what is missing may lie elsewhere, or be made by something. */
  readonly outside?: boolean;
}

interface Checked {
  readonly findings: readonly Finding[];
  readonly coverage: Coverage;
}

function checkOne(environment: CheckedEnvironment, today: string, chosen: readonly Rule[]): Checked {
  const { found, sound, unsound, schemas } = readObjects(environment);
  const failed: Finding[] = [];
  const scope = new Scope(environment, sound, unsound);
  for (const rule of chosen) {
    try {
      for (const issue of rule.check(scope)) found.push({ ...issue, rule });
    } catch {
      failed.push(ruleFailed(rule, environment.name));
    }
  }
  const { name, waivers = {}, waiverFile = "", skipped = [], notRendered = [] } = environment;
  const judged = joinedReaders(found.map((issue) => judgedInScope(issue, scope)));
  const findings = [...distinct(judged.map((issue) => finding(name, issue))), ...failed, ...unreadFindings(environment)];
  return {
    findings: waive(findings, waivers, { environment: name, file: waiverFile, today }),
    coverage: {
      objects: environment.manifests.length,
      ...coverageOf([...sound, ...unsound], schemas),
      referencesOutside: outsideByKind(judged.flatMap(({ outside, missing }) => (outside && missing ? [missing] : []))),
      skipped,
      notRendered,
    },
  };
}

/**
 * How grave it is that an object isn't there: nothing that an operator or controller may make is an error, nor what may lie elsewhere
 * where only a part was given, unless its name is nearly that of something that is there.
 */
function judgedInScope(issue: Found, scope: Scope): Found {
  const { missing } = issue;
  if (!missing) return issue;
  const creator = creatorsIn(scope).of(missing);
  if (creator !== undefined)
    return { ...issue, severity: "info", outside: true, message: `${issue.message}; ${creator} may create it`, fix: fixes.made };
  if (!scope.environment.isPart) return issue;
  const meant = misspelt(missing);
  if (meant !== undefined) return { ...issue, severity: "warning", fix: `Did you mean "${meant}"?` };
  return { ...issue, severity: "info", outside: true, fix: fixes.elsewhere };
}

const fixes = {
  made: "Nothing needs to be done where it does.",
  elsewhere: "Nothing needs to be done where it lies elsewhere; --complete creates this an error where everything was given.",
};

/** One object that isn't there is one finding, whoever refers to it. */
function joinedReaders(found: readonly Found[]): Found[] {
  const keyOf = ({ rule, missing: { kind, namespace, name } = noObject }: Found) => [rule.id, kind, namespace, name].join("\0");
  const readers = new Map<string, Found[]>();
  for (const issue of found) if (issue.missing && issue.missing.kind !== "Pod") pushTo(readers, keyOf(issue), issue);
  return found.flatMap((issue) => {
    const [first, ...others] = readers.get(keyOf(issue)) ?? [];
    if (first === undefined) return issue;
    if (first !== issue) return [];
    const named = [...new Set(others.map(({ manifest }) => `${manifest.object.kind} ${manifest.object.metadata.name}`))].filter(
      (name) => name !== `${issue.manifest.object.kind} ${issue.manifest.object.metadata.name}`,
    );
    if (named.length === 0)
      return others.length === 0 ? issue : { ...issue, message: `${issue.message} (named ${others.length + 1} times)` };
    const [shown, more] = [named.slice(0, mostReaders), named.length - mostReaders];
    return { ...issue, message: `${issue.message} (${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""} name it too)` };
  });
}

const noObject = { kind: "", namespace: "", name: "", candidates: [] };
/** Objects that a finding lists beside its own. */
const mostReaders = 3;

function pushTo(groups: Map<string, Found[]>, key: string, issue: Found): void {
  const group = groups.get(key);
  if (group) group.push(issue);
  else groups.set(key, [issue]);
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
    if (path) add("schema/object", { manifest, path, message: `an object needs ${[path, ...others].join(", ")}` });
    return !path;
  });
  const objects = withNamespaces(whole, environment.namespace ?? "default");
  const schemas = new ObjectSchemas(environment.kubernetes, objects);
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
    for (const issue of secretSizeIssues(taken)) add("schema/data", issue);
    sound.push(shownToRules(taken));
  }
  for (const issue of duplicates([...sound, ...unsound])) add("schema/duplicate-object", issue);
  return { found, sound, unsound, schemas };
}

/** What the schema says of an object. An object that the validator gives up on is a finding, and the others are checked all the same. */
function schemaIssues(schemas: ObjectSchemas, manifest: CheckedManifest): readonly SchemaIssue[] {
  try {
    return schemas.issues(manifest.object);
  } catch {
    const message = "expected an object that can be validated; the form of this one, or of its CRD, doesn't allow that";
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

/** What a schema asks for, a rule may ask for too: it is reported once. */
function distinct(findings: readonly Finding[]): Finding[] {
  const first = new Map<string, Finding>();
  for (const finding of findings) {
    const { file, resource, path, message } = finding;
    const key = [file, resource.kind, resource.namespace, resource.name, path, message].join("\0");
    if (!first.has(key)) first.set(key, finding);
  }
  return [...first.values()];
}

function unreadFindings({ name, unread = [] }: CheckedEnvironment): Finding[] {
  return unread.map(({ file, message, line, rule: id = "schema/yaml", app = "" }) => {
    const rule = ruleById(id);
    return {
      ...nowhere,
      rule: rule.id,
      severity: rule.severity,
      environment: name,
      app,
      file,
      ...(line ? { line } : {}),
      message,
      fix: rule.fix,
    };
  });
}

/** The parts without which an object is none; manifests may come from anywhere. */
function missingParts({ object }: CheckedManifest): string[] {
  const { apiVersion, kind, metadata } = object as {
    apiVersion?: unknown;
    kind?: unknown;
    metadata?: { name?: unknown; generateName?: unknown };
  };
  const isText = (value: unknown) => typeof value === "string" && value !== "";
  return [
    ...(isText(apiVersion) ? [] : ["apiVersion"]),
    ...(isText(kind) ? [] : ["kind"]),
    ...(isText(metadata?.name) || isText(metadata?.generateName) ? [] : ["metadata.name"]),
  ];
}

function* duplicates(manifests: readonly CheckedManifest[]): Generator<ManifestIssue> {
  const first = new Map<string, CheckedManifest>();
  for (const manifest of manifests) {
    const identity = placedIdentityOf(manifest);
    const other = first.get(identity);
    if (other)
      yield {
        manifest,
        path: "metadata.name",
        message: `${describeObject(manifest.object)} is defined twice${other.file ? `: ${other.file} has it too` : ""}`,
      };
    else first.set(identity, manifest);
  }
}

function finding(environment: string, { rule, manifest, path, message, fix, severity, outside, missing }: Found): Finding {
  const { apiVersion, kind, metadata } = manifest.object;
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
    file: manifest.file ?? "",
    // Found out when it is asked for: most findings of a fleet are never shown.
    get line() {
      return manifest.lineOf?.(path);
    },
    path,
    message,
    fix: fix ?? rule.fix,
    ...(outside && missing ? { outside: { kind: missing.kind, namespace: missing.namespace, name: missing.name } } : {}),
  };
}

/** Objects that lack a part, or have something else in its place, are named without it. */
const textOr = (value: unknown) => (typeof value === "string" ? value : "");

const keyOf = ({ environment, app, file, resource, path, rule, message }: Finding) =>
  [environment, app, file, resource.kind, resource.namespace, resource.name, path, rule, message].join("\0");

function inOrder(a: Finding, b: Finding): number {
  const [first, second] = [keyOf(a), keyOf(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}
