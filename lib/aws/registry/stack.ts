import { RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { CfnReplicationConfiguration, CfnRepository } from "aws-cdk-lib/aws-ecr";
import { Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { cacheLifecyclePolicy } from "./lifecycle.ts";
import { PipelineRoles, type RegistryPipelines } from "./pipelines.ts";
import { refuseProblems } from "./problems.ts";
import { addRepository, type RegistryRepository, type RepositorySettings } from "./repository.ts";

/** What a registry is made from, and all that a CDK stack takes: its name, tags, synthesizer and so on. */
export interface RegistryStackProps extends StackProps, RepositorySettings {
  /** A repository for each image. */
  readonly repositories: readonly RegistryRepository[];
  /** Regions of the same account that get copies; a `RegistryReplicaStack` in each holds them. @default - none */
  readonly replicas?: readonly string[];
  /** Pipelines of GitLab that push and deploy. @default - none: no role and no OIDC provider is created */
  readonly pipelines?: RegistryPipelines;
  /** Whether the image of each project gets a repository `cache/<image>` for the layers of its builds. @default false */
  readonly buildCaches?: boolean;
  /** @default true */
  readonly terminationProtection?: boolean;
}

/**
 * A registry of our own images: a repository for each, who may push and pull, and what becomes of old ones.
 *
 * @example
 * new RegistryStack(app, "registry", {
 *   env: { account: "111111111111", region: "eu-west-1" },
 *   repositories: [{ name: "shop/orders", projects: ["shop/orders"], pinned: ["1.4.2"] }],
 *   pullers: ["222222222222"],
 * });
 */
export class RegistryStack extends Stack {
  /** @throws InputError with everything that AWS would refuse, and all that would let others push than protected branches and tags */
  constructor(parent: Construct, id: string, props: RegistryStackProps) {
    const { repositories, replicas = [], pipelines, buildCaches = false, pullers, keepDays, ...stackProps } = props;
    super(parent, id, { description: "Registry of our own images", terminationProtection: true, ...stackProps });
    refuseProblems(this.stackName, { repositories, replicas, region: this.region, pipelines, buildCaches, pullers, keepDays });
    const key = new Key(this, "Key", {
      description: "Encrypts images",
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const scope = new Construct(this, "Repositories");
    const encryption = { encryptionType: "KMS", kmsKey: key.keyArn };
    const settings = { pullers, keepDays };
    const images = new Map(
      repositories.map((repository) => [
        repository.name,
        addRepository(scope, repository, { ...settings, encryption, scans: true }).attrArn,
      ]),
    );
    const cached = buildCaches ? repositories.filter(({ projects = [] }) => projects.length > 0) : [];
    const caches = new Map(cached.map(({ name }) => [name, addCache(scope, name, key)]));
    if (replicas.length > 0) this.#replication(repositories, replicas);
    if (pipelines) new PipelineRoles(this, "Pipelines", { repositories, pipelines, images, caches });
  }

  #replication(repositories: readonly RegistryRepository[], replicas: readonly string[]): void {
    new CfnReplicationConfiguration(this, "Replication", {
      replicationConfiguration: {
        rules: [
          {
            destinations: replicas.map((region) => ({ region, registryId: this.account })),
            repositoryFilters: prefixesOf(repositories.map(({ name }) => name)).map((filter) => ({ filter, filterType: "PREFIX_MATCH" })),
          },
        ],
      },
    });
  }
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

/** What the copies of a registry's images in another region are made from. */
export interface RegistryReplicaStackProps extends StackProps, RepositorySettings {
  /** The repositories of the registry. */
  readonly repositories: readonly RegistryRepository[];
  /** @default true */
  readonly terminationProtection?: boolean;
}

/**
 * The repositories to which another region's registry copies. Replication copies images only, and a repository that it creates has neither
 * pull rights nor a lifecycle that follow changes: https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html. So this stack is
 * deployed before the registry switches replication on.
 */
export class RegistryReplicaStack extends Stack {
  /** @throws InputError with everything that AWS would refuse */
  constructor(scope: Construct, id: string, { repositories, pullers, keepDays, ...stackProps }: RegistryReplicaStackProps) {
    super(scope, id, { description: "Copies of our own images", terminationProtection: true, ...stackProps });
    refuseProblems(this.stackName, { repositories, pullers, keepDays });
    const copies = new Construct(this, "Repositories");
    // As replication would create them, so that those it has created can be imported.
    const encryption = { encryptionType: "AES256" };
    for (const repository of repositories) addRepository(copies, repository, { pullers, keepDays, encryption, scans: false });
  }
}

/** The first parts of repositories' names: a replication rule has room for a hundred filters. */
const prefixesOf = (names: readonly string[]) =>
  [...new Set(names.map((name) => (name.includes("/") ? `${name.split("/")[0]}/` : name)))].sort();
