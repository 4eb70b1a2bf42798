import { createHash } from "node:crypto";
import { Annotations, CfnOutput, CfnResource, Stack } from "aws-cdk-lib";
import { CfnPermission } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { Gateway, ResolvedEnvironment } from "../../overlay/index.ts";
import { InputError } from "../../problem/index.ts";
import { partitionOf } from "../partition.ts";
import { ApiAlarms } from "./alarms.ts";
import type { Api, ApiProps } from "./api.ts";
import { authorizersOf } from "./authorizer.ts";
import { ApiDomain } from "./domain.ts";
import { OpenApi } from "./open-api.ts";
import { type GatewayPlan, singleVariablesOf } from "./plan.ts";
import { PrivateLink } from "./private-link.ts";
import { ResourceApi } from "./resource-api.ts";
import { ApiStage } from "./stage.ts";

export interface GatewayStackProps {
  readonly environment: ResolvedEnvironment;
  readonly settings: Gateway;
  readonly account: string;
  readonly region: string;
  readonly plan: GatewayPlan;
}

/** Of 500 that CloudFormation allows a stack: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const mostResources = 450;

/** By which `Annotations.of(stack).acknowledgeWarning` accepts that the address follows the variables. */
const addressWarning = "slipway:address-follows-variables";
const addressFollows = (variables: readonly string[]) =>
  `The gateway has no domain, and its address changes when one of these variables is added, renamed or removed: ${variables.join(", ")}. The output Url has the address. To keep it, set aws.gateway.domain, or definition: "openapi".`;

/** An environment's API Gateway: the API, the stage that serves it, and what stands around. */
export class GatewayStack extends Stack {
  /** What the API does. */
  readonly plan: GatewayPlan;

  constructor(scope: Construct, id: string, { environment, settings, account, region, plan }: GatewayStackProps) {
    super(scope, id, {
      env: { account, region },
      description: `API Gateway of ${environment.name}`,
      tags: { "slipway:environment": environment.name },
      terminationProtection: true,
    });
    this.plan = plan;
    const name = `${environment.name}-gateway`;
    const link = settings.vpcLink ? new PrivateLink(this, "PrivateLink", name, settings.vpcLink) : undefined;
    const api = this.#api({ name, region, settings, plan, link });
    for (const authorizer of authorizersOf(plan.methods)) {
      if (authorizer.type !== "lambda") continue;
      new CfnPermission(this, `Ask-${authorizer.name}`, {
        action: "lambda:InvokeFunction",
        functionName: authorizer.function,
        principal: "apigateway.amazonaws.com",
        sourceArn: `arn:${partitionOf(region)}:execute-api:${region}:${account}:${api.restApi.ref}/authorizers/*`,
      });
    }
    const served = new ApiStage(this, "Stage", { name, api, settings, plan, region });
    const { stage } = served;
    if (settings.domain) new ApiDomain(this, "Domain", api, served, settings);
    if (settings.alarms) new ApiAlarms(this, "Alarms", name, stage.stageName ?? "", settings);
    const basePath = settings.domain?.basePath ? `/${settings.domain.basePath}` : "";
    new CfnOutput(this, "Url", {
      value: settings.domain
        ? `https://${settings.domain.name}${basePath}`
        : `https://${api.restApi.ref}.execute-api.${region}.amazonaws.com/${stage.stageName}`,
    });
    this.#countResources(environment.name, settings);
  }

  /**
   * API Gateway allows one variable below each path, and CloudFormation creates the new before it removes the old: `{id}` can't become
   * `{orderId}` in one API, nor `{proxy+}` become `{id}`. So the API is a new one when its single variables change. A domain moves to it when
   * it is complete; without a domain its address changes, which synth says. An OpenAPI body is replaced as a whole, and its API stays.
   */
  #api(props: ApiProps): Api {
    const { settings, plan } = props;
    if (settings.definition === "openapi") return new OpenApi(this, "OpenApi", props);
    const variables = singleVariablesOf(plan);
    if (variables.length === 0) return new ResourceApi(this, "Api", props);
    if (!settings.domain) Annotations.of(this).addWarningV2(addressWarning, addressFollows(variables));
    return new ResourceApi(this, `Api-${createHash("sha256").update(variables.join("\n")).digest("hex").slice(0, 8)}`, props);
  }

  #countResources(environment: string, { definition }: Gateway): void {
    const count = this.node.findAll().filter((construct) => CfnResource.isCfnResource(construct)).length;
    if (definition === "openapi" || count <= mostResources) return;
    throw new InputError([
      {
        environment,
        path: "aws.gateway.definition",
        message: `the gateway takes ${count} resources, and a stack may have 500`,
        fix: 'Set definition: "openapi". This creates a new API, so its address changes unless it has a domain.',
      },
    ]);
  }
}
