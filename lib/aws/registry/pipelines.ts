import { createHash } from "node:crypto";
import { Validations } from "aws-cdk-lib";
import { CfnOIDCProvider, PolicyStatement, Role, WebIdentityPrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { partitionOf } from "../partition.ts";
import type { RegistryPlan } from "./plan.ts";

/** Git references a job's ID token may be of. */
interface References {
  readonly branches?: readonly string[];
  /** Patterns with `*`. */
  readonly tags?: readonly string[];
}

/** ARNs of repositories by the names of their images. */
interface RepositoryArns {
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
  readonly #plan: RegistryPlan;
  readonly #provider: string;

  constructor(scope: Construct, id: string, plan: RegistryPlan, { images, caches }: RepositoryArns) {
    super(scope, id);
    this.#plan = plan;
    const { gitlab, deployments, settings } = plan;
    this.#provider = settings.provider ?? new CfnOIDCProvider(this, "Provider", { url: gitlab, clientIdList: [audience] }).attrArn;
    const arns = (names: readonly string[], ...of: ReadonlyMap<string, string>[]) =>
      names.flatMap((name) => of.flatMap((places) => places.get(name) ?? []));
    const imagesOf = (project: string) => plan.repositories.filter(({ projects }) => projects.includes(project)).map(({ name }) => name);

    for (const project of [...new Set(plan.repositories.flatMap(({ projects }) => projects))].sort()) {
      const push = this.#role(`push-${project}`, `Pushes the images of ${project}`, project, {
        branches: settings.branches ?? ["main"],
        tags: settings.tags ?? [],
      });
      this.#allow(push, pushActions, arns(imagesOf(project), images, caches));
    }
    const here = { branches: [deployments.branch] };
    const resolve = this.#role("resolve", "Reads digests of tags for releases", deployments.project, here);
    this.#allow(resolve, readActions, [...images.values()]);
    // Compares and deploys from the protected branch alone. What any branch could take would be everybody's: the roles that `cdk diff` reads
    // with, those of `cdk bootstrap`, read everything of an account.
    const deploy = this.#role("cdk-deploy", "Compares and deploys these stacks", deployments.project, here);
    deploy.addToPolicy(this.#bootstrapped(["deploy", "file-publishing", "lookup"]));
  }

  #role(name: string, description: string, project: string, references: References): Role {
    return new Role(this, name, {
      roleName: roleName(name),
      description,
      assumedBy: this.#jobsOf(project, references),
    });
  }

  #jobsOf(project: string, { branches = [], tags = [] }: References): WebIdentityPrincipal {
    const issuer = this.#plan.gitlab.replace(/^https:\/\//, "").replace(/\/$/, "");
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
    const { region: own, targets } = this.#plan;
    const qualifier = "hnb659fds";
    return new PolicyStatement({
      actions: ["sts:AssumeRole"],
      resources: targets.flatMap(({ account, region }) =>
        kinds.map((kind) => `arn:${partitionOf(own)}:iam::${account}:role/cdk-${qualifier}-${kind}-role-${account}-${region}`),
      ),
    });
  }
}

/** As IAM allows it; a long one ends with a hash that distinguishes it. */
function roleName(name: string): string {
  const whole = `slipway-${name.replaceAll("/", "-")}`;
  return whole.length <= 64 ? whole : `${whole.slice(0, 55)}-${createHash("sha256").update(whole).digest("hex").slice(0, 8)}`;
}

const readActions = ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"];
const pushActions = [...readActions, "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"];
