import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Gateway } from "../../overlay/index.ts";
import { partitionOf, urlSuffixOf } from "../partition.ts";

/** Where a gateway writes a line for each request. It stays when its stack goes. */
export function accessLogGroup(scope: Construct, gateway: string, { accessLogs = {} }: Gateway): LogGroup {
  const { days = 90, key } = accessLogs;
  const logGroupName = `/slipway/${gateway}/access`;
  const encryptionKey = key === "own" ? ownKey(scope, logGroupName) : key ? Key.fromKeyArn(scope, "AccessLogsKey", key) : undefined;
  return new LogGroup(scope, "AccessLogs", {
    logGroupName,
    retention: days as RetentionDays,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(encryptionKey ? { encryptionKey } : {}),
  });
}

/** A key that CloudWatch Logs of the region uses for this log group alone: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
function ownKey(scope: Construct, logGroupName: string): IKey {
  const { region, account } = Stack.of(scope);
  const key = new Key(scope, "AccessLogsKey", {
    description: `Encrypts ${logGroupName}`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: "AccessLogs",
      principals: [new ServicePrincipal(`logs.${region}.${urlSuffixOf(region)}`)],
      actions: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      resources: ["*"],
      conditions: {
        ArnEquals: {
          "kms:EncryptionContext:aws:logs:arn": `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${logGroupName}`,
        },
      },
    }),
  );
  return key;
}

/** What an access log says of a request to a REST API: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html */
export const restAccessLog = {
  requestId: "$context.requestId",
  time: "$context.requestTime",
  ip: "$context.identity.sourceIp",
  method: "$context.httpMethod",
  resource: "$context.resourcePath",
  path: "$context.path",
  status: "$context.status",
  bytes: "$context.responseLength",
  latency: "$context.responseLatency",
  integrationStatus: "$context.integration.status",
  integrationLatency: "$context.integration.latency",
  error: "$context.error.message",
  integrationError: "$context.integration.error",
  wafStatus: "$context.wafResponseCode",
  userAgent: "$context.identity.userAgent",
};

/** The same of an HTTP API: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
export const httpAccessLog = {
  requestId: "$context.requestId",
  time: "$context.requestTime",
  ip: "$context.identity.sourceIp",
  method: "$context.httpMethod",
  resource: "$context.routeKey",
  path: "$context.path",
  status: "$context.status",
  bytes: "$context.responseLength",
  latency: "$context.responseLatency",
  integrationStatus: "$context.integrationStatus",
  integrationLatency: "$context.integrationLatency",
  error: "$context.error.message",
  integrationError: "$context.integrationErrorMessage",
  userAgent: "$context.identity.userAgent",
};
