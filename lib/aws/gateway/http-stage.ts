import { CfnStage } from "aws-cdk-lib/aws-apigatewayv2";
import { Construct } from "constructs";
import type { Gateway, Throttle } from "../../overlay/index.ts";
import { accessLogGroup, httpAccessLog } from "./access-logs.ts";
import { type HttpApi, routeKey } from "./http-api.ts";
import type { GatewayPlan } from "./plan.ts";
import { defaultThrottle } from "./stage.ts";

export interface HttpStageProps {
  readonly name: string;
  readonly api: HttpApi;
  readonly settings: Gateway;
  readonly plan: GatewayPlan;
}

/** The default stage of an HTTP API, whose name is in no path. It serves every change as it comes. */
export class HttpStage extends Construct {
  readonly stage: CfnStage;

  constructor(scope: Construct, id: string, { name, api, settings, plan }: HttpStageProps) {
    super(scope, id);
    const { metrics = true, throttle = defaultThrottle, waf } = settings;
    const logs = accessLogGroup(this, name, settings);
    const throttled = plan.methods.flatMap((method) =>
      method.throttle ? [[routeKey(method), routeSettings(method.throttle, metrics)] as const] : [],
    );
    this.stage = new CfnStage(this, "Stage", {
      apiId: api.api.ref,
      stageName: "$default",
      autoDeploy: true,
      accessLogSettings: { destinationArn: logs.logGroupArn, format: JSON.stringify(httpAccessLog) },
      defaultRouteSettings: {
        detailedMetricsEnabled: metrics,
        throttlingRateLimit: throttle.rate,
        throttlingBurstLimit: throttle.burst,
      },
      ...(throttled.length > 0 ? { routeSettings: Object.fromEntries(throttled) } : {}),
    });
    // Settings of a route that isn't there yet are refused.
    for (const [key] of throttled) {
      const route = api.routes.get(key);
      if (route) this.stage.addResourceDependency(route);
    }
    if (waf?.type === "none") this.stage.addMetadata("slipway:no-firewall", waf.reason);
  }
}

/** As CloudFormation has them in JSON that it passes on. */
const routeSettings = ({ rate, burst }: Throttle, metrics: boolean) => ({
  DetailedMetricsEnabled: metrics,
  ThrottlingRateLimit: rate,
  ThrottlingBurstLimit: burst,
});
