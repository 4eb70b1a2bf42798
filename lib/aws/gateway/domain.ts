import { CfnBasePathMapping, CfnDomainName } from "aws-cdk-lib/aws-apigateway";
import { CfnRecordSet } from "aws-cdk-lib/aws-route53";
import { Construct } from "constructs";
import type { Gateway } from "../../overlay/index.ts";
import type { Api } from "./api.ts";
import type { ApiStage } from "./stage.ts";

/** A name of our own for a stage, and its record where the zone is ours too. */
export class ApiDomain extends Construct {
  /** @param stage the domain leads to it when all that guards it is in place */
  constructor(scope: Construct, id: string, api: Api, { stage, guards }: ApiStage, { domain, endpoint = "REGIONAL" }: Gateway) {
    super(scope, id);
    if (!domain) return;
    const name = new CfnDomainName(this, "Name", {
      domainName: domain.name,
      endpointConfiguration: { types: [endpoint] },
      securityPolicy: "TLS_1_2",
      ...(endpoint === "EDGE" ? { certificateArn: domain.certificate } : { regionalCertificateArn: domain.certificate }),
    });
    const mapping = new CfnBasePathMapping(this, "Mapping", {
      domainName: name.ref,
      restApiId: api.restApi.ref,
      stage: stage.ref,
      ...(domain.basePath ? { basePath: domain.basePath } : {}),
    });
    for (const guard of guards) mapping.addResourceDependency(guard);
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
}
