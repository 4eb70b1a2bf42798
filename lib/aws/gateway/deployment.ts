import { createHash } from "node:crypto";
import { CfnElement, Lazy, Stack } from "aws-cdk-lib";
import { CfnDeployment } from "aws-cdk-lib/aws-apigateway";
import { Construct, type IConstruct } from "constructs";
import type { Api } from "./api.ts";

/**
 * A snapshot of an API, which is what a stage serves. CloudFormation makes a new one only for a new logical id, so that the id follows
 * all that the API does, as the template finally says it: overrides of L1 constructs count too, tags, names and descriptions don't.
 */
export class ApiDeployment extends Construct {
  readonly deploymentId: string;

  constructor(scope: Construct, id: string, api: Api) {
    super(scope, id);
    const deployment = new CfnDeployment(this, "Resource", { restApiId: api.restApi.ref });
    deployment.overrideLogicalId(Lazy.uncachedString({ produce: () => `Deployment${behaviourHash(api)}` }));
    for (const part of api.node.children) if (part !== api.restApi) deployment.node.addDependency(part);
    this.deploymentId = deployment.ref;
  }
}

/** A resource as CloudFormation gets it. */
interface Rendered {
  readonly Resources?: Readonly<Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>>;
}

const unrelated = new Set(["Name", "Description", "Tags", "OperationName"]);

function behaviourHash(api: Api): string {
  const stack = Stack.of(api);
  const resources = api.node
    .findAll()
    .filter((construct: IConstruct): construct is CfnElement => CfnElement.isCfnElement(construct))
    // The method that the stack itself asks, and the CDK's own Deployment: it alone knows overrides. Types have it, so that tsc says if it goes.
    .map((element): Rendered => stack.resolve(element._toCloudFormation()))
    .flatMap(({ Resources = {} }) => Object.entries(Resources))
    .map(([logicalId, { Type, Properties = {} }]) => [
      logicalId,
      Type,
      Object.entries(Properties).filter(([name]) => Type === "AWS::ApiGateway::Model" || !unrelated.has(name)),
    ])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(resources)).digest("hex").slice(0, 16);
}
