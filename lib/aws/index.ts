/** What environments need of AWS, as CDK stacks: import from "slipway/aws" in aws.ts. Nothing of Kubernetes' commands imports it. */
export { awsApp, synthAws } from "./app.ts";
export { GatewayStack } from "./gateway/stack.ts";
