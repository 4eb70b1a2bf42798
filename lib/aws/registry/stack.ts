import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { CfnReplicationConfiguration, CfnRepository, CfnRepositoryCreationTemplate } from "aws-cdk-lib/aws-ecr";
import { AccountPrincipal, Effect, PolicyDocument, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { cacheLifecyclePolicy, cachePrefix, defaultKeepDays, lifecyclePolicy } from "./lifecycle.ts";
import { PipelineRoles } from "./pipelines.ts";
import type { PlannedRepository, RegistryPlan } from "./plan.ts";

const immutable = {
  imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
  imageTagMutabilityExclusionFilters: [
    { imageTagMutabilityExclusionFilterType: "WILDCARD", imageTagMutabilityExclusionFilterValue: `${cachePrefix}*` },
  ],
};

/** The registry of our own images: a repository for each that an environment runs, who may push and pull, and what becomes of old ones. */
export class RegistryStack extends Stack {
  constructor(parent: Construct, id: string, plan: RegistryPlan) {
    super(parent, id, {
      env: { account: plan.account, region: plan.region },
      description: "Registry of our own images",
      terminationProtection: true,
    });
    const key = new Key(this, "Key", {
      description: "Encrypts images",
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const scope = new Construct(this, "Repositories");
    const arns = new Map(plan.repositories.map((repository) => [repository.name, addRepository(scope, repository, plan, key)]));
    const caches = new Map(
      plan.settings.buildCaches
        ? plan.repositories.filter(({ projects }) => projects.length > 0).map(({ name }) => [name, addCache(scope, name, key)])
        : [],
    );
    if (plan.replicas.length > 0) this.#replication(plan);
    new PipelineRoles(this, "Pipelines", plan, { images: arns, caches });
  }

  #replication({ account, replicas, repositories }: RegistryPlan): void {
    new CfnReplicationConfiguration(this, "Replication", {
      replicationConfiguration: {
        rules: [
          {
            destinations: replicas.map((region) => ({ region, registryId: account })),
            repositoryFilters: prefixesOf(repositories.map(({ name }) => name)).map((filter) => ({ filter, filterType: "PREFIX_MATCH" })),
          },
        ],
      },
    });
  }
}

function addRepository(scope: Construct, repository: PlannedRepository, plan: RegistryPlan, key: Key): string {
  const { keepDays = defaultKeepDays } = plan.settings;
  const repositoryResource = new CfnRepository(scope, repository.name.replaceAll("/", "|"), {
    repositoryName: repository.name,
    ...immutable,
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: { encryptionType: "KMS", kmsKey: key.keyArn },
    lifecyclePolicy: { lifecyclePolicyText: lifecyclePolicy(repository, keepDays) },
    ...(plan.pullers.length > 0 ? { repositoryPolicyText: pullPolicy(plan.pullers) } : {}),
  });
  // What runs somewhere isn't removed because a stack is.
  repositoryResource.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return repositoryResource.attrArn;
}

/**
 * Where a pipeline keeps the layers of its builds, under tags that are hashes of what made them. Its name begins otherwise than the
 * images', so that replication leaves it alone; nothing runs from it, so that it goes with the stack.
 */
function addCache(scope: Construct, image: string, key: Key): string {
  const repositoryResource = new CfnRepository(scope, `cache|${image.replaceAll("/", "|")}`, {
    repositoryName: `cache/${image}`,
    imageTagMutability: "MUTABLE",
    encryptionConfiguration: { encryptionType: "KMS", kmsKey: key.keyArn },
    lifecyclePolicy: { lifecyclePolicyText: cacheLifecyclePolicy },
    emptyOnDelete: true,
  });
  return repositoryResource.attrArn;
}

/** The settings of repositories that replication creates in another region, since it copies images only. */
export class RegistryReplicaStack extends Stack {
  constructor(scope: Construct, id: string, plan: RegistryPlan, region: string) {
    super(scope, id, { env: { account: plan.account, region }, description: "Copies of our own images", terminationProtection: true });
    const templates = new Construct(this, "Templates");
    for (const prefix of prefixesOf(plan.repositories.map(({ name }) => name)))
      new CfnRepositoryCreationTemplate(templates, prefix.replace("/", "|"), {
        prefix: prefix.replace(/\/$/, ""),
        description: "Copies of our own images",
        appliedFor: ["REPLICATION"],
        ...immutable,
        encryptionConfiguration: { encryptionType: "AES256" },
        ...(plan.pullers.length > 0 ? { repositoryPolicy: JSON.stringify(pullPolicy(plan.pullers).toJSON()) } : {}),
      });
  }
}

/** The first parts of repositories' names: a replication rule has room for a hundred filters. */
const prefixesOf = (names: readonly string[]) =>
  [...new Set(names.map((name) => (name.includes("/") ? `${name.split("/")[0]}/` : name)))].sort();

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
