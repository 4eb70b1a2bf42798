import type { TemplateResource } from "./template.ts";

/**
 * What becomes of a resource that leaves the stack or is replaced, as its template says; databases have a default of their own:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
export function policyOf(
  { type, properties, attributes }: TemplateResource,
  attribute: "DeletionPolicy" | "UpdateReplacePolicy",
): string | undefined {
  const policy = attributes[attribute];
  if (typeof policy === "string" || attribute === "UpdateReplacePolicy") return typeof policy === "string" ? policy : undefined;
  const hasSnapshot = type === "AWS::RDS::DBCluster" || (type === "AWS::RDS::DBInstance" && properties.DBClusterIdentifier === undefined);
  return hasSnapshot ? "Snapshot" : undefined;
}

export const isRetained = (policy: string | undefined) => policy === "Retain" || policy === "RetainExceptOnCreate";
