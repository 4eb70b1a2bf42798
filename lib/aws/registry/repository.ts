import { RemovalPolicy } from "aws-cdk-lib";
import { CfnRepository } from "aws-cdk-lib/aws-ecr";
import { AccountPrincipal, Effect, PolicyDocument, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { cachePrefix, defaultKeepDays, lifecyclePolicy } from "./lifecycle.ts";

/** A repository of images. */
export interface RegistryRepository {
  /** Name in the registry, as `shop/orders`. */
  readonly name: string;
  /** GitLab projects that may push it. @default - none */
  readonly projects?: readonly string[];
  /** Tags that run somewhere, and never expire. @default - none */
  readonly pinned?: readonly string[];
}

/** What all repositories of a registry have in common. */
export interface RepositorySettings {
  /** Accounts beside the registry's own whose clusters pull. @default - none */
  readonly pullers?: readonly string[] | undefined;
  /** Days an image is kept that isn't pinned. @default 365 */
  readonly keepDays?: number | undefined;
}

interface OwnSettings extends RepositorySettings {
  readonly encryption: CfnRepository.EncryptionConfigurationProperty;
  /** Whether images are scanned when they come; copies were scanned where they come from. */
  readonly scans: boolean;
}

/** A repository whose tags can't be written again but for caches', and which stays when its stack goes. */
export function addRepository(
  scope: Construct,
  { name, pinned = [] }: RegistryRepository,
  { pullers = [], keepDays = defaultKeepDays, encryption, scans }: OwnSettings,
): CfnRepository {
  const repository = new CfnRepository(scope, name.replaceAll("/", "|"), {
    repositoryName: name,
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: [
      { imageTagMutabilityExclusionFilterType: "WILDCARD", imageTagMutabilityExclusionFilterValue: `${cachePrefix}*` },
    ],
    ...(scans ? { imageScanningConfiguration: { scanOnPush: true } } : {}),
    encryptionConfiguration: encryption,
    lifecyclePolicy: { lifecyclePolicyText: lifecyclePolicy({ pinned }, keepDays) },
    ...(pullers.length > 0 ? { repositoryPolicyText: pullPolicy(pullers) } : {}),
  });
  // What runs somewhere isn't removed because a stack is.
  repository.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return repository;
}

/** Clusters of other accounts pull; who in them is theirs to say. */
const pullPolicy = (accounts: readonly string[]) =>
  new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid: "ClustersPull",
        effect: Effect.ALLOW,
        principals: accounts.map((account) => new AccountPrincipal(account)),
        actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      }),
    ],
  });
