import { createHash } from "node:crypto";
import { DefaultStackSynthesizer, Stack, Validations } from "aws-cdk-lib";
import { CfnOIDCProvider, PolicyStatement, Role, WebIdentityPrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { groupBy } from "../../manifest/index.ts";
import { partitionOf } from "../partition.ts";
import type { RegistryRepository } from "./repository.ts";

/** A GitLab whose pipelines push images and deploy, by the ID tokens of their jobs. */
export interface RegistryPipelines {
  /** Its https address. */
  readonly gitlab: string;
  /** Protected branches whose pipelines may push images, by their names: no patterns. @default ["main"] */
  readonly branches?: readonly string[] | undefined;
  /** Protected git tags, or patterns with `*`, whose pipelines may push images. @default - none */
  readonly tags?: readonly string[] | undefined;
  /** ARN of the account's OIDC provider for this GitLab, of which an account can have one. @default - it is created */
  readonly provider?: string | undefined;
  /** Project whose pipelines read digests and deploy, and its branch. @default - none: no such roles are created */
  readonly deployments?: { readonly project: string; readonly branch: string };
  /** Accounts and regions that `deployments` may deploy to. @default - those of the stack */
  readonly targets?: readonly { readonly account: string; readonly region: string }[];
  /** Qualifier of the `cdk bootstrap` of the targets. @default - that of the stack's synthesizer */
  readonly qualifier?: string;
  /** Goes before the names of the roles, as two registries of an account need. @default "slipway" */
  readonly rolePrefix?: string;
}

/** Git references a job's ID token may be of. */
interface References {
  readonly branches?: readonly string[];
  /** Patterns with `*`. */
  readonly tags?: readonly string[];
}

interface PipelineRolesProps {
  readonly repositories: readonly RegistryRepository[];
  readonly pipelines: RegistryPipelines;
  /** ARNs of repositories by the names of their images. */
  readonly images: ReadonlyMap<string, string>;
  readonly caches: ReadonlyMap<string, string>;
}

/** What identity providers call the service they give tokens for. */
const audience = "sts.amazonaws.com";

/**
 * What GitLab's jobs may do, by their ID tokens and for an hour: no key is stored anywhere. A token names its project and git reference,
 * and each role lists those it is for: https://docs.gitlab.com/ci/cloud_services/aws/
 */
export class PipelineRoles extends Construct {
  readonly #pipelines: RegistryPipelines;
  readonly #provider: string;

  constructor(scope: Construct, id: string, { repositories, pipelines, images, caches }: PipelineRolesProps) {
    super(scope, id);
    this.#pipelines = pipelines;
    const { gitlab, deployments, provider, branches = ["main"], tags = [] } = pipelines;
    this.#provider = provider ?? new CfnOIDCProvider(this, "Provider", { url: gitlab, clientIdList: [audience] }).attrArn;
    const arns = (names: readonly string[], ...of: ReadonlyMap<string, string>[]) =>
      names.flatMap((name) => of.flatMap((places) => places.get(name) ?? []));
    const imagesOf = (project: string) => repositories.filter(({ projects = [] }) => projects.includes(project)).map(({ name }) => name);

    const projects = [...new Set(repositories.flatMap(({ projects = [] }) => projects))].sort();
    const shared = sharedNames(projects.map(pushRole));
    for (const project of projects) {
      const push = this.#role(pushRole(project), `Pushes the images of ${project}`, project, { branches, tags }, shared);
      this.#allow(push, pushActions, arns(imagesOf(project), images, caches));
    }
    if (!deployments) return;
    const here = { branches: [deployments.branch] };
    const resolve = this.#role("resolve", "Reads digests of tags for releases", deployments.project, here);
    this.#allow(resolve, readActions, [...images.values()]);
    // From the protected branch alone, and without the role of `cdk bootstrap` that reads everything of an account: what a change does is
    // reviewed by its templates.
    const deploy = this.#role("cdk-deploy", "Deploys these stacks", deployments.project, here);
    deploy.addToPolicy(this.#bootstrapped(["deploy", "file-publishing"]));
  }

  #role(name: string, description: string, project: string, references: References, shared: ReadonlySet<string> = new Set()): Role {
    return new Role(this, name, {
      roleName: roleName(`${this.#pipelines.rolePrefix ?? "slipway"}-${name}`, shared.has(name)),
      description,
      assumedBy: this.#jobsOf(project, references),
    });
  }

  #jobsOf(project: string, { branches = [], tags = [] }: References): WebIdentityPrincipal {
    const issuer = this.#pipelines.gitlab.replace(/^https:\/\//, "").replace(/\/$/, "");
    const subjects = [
      ...branches.map((branch) => `project_path:${project}:ref_type:branch:ref:${branch}`),
      ...tags.map((tag) => `project_path:${project}:ref_type:tag:ref:${tag}`),
    ];
    const isPattern = subjects.some((subject) => subject.includes("*"));
    return new WebIdentityPrincipal(this.#provider, {
      StringEquals: { [`${issuer}:aud`]: audience, ...(isPattern ? {} : { [`${issuer}:sub`]: subjects }) },
      ...(isPattern ? { StringLike: { [`${issuer}:sub`]: subjects } } : {}),
    });
  }

  #allow(role: Role, actions: readonly string[], resources: readonly string[]): void {
    role.addToPolicy(new PolicyStatement({ actions: ["ecr:GetAuthorizationToken"], resources: ["*"] }));
    role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
    Validations.of(role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason: "ecr:GetAuthorizationToken knows no resources; what the token can do is what the role may do on named repositories.",
    });
  }

  /** Roles that `cdk bootstrap` made, in every account and region there is something to deploy to. */
  #bootstrapped(kinds: readonly string[]): PolicyStatement {
    const { account, region, synthesizer } = Stack.of(this);
    const { targets = [{ account, region }], qualifier = synthesizer.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER } =
      this.#pipelines;
    return new PolicyStatement({
      actions: ["sts:AssumeRole"],
      resources: targets.flatMap((target) =>
        kinds.map(
          (kind) =>
            `arn:${partitionOf(region)}:iam::${target.account}:role/cdk-${qualifier}-${kind}-role-${target.account}-${target.region}`,
        ),
      ),
    });
  }
}

const pushRole = (project: string) => `push-${project}`;

const withoutSlashes = (name: string) => name.replaceAll("/", "-");

/**
 * Names of roles that IAM takes for the same as another's: `shop/orders-api` and `shop-orders/api` have one without slashes, and case
 * doesn't count: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names
 */
const sharedNames = (names: readonly string[]): ReadonlySet<string> =>
  new Set([...groupBy(names, (name) => withoutSlashes(name).toLowerCase()).values()].filter(({ length }) => length > 1).flat());

/**
 * As IAM allows it; one that is long, or shared, ends with a hash that distinguishes it. All that share a name get a hash, so that none
 * takes over a name that another had before: CloudFormation couldn't create the new role while the old one exists.
 */
function roleName(name: string, isShared: boolean): string {
  const whole = withoutSlashes(name);
  if (whole.length <= 64 && !isShared) return whole;
  const hash = createHash("sha256")
    .update(isShared ? name : whole)
    .digest("hex");
  return `${whole.slice(0, 55)}-${hash.slice(0, 8)}`;
}

const readActions = ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"];
const pushActions = [...readActions, "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"];
