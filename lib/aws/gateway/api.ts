import { CfnRestApi } from "aws-cdk-lib/aws-apigateway";
import { Construct } from "constructs";
import type { Gateway } from "../../overlay/index.ts";
import type { GatewayPlan } from "./plan.ts";
import type { PrivateLink } from "./private-link.ts";

export interface ApiProps {
  readonly name: string;
  readonly region: string;
  readonly settings: Gateway;
  readonly plan: GatewayPlan;
  readonly link?: PrivateLink | undefined;
}

/** A REST API, whichever way it is defined. */
export abstract class Api extends Construct {
  readonly restApi: CfnRestApi;

  constructor(scope: Construct, id: string, { name, settings, plan }: ApiProps, definition: { readonly body?: object } = {}) {
    super(scope, id);
    this.restApi = new CfnRestApi(this, "RestApi", {
      name,
      endpointConfiguration: { types: [settings.endpoint ?? "REGIONAL"] },
      // Where there is a name of our own, clients must not bypass it.
      disableExecuteApiEndpoint: settings.domain !== undefined,
      ...(plan.binaryTypes.length > 0 ? { binaryMediaTypes: [...plan.binaryTypes] } : {}),
      ...(definition.body ? { body: definition.body, failOnWarnings: true } : {}),
    });
  }
}
