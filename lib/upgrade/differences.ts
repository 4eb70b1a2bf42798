import { type CheckedEnvironment, check, type Report } from "../check/index.ts";
import { groupBy, groupOf, identity, type KubernetesObject } from "../manifest/index.ts";
import type { Difference, DifferenceKind, UpgradeChange } from "./upgrade.ts";

type Finding = Report["findings"][number];

/** What the rules of `check` say of an object on one of two versions only. */
export interface RuleDifferences {
  readonly differences: readonly Difference[];
  /** Paths of fields that one of the versions doesn't know. */
  readonly unknown: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** Whether the version before the upgrade refuses the object. */
  readonly isRefusedBefore: boolean;
}

/** An object's place among those of all environments, whatever its API version. */
export const placeOf = (environment: string, { apiVersion, kind, namespace, name }: UpgradeChange["resource"]): string =>
  `${environment}\0${identity(groupOf({ apiVersion }), kind, namespace, name)}`;

export const resourceOf = ({ apiVersion, kind, metadata }: KubernetesObject): UpgradeChange["resource"] => ({
  apiVersion,
  kind,
  namespace: metadata.namespace ?? "",
  name: metadata.name,
});

/** One side of an upgrade: its version, and what is applied to it. */
export interface UpgradeSide {
  readonly version: string;
  readonly environments: readonly CheckedEnvironment[];
}

/** Runs all rules on both sides, and keeps what they say of one of them only, by the object's place. */
export function ruleDifferences(before: UpgradeSide, after: UpgradeSide, today: string): ReadonlyMap<string, RuleDifferences> {
  const [old, now] = [keptOf(check(before.environments, today)), keptOf(check(after.environments, today))];
  const [gone, fresh] = [onlyIn(old, now), onlyIn(now, old)];
  const all = groupBy(
    [...fresh.map((finding) => ({ finding, isNew: true })), ...gone.map((finding) => ({ finding, isNew: false }))],
    ({ finding }) => placeOf(finding.environment, finding.resource),
  );
  return new Map(
    [...all].map(([place, found]) => {
      const pathsOf = (wanted: boolean) =>
        found.flatMap(({ finding, isNew }) => (isNew === wanted && isUnknownField(finding) ? [finding.path] : []));
      return [
        place,
        {
          differences: found.map(({ finding, isNew }) => (isNew ? newDifference(finding) : goneDifference(finding, before.version))),
          unknown: { before: pathsOf(false), after: pathsOf(true) },
          isRefusedBefore: found.some(({ finding, isNew }) => !isNew && finding.severity === "error" && !isUnknownField(finding)),
        },
      ];
    }),
  );
}

/** Findings of objects that count. What is said of files and of the cluster's snapshot is no matter of an upgrade. */
const keptOf = ({ findings }: Report): Finding[] =>
  findings.filter(
    ({ rule, severity, resource, waived }) => resource.name !== "" && rule !== "fleet/snapshot-version" && severity !== "info" && !waived,
  );

/** Messages name versions, which differ where nothing else does. */
const keyOf = ({ environment, resource, rule, severity, path, message }: Finding) =>
  [placeOf(environment, resource), rule, severity, path, message.replaceAll(/\b1\.\d+\b/g, "1.x")].join("\0");

function onlyIn(findings: readonly Finding[], others: readonly Finding[]): Finding[] {
  const known = new Set(others.map(keyOf));
  return findings.filter((finding) => !known.has(keyOf(finding)));
}

const isUnknownField = ({ rule, message, severity }: Finding) =>
  rule === "schema/fields" && severity === "error" && message.startsWith("unknown field");

function newDifference({ path, message, fix, rule, ...finding }: Finding): Difference {
  const kind = newKind({ path, message, fix, rule, ...finding });
  return { kind, path, message, fix, rule };
}

function newKind(finding: Finding): DifferenceKind {
  if (finding.severity !== "error") return "warning-new";
  if (isUnknownField(finding)) return "field-lost";
  return finding.rule === "schema/api-version" ? "not-served" : "refused";
}

/** What only the version before the upgrade has against an object. */
function goneDifference(finding: Finding, from: string): Difference {
  const { path, message, rule, severity } = finding;
  if (severity !== "error") return { kind: "warning-gone", path, message: `check warns of it for ${from}: ${message}`, rule };
  if (isUnknownField(finding))
    return {
      kind: "field-gained",
      path,
      message: `Kubernetes ${from} doesn't know the field, and refuses it in a strict or server-side apply`,
      rule,
    };
  if (rule === "schema/api-version") return { kind: "served", path, message, rule };
  return { kind: "accepted", path, message: `Kubernetes ${from} refuses it: ${message}`, rule };
}
