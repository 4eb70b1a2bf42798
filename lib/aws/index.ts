/** What environments need of AWS, as CDK stacks: import from "slipway/aws" in aws.ts. Nothing of Kubernetes' commands imports it. */
export { type AwsAppProps, awsApp, synthAws } from "./app.ts";
export { GatewayAccountStack } from "./gateway/account-stack.ts";
export type { GatewayPlan } from "./gateway/plan.ts";
export type { GatewayRoute } from "./gateway/route.ts";
export { GatewayStack, type GatewayStackProps } from "./gateway/stack.ts";
export type { RegistryPipelines } from "./registry/pipelines.ts";
export type { RegistryRepository } from "./registry/repository.ts";
export {
  RegistryReplicaStack,
  type RegistryReplicaStackProps,
  RegistryStack,
  type RegistryStackProps,
} from "./registry/stack.ts";
