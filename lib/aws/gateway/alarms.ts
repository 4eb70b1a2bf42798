import { CfnAlarm, type CfnAlarmProps } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { Gateway } from "../../overlay/index.ts";
import type { ServedApi } from "./served-api.ts";

export interface ApiAlarmsProps {
  readonly name: string;
  readonly served: ServedApi;
  readonly alarms: NonNullable<Gateway["alarms"]>;
}

const namespace = "AWS/ApiGateway";
const period = 300;

/** Alarms when too many requests fail, or take too long. Quiet times are no alarm. */
export class ApiAlarms extends Construct {
  constructor(scope: Construct, id: string, { name, served, alarms }: ApiAlarmsProps) {
    super(scope, id);
    const alarm = (what: string, alarmDescription: string, metric: Partial<CfnAlarmProps>) =>
      new CfnAlarm(this, what, {
        alarmName: `${name}-${what.toLowerCase()}`,
        alarmDescription,
        evaluationPeriods: 1,
        comparisonOperator: "GreaterThanThreshold",
        treatMissingData: "notBreaching",
        ...(alarms.topic ? { alarmActions: [alarms.topic], okActions: [alarms.topic] } : {}),
        ...metric,
      });
    const { errorPercent = 1, latencyMilliseconds = 3000 } = alarms;
    const dimensions = [...served.dimensions];
    alarm("Errors", `More than ${errorPercent} % of requests end with 5xx.`, {
      ...(served.type === "http" ? shareOf5xx(dimensions) : averageOf5xx(dimensions)),
      threshold: errorPercent / 100,
    });
    alarm("Latency", `One of 100 requests takes more than ${latencyMilliseconds} ms.`, {
      namespace,
      dimensions,
      period,
      metricName: "Latency",
      extendedStatistic: "p99",
      threshold: latencyMilliseconds,
    });
  }
}

type Dimensions = CfnAlarm.DimensionProperty[];

/** The average of a REST API's 5XXError is the share of requests: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html */
const averageOf5xx = (dimensions: Dimensions) => ({ namespace, dimensions, period, metricName: "5XXError", statistic: "Average" });

/** An HTTP API's metrics are numbers, of which the share is calculated: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html */
function shareOf5xx(dimensions: Dimensions): Pick<CfnAlarmProps, "metrics"> {
  const sum = (id: string, metricName: string): CfnAlarm.MetricDataQueryProperty => ({
    id,
    metricStat: { metric: { namespace, metricName, dimensions }, period, stat: "Sum" },
    returnData: false,
  });
  const share = {
    id: "share",
    expression: "IF(requests > 0, errors / requests, 0)",
    label: "Share of requests that end with 5xx",
    returnData: true,
  };
  return { metrics: [share, sum("errors", "5xx"), sum("requests", "Count")] };
}
