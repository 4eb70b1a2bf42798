import { isRecord } from "../../outside/index.ts";
import { counted } from "../../problem/index.ts";
import type { Flag } from "../change.ts";
import { valueText } from "../value-text.ts";
import { listed } from "./listed.ts";
import { openings } from "./openings.ts";
import { policyOf } from "./policies.ts";
import { isSame } from "./same.ts";
import { type Statement, statementsIn } from "./statements.ts";
import type { TemplateResource } from "./template.ts";

/** A resource on both sides; undefined where it isn't there. */
interface Both {
  readonly before: TemplateResource | undefined;
  readonly after: TemplateResource | undefined;
}

/** What a reviewer has to see of a resource's change beside its impact. */
export function flagsOf({ before, after }: Both): Flag[] {
  return [...exposures(before, after), ...privileges(before, after), ...weaker(before, after), ...shorter(before, after)];
}

/** What is open to more callers than before. */
function exposures(before: TemplateResource | undefined, after: TemplateResource | undefined): Flag[] {
  if (after === undefined)
    return before?.type === "AWS::WAFv2::WebACLAssociation" ? [{ flag: "exposure", text: "the firewall no longer looks at requests" }] : [];
  const known = new Set(before ? openings(before, undefined) : []);
  return openings(after, before).flatMap((text): Flag[] => (known.has(text) ? [] : [{ flag: "exposure", text }]));
}

const identities = /^AWS::IAM::(Role|Policy|ManagedPolicy|User|Group|RolePolicy|UserPolicy|GroupPolicy)$|^AWS::SSO::PermissionSet$/;

/** What an identity may do in addition, and who may take it. */
function privileges(before: TemplateResource | undefined, after: TemplateResource | undefined): Flag[] {
  if (after === undefined || !identities.test(after.type)) return [];
  const { AssumeRolePolicyDocument: trusts, ...now } = after.properties;
  const { AssumeRolePolicyDocument: trusted, ...old } = before?.properties ?? {};
  const [had, has] = [statementsIn(old), statementsIn(now)];
  const isIn = (statements: readonly Statement[], statement: Statement) => statements.some((other) => isSame(other, statement));
  const gained = has.filter((statement) => statement.Effect === "Allow" && !isIn(had, statement));
  const freed = had.filter((statement) => statement.Effect === "Deny" && !isIn(has, statement));
  const takers = statementsIn(trusts).filter((statement) => statement.Effect === "Allow" && !isIn(statementsIn(trusted), statement));
  const texts = [
    ...gained.map(grantText),
    ...freed.map(({ Action: action, NotAction: others }) => `is no longer denied ${actionsText(action, others)}`),
    ...takers.map(({ Principal: principal }) => `may be assumed by ${listed(valuesIn(principal), mostNamed)}`),
    ...added(old.ManagedPolicyArns, now.ManagedPolicyArns).map((policy) => `gets ${valueText(policy)}`),
  ];
  return texts.length > 0 ? [{ flag: "privilege", text: listed(texts, mostNamed, "; ") }] : [];
}

const grantText = ({ Action: action, NotAction: others, Resource: resource }: Statement) =>
  `may ${actionsText(action, others)}${[resource].flat().includes("*") ? ", on every resource" : ""}`;

/** The actions of a statement: what it names, or all but that. */
function actionsText(action: unknown, others: unknown): string {
  if (action === undefined) return `do everything but ${listed([others].flat().map(valueText), mostNamed)}`;
  return action === "*" ? "do everything" : listed([action].flat().map(valueText), mostNamed);
}

/** The principals of a statement, whatever they are grouped by. */
const valuesIn = (principal: unknown): string[] => (isRecord(principal) ? Object.values(principal) : [principal]).flat().map(valueText);

const added = (before: unknown, after: unknown): unknown[] => {
  const [old, now]: unknown[][] = [before, after].map((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  return (now ?? []).filter((entry) => !(old ?? []).some((other) => isSame(other, entry)));
};

const mostNamed = 4;

/** A resource that was kept when it left the stack, or was replaced, and isn't any more. */
function weaker(before: TemplateResource | undefined, after: TemplateResource | undefined): Flag[] {
  if (before === undefined || after === undefined) return [];
  return (["DeletionPolicy", "UpdateReplacePolicy"] as const).flatMap((attribute): Flag[] => {
    const [old, now = "Delete"] = [policyOf(before, attribute), policyOf(after, attribute)];
    if (old === undefined || old === now || now !== "Delete") return [];
    const when = attribute === "DeletionPolicy" ? "leaves the stack" : "is replaced";
    return [{ flag: "prune", text: `it is deleted when it ${when}`, before: old, after: now }];
  });
}

/** What is deleted sooner than before by a rule of the resource itself. */
function shorter(before: TemplateResource | undefined, after: TemplateResource | undefined): Flag[] {
  if (before === undefined || after === undefined) return [];
  const [old, now] = [before, after].map(({ properties }) => properties);
  if (after.type === "AWS::Logs::LogGroup") {
    const [was, is] = [old, now].map((properties) => Number(properties?.RetentionInDays ?? Number.POSITIVE_INFINITY));
    return is !== undefined && was !== undefined && is < was
      ? [{ flag: "prune", text: `log events older than ${counted(is, "day")} are deleted` }]
      : [];
  }
  if (after.type !== "AWS::S3::Bucket") return [];
  const known = expirations(old);
  return expirations(now).flatMap((text): Flag[] => (known.includes(text) ? [] : [{ flag: "prune", text }]));
}

/** What the lifecycle of a bucket deletes, each rule in words. */
function expirations(properties: unknown): string[] {
  const configuration = isRecord(properties) && isRecord(properties.LifecycleConfiguration) ? properties.LifecycleConfiguration : {};
  const rules: unknown[] = Array.isArray(configuration.Rules) ? (configuration.Rules as unknown[]) : [];
  return rules.flatMap((rule) => {
    if (!isRecord(rule) || rule.Status === "Disabled" || (rule.ExpirationInDays ?? rule.ExpirationDate) === undefined) return [];
    const when =
      rule.ExpirationInDays === undefined
        ? `after ${valueText(rule.ExpirationDate)}`
        : `older than ${counted(Number(rule.ExpirationInDays), "day")}`;
    return [`objects ${when} are deleted${typeof rule.Prefix === "string" && rule.Prefix !== "" ? `, below ${rule.Prefix}` : ""}`];
  });
}
