import { review, treeOf, writeReview } from "../../lib/review/index.ts";

const template = (resources: string, more = "") => `${more}Resources:\n${resources.replace(/^(?=.)/gm, "  ")}`;
const resource = (type: string, properties: string, attributes = "") => `It:\n  Type: ${type}\n${attributes}  Properties: ${properties}\n`;
const reviewed = (before: string, after: string) => review(...treesOf(before, after));
const treesOf = (...texts: [string, string]) =>
  texts.map((text) => treeOf(new Map([["a.yaml", text]]), "stacks")) as [ReturnType<typeof treeOf>, ReturnType<typeof treeOf>];

describe("flags", () => {
  const flags = (type: string, before: string | undefined, after: string, attributes: readonly [string, string] = ["", ""]) => {
    const other = "Other:\n  Type: AWS::SNS::Topic\n";
    const old = before === undefined ? other : `${other}${resource(type, before, attributes[0])}`;
    const { changes } = reviewed(template(old), template(`${other}${resource(type, after, attributes[1])}`));
    return changes.flatMap(({ notes }) => notes.map(({ flag, text }) => `${flag}: ${text}`));
  };
  const rules = (...ports: number[]) =>
    `{ SecurityGroupIngress: [${ports.map((port) => `{ CidrIp: 0.0.0.0/0, IpProtocol: tcp, FromPort: ${port}, ToPort: ${port} }`).join(", ")}] }`;
  const policy = (statement: string) => `{ PolicyDocument: { Statement: [${statement}] } }`;
  const blocked = (value: string) => `{ PublicAccessBlockConfiguration: ${value} }`;
  const all = "{ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true }";

  test.each<[name: string, type: string, before: string | undefined, after: string, expected: string[]]>([
    [
      "a port that is opened beside another",
      "AWS::EC2::SecurityGroup",
      rules(443),
      rules(443, 22),
      ["exposure: the security group lets every address in, to port 22"],
    ],
    [
      "a range that is widened",
      "AWS::EC2::SecurityGroupIngress",
      "{ CidrIp: 0.0.0.0/0, FromPort: 443, ToPort: 443, IpProtocol: tcp }",
      "{ CidrIp: 0.0.0.0/0, FromPort: 0, ToPort: 65535, IpProtocol: tcp }",
      ["exposure: the security group lets every address in, to ports 0 to 65535"],
    ],
    [
      "addresses of one's own",
      "AWS::EC2::SecurityGroup",
      undefined,
      "{ SecurityGroupIngress: [{ CidrIp: 10.0.0.0/8, IpProtocol: tcp, FromPort: 22 }] }",
      [],
    ],
    [
      "a public policy that allows more",
      "AWS::S3::BucketPolicy",
      policy("{ Effect: Allow, Principal: '*', Action: s3:GetObject }"),
      policy("{ Effect: Allow, Principal: '*', Action: 's3:*' }"),
      ["exposure: every principal may s3:*"],
    ],
    [
      "everybody but some",
      "AWS::S3::BucketPolicy",
      undefined,
      policy("{ Effect: Allow, NotPrincipal: { AWS: a }, Action: s3:GetObject }"),
      ["exposure: every principal may s3:GetObject"],
    ],
    [
      "a condition",
      "AWS::S3::BucketPolicy",
      undefined,
      policy("{ Effect: Allow, Principal: '*', Action: s3:GetObject, Condition: { a: b } }"),
      [],
    ],
    [
      "a block of public access that is cut",
      "AWS::S3::Bucket",
      blocked(all),
      blocked("{ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true }"),
      ["exposure: the bucket doesn't have RestrictPublicBuckets"],
    ],
    [
      "a block of public access that is removed",
      "AWS::S3::Bucket",
      blocked(all),
      "{ Tags: [] }",
      ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"].map(
        (name) => `exposure: the bucket doesn't have ${name}`,
      ),
    ],
    ["a new bucket, which blocks it by default", "AWS::S3::Bucket", undefined, "{ Tags: [] }", []],
    [
      "all actions but some",
      "AWS::IAM::Policy",
      undefined,
      policy("{ Effect: Allow, NotAction: 'iam:*', Resource: '*' }"),
      ["privilege: may do everything but iam:*, on every resource"],
    ],
    [
      "a denial that goes",
      "AWS::IAM::Policy",
      policy("{ Effect: Deny, Action: 'iam:*', Resource: '*' }, { Effect: Allow, Action: a, Resource: b }"),
      policy("{ Effect: Allow, Action: a, Resource: b }"),
      ["privilege: is no longer denied iam:*"],
    ],
    [
      "who may take a role",
      "AWS::IAM::Role",
      undefined,
      "{ AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: '*' }, Action: sts:AssumeRole }] } }",
      ["exposure: every principal may sts:AssumeRole", "privilege: may be assumed by *"],
    ],
    [
      "a managed policy",
      "AWS::IAM::Role",
      "{ ManagedPolicyArns: [a] }",
      "{ ManagedPolicyArns: [a, 'arn:aws:iam::aws:policy/AdministratorAccess'] }",
      ["privilege: gets arn:aws:iam::aws:policy/AdministratorAccess"],
    ],
    [
      "a method without authorization",
      "AWS::ApiGateway::Method",
      "{ AuthorizationType: AWS_IAM }",
      "{ AuthorizationType: NONE }",
      ["exposure: callers need no authorization"],
    ],
  ])("%s", (_name, type, before, after, expected) => expect(flags(type, before, after)).toEqual(expected));

  test("what was kept when it left the stack, and isn't any more", () => {
    const keep = "  DeletionPolicy: Retain\n";
    expect(flags("AWS::S3::Bucket", "{ Tags: [] }", "{ Tags: [] }", [keep, ""])).toEqual(["prune: it is deleted when it leaves the stack"]);
    // A database has a snapshot by default.
    expect(flags("AWS::RDS::DBCluster", "{ Engine: a }", "{ Engine: a }", [keep, ""])).toEqual([]);
  });
});

describe("no report shows", () => {
  const reports = (before: string, after: string) => {
    const found = reviewed(before, after);
    expect(found.changes.length).toBeGreaterThan(0);
    return (["text", "markdown", "json", "html", "codequality"] as const).map((format) => writeReview(found, format, false)).join("\n");
  };
  const [old, now] = ["hunter2", "correct-horse"];
  const all: readonly (readonly [name: string, type: string, properties: (value: string) => string])[] = [
    ["a password", "AWS::RDS::DBInstance", (value) => `{ MasterUserPassword: ${value} }`],
    ["a function's environment", "AWS::Lambda::Function", (value) => `{ Environment: { Variables: { KEY: ${value} } } }`],
    [
      "a container's environment",
      "AWS::ECS::TaskDefinition",
      (value) => `{ ContainerDefinitions: [{ Name: a, Environment: [{ Name: KEY, Value: ${value} }] }] }`,
    ],
    [
      "an app's runtime environment",
      "AWS::AppRunner::Service",
      (value) =>
        `{ SourceConfiguration: { ImageRepository: { ImageConfiguration: { RuntimeEnvironmentVariables: [{ Name: KEY, Value: ${value} }] } } } }`,
    ],
    ["an address with a password", "AWS::Lambda::Function", (value) => `{ Description: "postgres://app:${value}@db" }`],
    ["a machine's user data", "AWS::EC2::Instance", (value) => `{ UserData: !Base64 "export K=${value}" }`],
    [
      "a header for the origin",
      "AWS::CloudFront::Distribution",
      (value) => `{ DistributionConfig: { Origins: [{ Id: a, OriginCustomHeaders: [{ HeaderName: X-Origin, HeaderValue: ${value} }] }] } }`,
    ],
    ["an API key", "AWS::ApiGateway::ApiKey", (value) => `{ Name: a, Value: ${value} }`],
    [
      "an option with a secret's name",
      "AWS::ElasticBeanstalk::Environment",
      (value) => `{ OptionSettings: [{ Namespace: a, OptionName: DB_PASSWORD, Value: ${value} }] }`,
    ],
    ["what stands below a secret's name", "Custom::Thing", (value) => `{ Credentials: { Admin: ${value} } }`],
    ["a name with dots", "Custom::Thing", (value) => `{ "db.password.primary": ${value}, other: { "a.token.b": [${value}] } }`],
    ["a number", "Custom::Thing", (value) => `{ Secret: ${value === old ? 12345678 : 87654321} }`],
  ];
  test.each(all)("%s", (_name, type, properties) => {
    const side = (value: string) => template(resource(type, properties(value)));
    expect(reports(side(old), side(now))).not.toMatch(/hunter2|correct-horse|12345678|87654321/);
    const other = "Other:\n  Type: AWS::SNS::Topic\n";
    // Also where only the place is new.
    const without = template(`${other}${resource(type, "{ Tags: [] }")}`);
    expect(reports(without, template(`${other}${resource(type, properties(now))}`))).not.toMatch(/correct-horse|87654321/);
  });

  test.each<[name: string, more: (value: string) => string]>([
    ["a parameter that isn't echoed", (value) => `Parameters: { Pin: { Type: String, NoEcho: true, Default: ${value} } }\n`],
    ["a parameter with a secret's name", (value) => `Parameters: { DbPassword: { Type: String, Default: ${value} } }\n`],
    ["a mapping with a secret's name", (value) => `Mappings: { Passwords: { prod: { main: ${value} } } }\n`],
    ["an output with a secret's name", (value) => `Outputs: { ApiToken: { Value: ${value} } }\n`],
  ])("%s", (_name, more) => {
    const side = (value: string) => template(resource("AWS::SNS::Topic", "{ TopicName: a }"), more(value));
    expect(reports(side(old), side(now))).not.toMatch(/hunter2|correct-horse/);
  });

  test("but the reference of what is kept elsewhere is shown, and how a password has to look", () => {
    const side = (value: string, length: number) =>
      template(
        resource(
          "AWS::RDS::DBInstance",
          `{ MasterUserPassword: "{{resolve:secretsmanager:${value}}}", Policies: { PasswordPolicy: { MinimumLength: ${length} } } }`,
        ),
      );
    const text = writeReview(reviewed(side("a", 8), side("b", 12)), "text", false);
    expect(text).toMatch(/\{\{resolve:secretsmanager:a\}\} -> \{\{resolve:secretsmanager:b\}\}/);
    expect(text).toMatch(/MinimumLength: 8 -> 12/);
  });
});

describe("what isn't a template", () => {
  const names = (before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) =>
    review(treeOf(new Map(Object.entries(before)), "a"), treeOf(new Map(Object.entries(after)), "a")).changes.map(
      ({ resource: { kind } }) => kind,
    );
  const object = (file: string, data: string, type: string) => ({
    [file]: JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", annotations: { type } }, data: { a: data } }),
  });

  test.each([
    ["manifest.json", "cdk:tree"],
    ["x.metadata.json", "aws:cdk:info"],
    ["x.assets.json", "cdk:asset-manifest"],
    ["tree.json", "tree-0.1"],
    ["validation-report.json", "pluginReports"],
  ])("a manifest of Kubernetes in %s is reviewed, whatever it says", (file, type) =>
    expect(names(object(file, "1", type), object(file, "2", type))).toEqual(["ConfigMap"]),
  );
  test("what only looks like a template isn't taken for one", () => {
    const manifest = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: stack }\ndata:\n  body: |\n    Resources:\n      A:\n        Type: AWS::SQS::Queue\n`;
    const { changes } = reviewed(manifest, manifest.replace("SQS::Queue", "SNS::Topic"));
    expect(changes).toMatchObject([{ resource: { kind: "ConfigMap" } }]);
  });

  test.each([
    ["nested too deep", `{"Resources":{"A":{"Type":"AWS::SQS::Queue","Properties":${"[".repeat(5000)}${"]".repeat(5000)}}}}`],
    [
      "with aliases that stand for too much",
      `x: &a [1,1,1,1,1,1,1,1,1]\n${Array.from({ length: 9 }, (_alias, index) => `${"bcdefghij"[index]}: &${"bcdefghij"[index]} [${`*${"abcdefghi"[index]},`.repeat(9)}]\n`).join("")}Resources: { A: { Type: AWS::SQS::Queue, Properties: *j } }\n`,
    ],
  ])("a template %s is said not to be looked at, or refused", (_name, text) => {
    const read = () => reviewed(template(resource("AWS::SNS::Topic", "{ TopicName: a }")), text);
    let outcome: string;
    try {
      const { changes, remarks } = read();
      outcome = JSON.stringify([changes, remarks]);
    } catch (error) {
      outcome = (error as Error).message;
    }
    expect(outcome).toMatch(/a\.yaml/);
  });

  test("a text that stops a careless pattern is read", () => {
    const side = (more: string) => template(resource("AWS::SNS::Topic", `{ DisplayName: !Sub "${"${a".repeat(40_000)}${more}" }`));
    expect(reviewed(side("1"), side("2")).changes).toMatchObject([{ impact: "in-place" }]);
  });

  test("long chains of conditions, and of resources that name each other, are followed", () => {
    const conditions = (first: string) =>
      `Conditions:\n  C0: !Equals [${first}, a]\n${Array.from({ length: 2000 }, (_name, index) => `  C${index + 1}: !Not [{ Condition: C${index} }]\n`).join("")}`;
    const chain = (cidr: string) =>
      Array.from(
        { length: 1500 },
        (_name, index) =>
          `R${index}:\n  Type: AWS::EC2::SecurityGroupEgress\n  Properties: { GroupId: ${index === 0 ? cidr : `!Ref R${index - 1}`} }\n`,
      ).join("");
    const { changes } = reviewed(template(chain("a"), conditions("a")), template(chain("b"), conditions("b")));
    expect(changes.length).toBeGreaterThan(1500);
  });
});
