/** The part of AWS a region belongs to, as ARNs name it. */
export const partitionOf = (region: string): "aws" | "aws-cn" | "aws-us-gov" =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";

/** What the names of a region's services end with. */
export const urlSuffixOf = (region: string): "amazonaws.com" | "amazonaws.com.cn" =>
  region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
