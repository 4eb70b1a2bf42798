import { CfnVpcLink } from "aws-cdk-lib/aws-apigatewayv2";
import { Construct } from "constructs";
import type { Gateway } from "../../overlay/index.ts";

/**
 * The way from the gateway to a load balancer inside a VPC, by a VPC link of the second kind, which knows application load balancers:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
 */
export class PrivateLink extends Construct {
  readonly connectionId: string;
  /** ARN of the load balancer. */
  readonly loadBalancer: string;
  /** ARN of its listener, which an HTTP API calls; empty where none is named. */
  readonly listener: string;

  constructor(
    scope: Construct,
    id: string,
    name: string,
    { id: existing, loadBalancer, listener = "", subnets, securityGroups }: NonNullable<Gateway["vpcLink"]>,
  ) {
    super(scope, id);
    this.loadBalancer = loadBalancer;
    this.listener = listener;
    this.connectionId =
      existing ??
      new CfnVpcLink(this, "Link", { name, subnetIds: [...(subnets ?? [])], securityGroupIds: [...(securityGroups ?? [])] }).ref;
  }
}
