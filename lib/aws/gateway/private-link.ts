import { CfnVpcLink } from "aws-cdk-lib/aws-apigatewayv2";
import { Construct } from "constructs";
import type { Gateway } from "../../overlay/index.ts";

/** The way from a gateway to a load balancer inside a VPC. */
export interface PrivateLink {
  /** Id of the VPC link. */
  readonly connectionId: string;
  /** ARN of the load balancer, which a REST API calls. */
  readonly loadBalancer: string;
  /** ARN of its listener, which an HTTP API calls; empty where none is named. */
  readonly listener: string;
}

/**
 * An existing VPC link, or a new one of the second kind, which knows application load balancers:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
 */
export function privateLink(scope: Construct, name: string, vpcLink: NonNullable<Gateway["vpcLink"]>): PrivateLink {
  const { id, loadBalancer, listener = "" } = vpcLink;
  return { connectionId: id ?? newLink(new Construct(scope, "PrivateLink"), name, vpcLink), loadBalancer, listener };
}

const newLink = (scope: Construct, name: string, { subnets = [], securityGroups = [] }: NonNullable<Gateway["vpcLink"]>): string =>
  new CfnVpcLink(scope, "Link", { name, subnetIds: [...subnets], securityGroupIds: [...securityGroups] }).ref;
