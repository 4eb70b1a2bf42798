import { createHash } from "node:crypto";
import { Annotations, CfnOutput, CfnResource, Stack, type StackProps, Token } from "aws-cdk-lib";
import { CfnPermission } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { Gateway } from "../../overlay/index.ts";
import { InputError } from "../../problem/index.ts";
import { partitionOf, urlSuffixOf } from "../partition.ts";
import { ApiAlarms } from "./alarms.ts";
import type { Api, ApiProps } from "./api.ts";
import { authorizersOf } from "./authorizer.ts";
import { ApiDomain } from "./domain.ts";
import { HttpApi } from "./http-api.ts";
import { HttpStage } from "./http-stage.ts";
import { makePlan } from "./make-plan.ts";
import { OpenApi } from "./open-api.ts";
import { type GatewayPlan, singleVariablesOf } from "./plan.ts";
import { privateLink } from "./private-link.ts";
import { ResourceApi } from "./resource-api.ts";
import type { GatewayRoute } from "./route.ts";
import type { ServedApi } from "./served-api.ts";
import { ApiStage } from "./stage.ts";

/** What a gateway is made from, and all that a CDK stack takes: its name, tags, synthesizer and so on. */
export interface GatewayStackProps extends StackProps {
  /** Where the gateway is. Both are needed at synth, for ARNs and for what AWS would refuse. */
  readonly env: { readonly account: string; readonly region: string };
  /** Name of the API, with which the names of its log group, alarms and usage plans begin. @default - the stack's name */
  readonly name?: string;
  /** Routes that the gateway serves. */
  readonly routes: readonly GatewayRoute[];
  /** Everything else: what an environment sets as `aws.gateway`. */
  readonly settings: Gateway;
  /** @default true */
  readonly terminationProtection?: boolean;
}

/** Of 500 that CloudFormation allows a stack: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const mostResources = 450;

const addressFollows = (variables: readonly string[]) =>
  `The gateway has no domain, and its address changes when one of these variables is added, renamed or removed: ${variables.join(", ")}. The output Url has the address. To keep it, set aws.gateway.domain, or definition: "openapi".`;

/**
 * An API Gateway: the API, the stage that serves it, and what stands around. REST APIs write to CloudWatch by a right that an account has
 * once for each region: `GatewayAccountStack` gives it, where nothing else does.
 *
 * @example
 * new GatewayStack(app, "orders-gateway", {
 *   env: { account: "222222222222", region: "eu-west-1" },
 *   routes: [{ name: "orders", host: "orders.shop.example", path: "/orders" }],
 *   settings: { authorization: { type: "iam" } },
 * });
 */
export class GatewayStack extends Stack {
  /** What the API does. */
  readonly plan: GatewayPlan;
  /** Address of the gateway, without a slash at its end. */
  readonly url: string;

  /** @throws InputError with everything that API Gateway would refuse, or do otherwise than is said */
  constructor(scope: Construct, id: string, { name: ownName, routes, settings, ...props }: GatewayStackProps) {
    super(scope, id, { terminationProtection: true, ...props });
    const name = ownName ?? this.stackName;
    const { account, region } = knownPlace(name, props.env);
    this.plan = makePlan({ name, account, region, settings, routes });
    const link = settings.vpcLink ? privateLink(this, name, settings.vpcLink) : undefined;
    const api = { name, region, settings, plan: this.plan, link };
    const served = settings.type === "http" ? this.#httpApi(api) : this.#restApi(api);
    for (const authorizer of authorizersOf(this.plan.methods)) {
      if (authorizer.type !== "lambda") continue;
      new CfnPermission(this, `Ask-${authorizer.name}`, {
        action: "lambda:InvokeFunction",
        functionName: authorizer.function,
        principal: "apigateway.amazonaws.com",
        sourceArn: `arn:${partitionOf(region)}:execute-api:${region}:${account}:${served.apiId}/authorizers/*`,
      });
    }
    const { domain, alarms, endpoint } = settings;
    if (domain) new ApiDomain(this, "Domain", { domain, endpoint, served });
    if (alarms) new ApiAlarms(this, "Alarms", { name, served, alarms });
    this.url = domain
      ? `https://${domain.name}${domain.basePath ? `/${domain.basePath}` : ""}`
      : `https://${served.apiId}.execute-api.${region}.${urlSuffixOf(region)}${served.stagePath}`;
    new CfnOutput(this, "Url", { value: this.url });
    this.#countResources(name, settings);
  }

  #restApi(props: ApiProps): ServedApi {
    const { name } = props;
    const api = this.#definedApi(props);
    const { stage, guards } = new ApiStage(this, "Stage", { ...props, api });
    const stageName = stage.stageName ?? "";
    const dimensions = [
      { name: "ApiName", value: name },
      { name: "Stage", value: stageName },
    ];
    return { type: "rest", apiId: api.restApi.ref, stage: stage.ref, stagePath: `/${stageName}`, guards, dimensions };
  }

  #httpApi(props: ApiProps): ServedApi {
    const api = new HttpApi(this, "HttpApi", props);
    const { stage } = new HttpStage(this, "HttpStage", { ...props, api });
    const apiId = api.api.ref;
    const dimensions = [{ name: "ApiId", value: apiId }];
    return { type: "http", apiId, stage: stage.stageName, stagePath: "", guards: [stage, ...api.routes.values()], dimensions };
  }

  /**
   * API Gateway allows one variable below each path, and CloudFormation creates the new before it removes the old: `{id}` can't become
   * `{orderId}` in one API, nor `{proxy+}` become `{id}`. So the API is a new one when its single variables change. A domain moves to it
   * when it is complete. Without a domain its address changes: synth lists the variables on which it depends, and `slipway review` reports
   * each change of it. An OpenAPI body is replaced as a whole, and its API stays.
   */
  #definedApi(props: ApiProps): Api {
    const { settings, plan } = props;
    if (settings.definition === "openapi") return new OpenApi(this, "OpenApi", props);
    const variables = singleVariablesOf(plan);
    if (variables.length === 0) return new ResourceApi(this, "Api", props);
    if (!settings.domain) Annotations.of(this).addInfo(addressFollows(variables));
    return new ResourceApi(this, `Api-${createHash("sha256").update(variables.join("\n")).digest("hex").slice(0, 8)}`, props);
  }

  #countResources(environment: string, { type, definition }: Gateway): void {
    const count = this.node.findAll().filter((construct) => CfnResource.isCfnResource(construct)).length;
    if (definition === "openapi" || count <= mostResources) return;
    throw new InputError([
      {
        environment,
        path: type === "http" ? "aws.gateway.type" : "aws.gateway.definition",
        message: `the gateway takes ${count} resources, and a stack may have 500`,
        fix: `Set ${type === "http" ? 'type: "rest" and ' : ""}definition: "openapi". This creates a new API, so its address changes unless it has a domain.`,
      },
    ]);
  }
}

/** Callers without types may leave it out, or give what only a deploy knows. */
function knownPlace(environment: string, env: GatewayStackProps["env"] | undefined): GatewayStackProps["env"] {
  const { account, region } = { ...env };
  if (account && region && !Token.isUnresolved(account) && !Token.isUnresolved(region)) return { account, region };
  throw new InputError([
    {
      environment,
      path: "env",
      message: `expected an account and a region that are known at synth, found ${JSON.stringify({ account, region })}`,
      fix: 'Set env: { account: "222222222222", region: "eu-west-1" } of the stack.',
    },
  ]);
}
