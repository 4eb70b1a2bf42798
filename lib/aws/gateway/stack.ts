import { createHash } from "node:crypto";
import { CfnOutput, CfnResource, Stack } from "aws-cdk-lib";
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
import { type GatewayPlan, variablesOf } from "./plan.ts";
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
   * API Gateway allows one variable part below each path, and CloudFormation makes the new before it removes the old: `{proxy+}` can't
   * become `{id}` in one API. Where a domain stands before it, the API is therefore another one when its variable parts change, and the
   * domain moves over when it is complete. Without a domain clients know the API itself, which stays.
   */
  #api(props: ApiProps): Api {
    const { settings, plan } = props;
    if (settings.definition === "openapi") return new OpenApi(this, "OpenApi", props);
    const variables = createHash("sha256").update(variablesOf(plan).join("\n")).digest("hex").slice(0, 8);
    return new ResourceApi(this, settings.domain ? `Api-${variables}` : "Api", props);
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
