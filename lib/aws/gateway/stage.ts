import { type CfnResource, Validations } from "aws-cdk-lib";
import { CfnApiKey, CfnStage, CfnUsagePlan, CfnUsagePlanKey } from "aws-cdk-lib/aws-apigateway";
import { CfnWebACL, CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";
import type { Gateway, Throttle } from "../../overlay/index.ts";
import { partitionOf } from "../partition.ts";
import { accessLogGroup, restAccessLog } from "./access-logs.ts";
import type { Api } from "./api.ts";
import { ApiDeployment } from "./deployment.ts";
import type { GatewayMethod, GatewayPlan } from "./plan.ts";

export interface ApiStageProps {
  readonly name: string;
  readonly api: Api;
  readonly settings: Gateway;
  readonly plan: GatewayPlan;
  readonly region: string;
}

const stageName = "live";
/** What each method lets through, unless it is set. */
export const defaultThrottle: Throttle = { rate: 500, burst: 1000 };

/** What clients reach: the API's newest deployment, with its limits, logs, keys and firewall. */
export class ApiStage extends Construct {
  readonly stage: CfnStage;
  /** What has to stand before the stage when clients reach it: firewall, usage plans and their keys. */
  readonly guards: CfnResource[] = [];

  constructor(scope: Construct, id: string, props: ApiStageProps) {
    super(scope, id);
    const { api, settings, plan, name } = props;
    const logs = accessLogGroup(this, name, settings);
    const deployment = new ApiDeployment(this, "Deployment", api);
    this.stage = new CfnStage(this, "Stage", {
      restApiId: api.restApi.ref,
      deploymentId: deployment.deploymentId,
      stageName,
      tracingEnabled: settings.tracing ?? true,
      accessLogSetting: { destinationArn: logs.logGroupArn, format: JSON.stringify(restAccessLog) },
      methodSettings: [everyMethod(settings), ...plan.methods.flatMap((method) => ownThrottle(settings, method))],
    });
    this.#usagePlans(props);
    this.#firewall(props);
  }

  #usagePlans({ name, api, settings }: ApiStageProps): void {
    for (const [planName, { throttle, quota, keys = [] }] of Object.entries(settings.usagePlans ?? {})) {
      const plan = new CfnUsagePlan(this, `Plan-${planName}`, {
        usagePlanName: `${name}-${planName}`,
        apiStages: [{ apiId: api.restApi.ref, stage: this.stage.ref }],
        ...(throttle ? { throttle: { rateLimit: throttle.rate, burstLimit: throttle.burst } } : {}),
        ...(quota ? { quota } : {}),
      });
      this.guards.push(plan);
      for (const key of keys) {
        // No value: AWS chooses one, which stands in no template.
        const apiKey = new CfnApiKey(this, `Key-${planName}-${key}`, { name: `${name}-${key}`, enabled: true });
        this.guards.push(
          new CfnUsagePlanKey(this, `PlanKey-${planName}-${key}`, { keyId: apiKey.ref, keyType: "API_KEY", usagePlanId: plan.ref }),
        );
      }
    }
  }

  #firewall({ name, api, settings, region }: ApiStageProps): void {
    const waf = settings.waf ?? { type: "managed" };
    if (waf.type === "none") {
      Validations.of(this.stage).acknowledge({ id: "AwsSolutions-APIG3", reason: waf.reason });
      return;
    }
    const webAclArn =
      waf.type === "acl"
        ? waf.arn
        : new CfnWebACL(this, "WebAcl", webAcl(name, waf.requestsPerFiveMinutes ?? 2000, waf.count ?? [])).attrArn;
    const association = new CfnWebACLAssociation(this, "WebAclAssociation", {
      resourceArn: `arn:${partitionOf(region)}:apigateway:${region}::/restapis/${api.restApi.ref}/stages/${stageName}`,
      webAclArn,
    });
    association.addResourceDependency(this.stage);
    this.guards.push(association);
  }
}

function everyMethod({ metrics = true, throttle = defaultThrottle }: Gateway): CfnStage.MethodSettingProperty {
  return { resourcePath: "/*", httpMethod: "*", ...methodSettings(metrics, throttle) };
}

/** What a method says of itself replaces all that is said of every method. */
function ownThrottle({ metrics = true }: Gateway, { path, httpMethod, throttle }: GatewayMethod): CfnStage.MethodSettingProperty[] {
  if (!throttle) return [];
  // The path is escaped as a JSON pointer is.
  const resourcePath = path === "/" ? "/" : `/${path.replaceAll("/", "~1")}`;
  // "*" is what ANY is called here.
  return [{ resourcePath, httpMethod: httpMethod === "ANY" ? "*" : httpMethod, ...methodSettings(metrics, throttle) }];
}

/** Errors are logged; bodies and headers, which may hold secrets, aren't. */
const methodSettings = (metricsEnabled: boolean, { rate, burst }: Throttle) => ({
  metricsEnabled,
  loggingLevel: "ERROR",
  dataTraceEnabled: false,
  throttlingRateLimit: rate,
  throttlingBurstLimit: burst,
});

function webAcl(name: string, requestsPerFiveMinutes: number, counted: readonly string[]) {
  const visibility = (metricName: string) => ({ cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName });
  const managed = (rules: string, priority: number, counted: readonly string[] = []) => ({
    name: rules,
    priority,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name: rules,
        ...(counted.length > 0 ? { ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })) } : {}),
      },
    },
    visibilityConfig: visibility(rules),
  });
  return {
    name,
    scope: "REGIONAL",
    defaultAction: { allow: {} },
    visibilityConfig: visibility(name),
    rules: [
      {
        name: "requests-of-one-address",
        priority: 0,
        action: { block: {} },
        statement: { rateBasedStatement: { limit: requestsPerFiveMinutes, aggregateKeyType: "IP" } },
        visibilityConfig: visibility("requests-of-one-address"),
      },
      managed("AWSManagedRulesCommonRuleSet", 1, counted),
      managed("AWSManagedRulesKnownBadInputsRuleSet", 2),
    ],
  };
}
