import type { CfnResource } from "aws-cdk-lib";
import { CfnBasePathMapping, CfnDomainName } from "aws-cdk-lib/aws-apigateway";
import { CfnApiMapping } from "aws-cdk-lib/aws-apigatewayv2";
import { CfnRecordSet } from "aws-cdk-lib/aws-route53";
import { Construct } from "constructs";
import type { Gateway } from "../../overlay/index.ts";
import type { ServedApi } from "./served-api.ts";

export interface ApiDomainProps {
  readonly domain: NonNullable<Gateway["domain"]>;
  /** @default "REGIONAL" */
  readonly endpoint?: Gateway["endpoint"];
  /** The domain leads to it when all that guards it is in place. */
  readonly served: ServedApi;
}

/** A name of our own for a stage, and its record where the zone is ours too. */
export class ApiDomain extends Construct {
  constructor(scope: Construct, id: string, { domain, endpoint = "REGIONAL", served }: ApiDomainProps) {
    super(scope, id);
    const name = new CfnDomainName(this, "Name", {
      domainName: domain.name,
      endpointConfiguration: { types: [endpoint] },
      securityPolicy: "TLS_1_2",
      ...(endpoint === "EDGE" ? { certificateArn: domain.certificate } : { regionalCertificateArn: domain.certificate }),
    });
    const mapping = this.#mapping(name, domain.basePath, served);
    for (const guard of served.guards) mapping.addResourceDependency(guard);
    if (!domain.hostedZone) return;
    const isEdge = endpoint === "EDGE";
    new CfnRecordSet(this, "Record", {
      hostedZoneId: domain.hostedZone.id,
      name: domain.name,
      type: "A",
      aliasTarget: {
        dnsName: isEdge ? name.attrDistributionDomainName : name.attrRegionalDomainName,
        hostedZoneId: isEdge ? name.attrDistributionHostedZoneId : name.attrRegionalHostedZoneId,
      },
    });
  }

  #mapping({ ref: domainName }: CfnDomainName, basePath: string | undefined, { type, apiId, stage }: ServedApi): CfnResource {
    return type === "http"
      ? new CfnApiMapping(this, "ApiMapping", { domainName, apiId, stage, ...(basePath ? { apiMappingKey: basePath } : {}) })
      : new CfnBasePathMapping(this, "Mapping", { domainName, restApiId: apiId, stage, ...(basePath ? { basePath } : {}) });
  }
}
