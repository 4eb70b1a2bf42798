import { readdirSync, readFileSync } from "node:fs";
import { app, environment, type Gateway, InputError } from "slipway";
import * as overlays from "../../overlays/index.ts";
import { appOf, estateTemplates, ofType, type Template, templatesOf } from "./stacks.ts";

const estate = estateTemplates();
const registry = estate["registry-111111111111-eu-west-1"] as Template;
const repositories = () => ofType(registry, "AWS::ECR::Repository").map(([, { Properties }]) => Properties);

interface Rule {
  readonly rulePriority: number;
  readonly selection: { readonly tagStatus: string; readonly tagPatternList?: readonly string[]; readonly countType: string };
}
const rulesOf = (repository: Readonly<Record<string, unknown>>): Rule[] =>
  JSON.parse((repository.LifecyclePolicy as { LifecyclePolicyText: string }).LifecyclePolicyText).rules;

test("each repository of our own that runs somewhere is there, and no other", () => {
  expect(
    repositories()
      .map(({ RepositoryName }) => RepositoryName)
      .sort(),
  ).toEqual([
    "dominos/backend-app",
    "dominos/loyalty",
    "dominos/order-worker",
    "dominos/sales-report",
    "dominos/status-page",
    "dominos/storefront",
  ]);
});

test("tags can't be written again but for caches', images are scanned and encrypted, and outlive the stack", () => {
  for (const [, resource] of ofType(registry, "AWS::ECR::Repository")) {
    expect(resource).toMatchObject({
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: {
        ImageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        ImageTagMutabilityExclusionFilters: [{ ImageTagMutabilityExclusionFilterValue: "cache*" }],
        ImageScanningConfiguration: { ScanOnPush: true },
        EncryptionConfiguration: { EncryptionType: "KMS" },
      },
    });
  }
});

/** What ECR would do: the first rule that selects an image, by priority, is the only one that may expire it. */
function ruleFor(rules: readonly Rule[], tag: string): Rule | undefined {
  const fits = (pattern: string) => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(tag);
  return [...rules].sort((a, b) => a.rulePriority - b.rulePriority).find(({ selection }) => selection.tagPatternList?.every(fits));
}

test("what an environment pins never expires, and what none pins does", () => {
  const byName = new Map(repositories().map((entry) => [entry.RepositoryName as string, rulesOf(entry)]));
  const pins = Object.values(overlays).flatMap((entry) =>
    awsImages(entry.name).map(({ repository, tag }) => [entry.name, repository, tag] as const),
  );
  expect(pins.length).toBeGreaterThan(15);
  for (const [environmentName, repository, tag] of pins)
    expect([environmentName, repository, tag, ruleFor(byName.get(repository) ?? [], tag)]).toMatchObject([
      environmentName,
      repository,
      tag,
      { selection: { tagPatternList: [tag], countType: "imageCountMoreThan", countNumber: 1 } },
    ]);
  const rules = byName.get("dominos/backend-app") ?? [];
  expect(ruleFor(rules, "1.0.0")).toMatchObject({ selection: { countType: "sinceImagePushed", countNumber: 365 } });
  expect(ruleFor(rules, "cache-main")).toMatchObject({ selection: { countNumber: 14 } });
});

/** Pins as dist has them, read apart from what the stack reads. */
function awsImages(environmentName: string): { repository: string; tag: string }[] {
  const host = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/";
  const found = new Map<string, { repository: string; tag: string }>();
  for (const file of readdirSync(`dist/${environmentName}`, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".yaml"),
  )) {
    for (const [, repository = "", tag = ""] of readFileSync(`dist/${environmentName}/${file}`, "utf8").matchAll(
      new RegExp(`image: "?${host.replaceAll(".", "\\.")}([a-z/-]+):([\\w.-]+)`, "g"),
    ))
      found.set(`${repository}:${tag}`, { repository, tag });
  }
  return [...found.values()];
}

test("clusters of other accounts pull, and do nothing else", () => {
  for (const { RepositoryPolicyText } of repositories())
    expect(RepositoryPolicyText).toMatchObject({
      Statement: [
        {
          Effect: "Allow",
          Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          Principal: { AWS: [expect.anything(), expect.anything()] },
        },
      ],
    });
  expect(JSON.stringify(repositories()[0]?.RepositoryPolicyText)).toMatch(/222222222222:root.*333333333333:root/);
});

test("images are copied to the region of the second cluster", () => {
  expect(ofType(registry, "AWS::ECR::ReplicationConfiguration")[0]?.[1].Properties).toMatchObject({
    ReplicationConfiguration: {
      Rules: [{ Destinations: [{ Region: "us-east-1", RegistryId: "111111111111" }], RepositoryFilters: [{ Filter: "dominos/" }] }],
    },
  });
});

describe("copies", () => {
  const replica = estate["registry-111111111111-eu-west-1-replica-us-east-1"] as Template;
  const copies = new Map(ofType(replica, "AWS::ECR::Repository").map(([, resource]) => [resource.Properties.RepositoryName, resource]));

  test("have a repository each, with the pull rights and the lifecycle of what is copied, which outlives the stack", () => {
    expect([...copies.keys()].sort()).toEqual(
      repositories()
        .map(({ RepositoryName }) => RepositoryName)
        .sort(),
    );
    for (const { RepositoryName, RepositoryPolicyText, LifecyclePolicy, ImageTagMutability } of repositories())
      expect(copies.get(RepositoryName)).toMatchObject({
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
        Properties: { RepositoryPolicyText, LifecyclePolicy, ImageTagMutability },
      });
  });

  test("have it before the registry switches replication on", () => {
    const stacks = appOf(Object.values(overlays)).synth().stacks;
    const source = stacks.find(({ stackName }) => stackName === "registry-111111111111-eu-west-1");
    expect(source?.dependencies.map(({ id }) => id)).toContain("registry-111111111111-eu-west-1-replica-us-east-1");
  });

  test("follow a change of who pulls and of how long images are kept", () => {
    const far = (name: string, account: string, region: string, keepDays: number) =>
      small({ keepDays }, name, undefined, { account, region });
    const of = (...environments: ReturnType<typeof small>[]) =>
      ofType(templatesOf(environments)["registry-111111111111-eu-west-1-replica-us-east-1"] as Template, "AWS::ECR::Repository")[0]?.[1]
        .Properties;
    const before = of(far("shop", "111111111111", "us-east-1", 10));
    const after = of(far("shop", "111111111111", "us-east-1", 20), far("other", "444444444444", "us-east-1", 20));
    expect(before).not.toHaveProperty("RepositoryPolicyText");
    expect(JSON.stringify(after?.RepositoryPolicyText)).toContain("444444444444:root");
    expect(JSON.stringify([before?.LifecyclePolicy, after?.LifecyclePolicy])).toMatch(/countNumber\\":10\b.*countNumber\\":20\b/);
  });
});

describe("a pipeline's role", () => {
  const role = (template: Template, name: string) => {
    const found = ofType(template, "AWS::IAM::Role").find(([, one]) => one.Properties.RoleName === name);
    if (!found) throw new Error(`there is no role ${name}`);
    const [id, { Properties }] = found;
    const statements = ofType(template, "AWS::IAM::Policy")
      .filter(([, policy]) => JSON.stringify(policy.Properties.Roles).includes(`"${id}"`))
      .flatMap(
        ([, policy]) => (policy.Properties.PolicyDocument as { Statement: { Action: string | string[]; Resource: unknown }[] }).Statement,
      );
    return { trust: (Properties.AssumeRolePolicyDocument as { Statement: { Condition: unknown }[] }).Statement, statements };
  };
  const claims = (sub: unknown) => ({ "gitlab.dominos.example:aud": "sts.amazonaws.com", "gitlab.dominos.example:sub": sub });

  test("pushes one project's images from its protected branch", () => {
    const { trust, statements } = role(registry, "slipway-push-dominos-backend-app");
    expect(trust).toMatchObject([
      {
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: claims(["project_path:dominos/backend-app:ref_type:branch:ref:main"]) },
      },
    ]);
    expect(statements.map(({ Action, Resource }) => [Action, JSON.stringify(Resource)])).toEqual([
      ["ecr:GetAuthorizationToken", '"*"'],
      [expect.arrayContaining(["ecr:PutImage"]), expect.stringMatching(/^\{"Fn::GetAtt":\["Repositoriesdominosbackendapp/)],
    ]);
    expect(JSON.stringify(statements)).not.toMatch(/Delete|ecr:\*|SetRepositoryPolicy/);
  });

  test("resolves digests, and can't write", () => {
    const { trust, statements } = role(registry, "slipway-resolve");
    expect(trust).toMatchObject([{ Condition: { StringEquals: claims(["project_path:platform/deployments:ref_type:branch:ref:main"]) } }]);
    expect(JSON.stringify(statements)).not.toMatch(/Put|Upload|Delete/);
  });

  test("deploys by the roles of cdk's bootstrap in every account, from main alone", () => {
    const deploy = role(registry, "slipway-cdk-deploy");
    expect(deploy.trust).toMatchObject([
      { Condition: { StringEquals: claims(["project_path:platform/deployments:ref_type:branch:ref:main"]) } },
    ]);
    expect(deploy.statements).toMatchObject([
      {
        Action: "sts:AssumeRole",
        Resource: expect.arrayContaining(["arn:aws:iam::333333333333:role/cdk-hnb659fds-deploy-role-333333333333-us-east-1"]),
      },
    ]);
  });

  test("no role is for every branch, whose code anybody may write who opens a merge request", () => {
    const subjects = ofType(registry, "AWS::IAM::Role").map(([, { Properties }]) => JSON.stringify(Properties.AssumeRolePolicyDocument));
    expect(subjects.length).toBeGreaterThan(2);
    expect(subjects.filter((entry) => /:ref_type:(branch:ref:[^"]*)?\*|project_path:\*/.test(entry))).toEqual([]);
  });

  test("may be of protected tags, and of a provider that is there already", () => {
    const template = templatesOf([
      small({ tags: ["v*"], branches: ["main", "release"], provider: "arn:aws:iam::111111111111:oidc-provider/git.example" }),
    ])["registry-111111111111-eu-west-1"] as Template;
    expect(ofType(template, "AWS::IAM::OIDCProvider")).toEqual([]);
    expect(role(template, "slipway-push-team-web").trust).toMatchObject([
      {
        Principal: { Federated: "arn:aws:iam::111111111111:oidc-provider/git.example" },
        Condition: {
          StringEquals: { "git.example:aud": "sts.amazonaws.com" },
          StringLike: {
            "git.example:sub": [
              "project_path:team/web:ref_type:branch:ref:main",
              "project_path:team/web:ref_type:branch:ref:release",
              "project_path:team/web:ref_type:tag:ref:v*",
            ],
          },
        },
      },
    ]);
  });
});

const small = (
  registrySettings: object,
  name = "shop",
  registryHost = "111111111111.dkr.ecr.eu-west-1.amazonaws.com",
  place: { account: string; region: string; gateway?: Gateway } = { account: "111111111111", region: "eu-west-1" },
  source = "team/web",
) =>
  environment(name, {
    kubernetes: "1.34",
    cluster: { name },
    registry: registryHost,
    argocd: { repository: "git@git.example:team/deployments.git" },
    aws: { ...place, registry: registrySettings },
    apps: [
      app("web", {
        namespace: "shop",
        source,
        workload: { kind: "Deployment", replicas: 1 },
        container: { image: "team/web:1.0.0" },
      }),
    ],
  });

test("caches of builds are repositories apart, which their pipelines may write and which nothing copies or keeps", () => {
  const template = templatesOf([small({ buildCaches: true })])["registry-111111111111-eu-west-1"] as Template;
  const cache = ofType(template, "AWS::ECR::Repository").find(([, one]) => one.Properties.RepositoryName === "cache/team/web");
  expect(cache?.[1]).toMatchObject({ Properties: { ImageTagMutability: "MUTABLE", EmptyOnDelete: true } });
  expect(cache?.[1]).not.toHaveProperty("DeletionPolicy");
  const push = ofType(template, "AWS::IAM::Policy").find(([id]) => id.includes("push"));
  expect(JSON.stringify(push?.[1].Properties)).toContain(`"${cache?.[0]}","Arn"`);
  const resolve = ofType(template, "AWS::IAM::Policy").find(([id]) => id.includes("resolve"));
  expect(JSON.stringify(resolve?.[1].Properties)).not.toContain(`"${cache?.[0]}"`);
});

test("a registry that isn't ECR's is somebody else's", () => {
  expect(Object.keys(templatesOf([small({}, "shop", "registry.example")]))).toEqual([]);
});

test("environments of one registry must agree", () => {
  expect(() => appOf([small({ keepDays: 1 }), small({ keepDays: 2 }, "other")])).toThrow(InputError);
});

test("a source that would let other projects push is reported, together with what is wrong with gateways", () => {
  const cors = { origin: "*", credentials: true };
  const gateway: Gateway = { authorization: { type: "none", reason: "Nothing to see in a test." }, cors };
  const place = { account: "111111111111", region: "eu-west-1", gateway };
  const create = () => appOf([small({}, "shop", undefined, place, "team/*")]);
  expect(create).toThrow(
    /^registry-111111111111-eu-west-1: repositories\.0\.projects\.0: expected the path of a project, as group\/backend-app, found "team\/\*"$/m,
  );
  expect(create).toThrow(/^shop: aws\.gateway\.cors: browsers refuse/m);
});
