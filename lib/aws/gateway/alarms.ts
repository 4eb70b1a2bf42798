import { CfnAlarm } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { Gateway } from "../../overlay/index.ts";
import type { ServedApi } from "./served-api.ts";

export interface ApiAlarmsProps {
  readonly name: string;
  readonly metrics: ServedApi["metrics"];
  readonly alarms: NonNullable<Gateway["alarms"]>;
}

/** Tells when too many requests fail, or take too long. Quiet times are no alarm. */
export class ApiAlarms extends Construct {
  constructor(scope: Construct, id: string, { name, metrics, alarms }: ApiAlarmsProps) {
    super(scope, id);
    const alarm = (
      what: string,
      alarmDescription: string,
      metric: Pick<CfnAlarm, "metricName" | "threshold"> & { statistic?: string; extendedStatistic?: string },
    ) =>
      new CfnAlarm(this, what, {
        alarmName: `${name}-${what.toLowerCase()}`,
        alarmDescription,
        namespace: "AWS/ApiGateway",
        dimensions: [...metrics.dimensions],
        period: 300,
        evaluationPeriods: 1,
        comparisonOperator: "GreaterThanThreshold",
        treatMissingData: "notBreaching",
        ...(alarms.topic ? { alarmActions: [alarms.topic], okActions: [alarms.topic] } : {}),
        ...metric,
      });
    const { errorPercent = 1, latencyMilliseconds = 3000 } = alarms;
    // The average of the metric, which is 0 or 1 for each request, is their share.
    alarm("Errors", `More than ${errorPercent} % of requests end with 5xx.`, {
      metricName: metrics.errors,
      statistic: "Average",
      threshold: errorPercent / 100,
    });
    alarm("Latency", `One of 100 requests takes more than ${latencyMilliseconds} ms.`, {
      metricName: "Latency",
      extendedStatistic: "p99",
      threshold: latencyMilliseconds,
    });
  }
}
