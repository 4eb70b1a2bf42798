import { isRecord } from "../../outside/index.ts";
import { valueText } from "../value-text.ts";
import { isSame } from "./same.ts";
import { statementsIn } from "./statements.ts";
import type { TemplateResource } from "./template.ts";

type Properties = Readonly<Record<string, unknown>>;

interface Row {
  readonly types: RegExp;
  /** What of it is open, each in words. @param before what there was; undefined for a new resource, and for the old one itself */
  readonly open: (properties: Properties, before: Properties | undefined) => string[];
}

/** What of a resource is open to everybody, each in words. @param before the same resource before the change, if it was there */
export const openings = ({ type, properties }: TemplateResource, before: TemplateResource | undefined): string[] =>
  rows.flatMap(({ types, open }) => (types.test(type) ? open(properties, before?.properties) : []));

const when = (isOpen: boolean, text: string) => (isOpen ? [text] : []);
const isTrue = (value: unknown) => value === true || value === "true";

const rows: readonly Row[] = [
  {
    types: /^AWS::ApiGateway(V2)?::(Method|Route)$/,
    open: ({ AuthorizationType: type = "NONE", HttpMethod: method, ApiKeyRequired: key }) =>
      when(type === "NONE" && method !== "OPTIONS" && !isTrue(key), "callers need no authorization"),
  },
  { types: /^AWS::EC2::SecurityGroup$/, open: ({ SecurityGroupIngress: rules }) => (Array.isArray(rules) ? rules.flatMap(openRule) : []) },
  { types: /^AWS::EC2::SecurityGroupIngress$/, open: openRule },
  { types: /^AWS::Lambda::Url$/, open: ({ AuthType: type }) => when(type === "NONE", "everybody may call the function") },
  {
    types: /^AWS::ElasticLoadBalancingV2::LoadBalancer$/,
    open: ({ Scheme: scheme = "internet-facing" }) =>
      when(scheme === "internet-facing", "the load balancer is reachable from the internet"),
  },
  {
    types: /^AWS::RDS::DBInstance$/,
    open: ({ PubliclyAccessible: isPublic }) => when(isTrue(isPublic), "the database has a public address"),
  },
  { types: /^AWS::S3::Bucket$/, open: openBucket },
  {
    types: /^AWS::(S3::BucketPolicy|SQS::QueuePolicy|SNS::TopicPolicy|ECR::Repository|KMS::Key|SecretsManager::ResourcePolicy|IAM::Role)$/,
    open: (properties) => statementsIn(properties).flatMap(openStatement),
  },
  { types: /^AWS::Lambda::Permission$/, open: ({ Principal: principal }) => when(principal === "*", "everybody may call the function") },
  {
    types: /^AWS::ApiGateway::RestApi$/,
    open: ({ DisableExecuteApiEndpoint: isOff }) => when(!isTrue(isOff), "the API answers at its own address"),
  },
];

function openRule(rule: unknown): string[] {
  if (!isRecord(rule) || (rule.CidrIp !== "0.0.0.0/0" && rule.CidrIpv6 !== "::/0")) return [];
  const { FromPort: from, ToPort: to = from, IpProtocol: protocol = "-1" } = rule;
  const ports =
    String(protocol) === "-1" || from === undefined ? "every port" : `${isSame(from, to) ? "port" : "ports"} ${range(from, to)}`;
  return [`the security group lets every address in, to ${ports}`];
}

const range = (from: unknown, to: unknown) => (isSame(from, to) ? valueText(from) : `${valueText(from)} to ${valueText(to)}`);

const blocks = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] as const;

/** New buckets block public access by default: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
function openBucket({ PublicAccessBlockConfiguration: block }: Properties, before: Properties | undefined): string[] {
  const isByDefault = block === undefined && (before === undefined || before.PublicAccessBlockConfiguration === undefined);
  if (isByDefault) return [];
  return blocks.flatMap((name) => when(!(isRecord(block) && isTrue(block[name])), `the bucket doesn't have ${name}`));
}

/** A statement that names every principal, without a condition. */
function openStatement({
  Effect: effect,
  Principal: principal,
  NotPrincipal: others,
  Condition: condition,
  Action: action,
  NotAction: rest,
}: Properties): string[] {
  if (effect !== "Allow" || condition !== undefined) return [];
  const isEverybody = principal === "*" || (isRecord(principal) && [principal.AWS].flat().includes("*")) || others !== undefined;
  const what =
    action === undefined ? `everything but ${[rest].flat().map(valueText).join(", ")}` : [action].flat().map(valueText).join(", ");
  return when(isEverybody, `every principal may ${what}`);
}
