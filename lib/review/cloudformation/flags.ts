import { isRecord } from "../../outside/index.ts";
import type { Flag } from "../change.ts";
import type { TemplateResource } from "./template.ts";
import { isSame } from "./values.ts";

/** A resource on both sides; undefined where it isn't there. */
interface Both {
  readonly before: TemplateResource | undefined;
  readonly after: TemplateResource | undefined;
}

/** What a reviewer has to see of a resource's change beside its impact. */
export function flagsOf({ before, after }: Both): Flag[] {
  const type = (after ?? before)?.type ?? "";
  const [old, now] = [before?.properties ?? {}, after?.properties ?? {}];
  return [
    ...exposures.flatMap(({ types, isOpen, text }): Flag[] => {
      const isMeant = types.test(type) && after !== undefined && isOpen(now) && !(before !== undefined && isOpen(old));
      return isMeant ? [{ flag: "exposure", text }] : [];
    }),
    ...(type === "AWS::WAFv2::WebACLAssociation" && after === undefined
      ? [{ flag: "exposure", text: "the firewall no longer looks at requests" } as const]
      : []),
    ...privileges(type, old, now),
    ...weaker(before, after),
  ];
}

interface Exposure {
  readonly types: RegExp;
  readonly isOpen: (properties: Readonly<Record<string, unknown>>) => boolean;
  readonly text: string;
}

const isEverywhere = (value: unknown) => isRecord(value) && (value.CidrIp === "0.0.0.0/0" || value.CidrIpv6 === "::/0");
const isTrue = (value: unknown) => value === true || value === "true";

const exposures: readonly Exposure[] = [
  {
    types: /^AWS::ApiGateway(V2)?::(Method|Route)$/,
    isOpen: ({ AuthorizationType = "NONE", HttpMethod, ApiKeyRequired }) =>
      AuthorizationType === "NONE" && HttpMethod !== "OPTIONS" && !isTrue(ApiKeyRequired),
    text: "callers need no authorization",
  },
  {
    types: /^AWS::EC2::SecurityGroup$/,
    isOpen: ({ SecurityGroupIngress: rules }) => Array.isArray(rules) && rules.some(isEverywhere),
    text: "the security group lets every address in",
  },
  { types: /^AWS::EC2::SecurityGroupIngress$/, isOpen: isEverywhere, text: "the security group lets every address in" },
  { types: /^AWS::Lambda::Url$/, isOpen: ({ AuthType }) => AuthType === "NONE", text: "everybody may call the function" },
  {
    types: /^AWS::ElasticLoadBalancingV2::LoadBalancer$/,
    isOpen: ({ Scheme = "internet-facing" }) => Scheme === "internet-facing",
    text: "the load balancer is reachable from the internet",
  },
  {
    types: /^AWS::RDS::DBInstance$/,
    isOpen: ({ PubliclyAccessible }) => isTrue(PubliclyAccessible),
    text: "the database has a public address",
  },
  {
    types: /^AWS::S3::Bucket$/,
    isOpen: ({ PublicAccessBlockConfiguration: block }) => isRecord(block) && Object.values(block).some((value) => !isTrue(value)),
    text: "public access to the bucket isn't blocked",
  },
  {
    types:
      /^AWS::(S3::BucketPolicy|SQS::QueuePolicy|SNS::TopicPolicy|ECR::Repository|KMS::Key|Lambda::Permission|SecretsManager::ResourcePolicy)$/,
    isOpen: (properties) => statementsIn(properties).some(isForEverybody) || properties.Principal === "*",
    text: "a policy names every principal",
  },
  {
    types: /^AWS::ApiGateway::RestApi$/,
    isOpen: ({ DisableExecuteApiEndpoint }) => !isTrue(DisableExecuteApiEndpoint),
    text: "the API answers at its own address",
  },
];

const isForEverybody = ({ Effect, Principal, Condition }: Readonly<Record<string, unknown>>) =>
  Effect === "Allow" && Condition === undefined && (Principal === "*" || (isRecord(Principal) && [Principal.AWS].flat().includes("*")));

/** The statements of all policies within some properties. */
function statementsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if (!isRecord(value)) return [];
  if (value.Effect !== undefined && (value.Action !== undefined || value.NotAction !== undefined)) return [value];
  return Object.values(value).flatMap(statementsIn);
}

/** Statements that a policy grants in addition, and managed policies that a role gets. */
function privileges(type: string, old: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>): Flag[] {
  if (!/^AWS::IAM::(Role|Policy|ManagedPolicy|User|Group|RolePolicy|UserPolicy|GroupPolicy)$|^AWS::SSO::PermissionSet$/.test(type))
    return [];
  const [had, has] = [statementsIn(old), statementsIn(now)];
  const gained = has.filter((statement) => statement.Effect === "Allow" && !had.some((other) => isSame(other, statement)));
  const policies = (properties: Readonly<Record<string, unknown>>) =>
    Array.isArray(properties.ManagedPolicyArns) ? (properties.ManagedPolicyArns as unknown[]) : [];
  const attached = policies(now).filter((policy) => !policies(old).some((other) => isSame(other, policy)));
  const texts = [
    ...gained.map(
      (statement) => `may ${listOf(statement.Action ?? statement.NotAction)}${isAny(statement.Resource) ? " of everything" : ""}`,
    ),
    ...attached.map((policy) => `gets ${typeof policy === "string" ? policy : JSON.stringify(policy)}`),
  ];
  return texts.length > 0 ? [{ flag: "privilege", text: shortList(texts) }] : [];
}

const isAny = (value: unknown) => [value].flat().includes("*");
const listOf = (value: unknown) =>
  shortList(
    [value].flat().map((entry) => (typeof entry === "string" ? entry : JSON.stringify(entry))),
    ", ",
  );
const mostNamed = 4;
const shortList = (texts: readonly string[], separator = "; ") =>
  [...texts.slice(0, mostNamed), ...(texts.length > mostNamed ? [`and ${texts.length - mostNamed} more`] : [])].join(separator);

/** A resource that was kept when it left the stack, or was replaced, and isn't any more. */
function weaker(before: TemplateResource | undefined, after: TemplateResource | undefined): Flag[] {
  if (before === undefined || after === undefined) return [];
  return ["DeletionPolicy", "UpdateReplacePolicy"].flatMap((policy): Flag[] => {
    const [old, now = "Delete"] = [before.attributes[policy], after.attributes[policy]];
    if (typeof old !== "string" || old === now || now !== "Delete") return [];
    const when = policy === "DeletionPolicy" ? "leaves the stack" : "is replaced";
    return [{ flag: "prune", text: `it is deleted when it ${when}`, before: old, after: now }];
  });
}
