import { review, treeOf, writeReview } from "../../lib/review/index.ts";

/** What a review says of two templates, a line each. */
function judged(before: string, after: string): string[] {
  const { changes } = reviewed({ "shop.template.yaml": before }, { "shop.template.yaml": after });
  return changes.map(({ resource, action, impact }) => `${impact} ${action} ${resource.kind.replace("AWS::", "")} ${resource.name}`);
}

const reviewed = (before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) =>
  review(treeOf(new Map(Object.entries(before)), "stacks"), treeOf(new Map(Object.entries(after)), "stacks"));

const template = (resources: string, more = "") => `AWSTemplateFormatVersion: 2010-09-09\n${more}Resources:\n${indented(resources)}`;
const indented = (text: string) => text.replace(/^(?=.)/gm, "  ");

const table = (more = "", properties = "") => `Orders:
  Type: AWS::DynamoDB::Table
${indented(more)}  Properties:
    KeySchema: [{ AttributeName: id, KeyType: HASH }]
    BillingMode: PAY_PER_REQUEST
${indented(indented(properties))}`;

const api = (id: string, name = "shop") => `${id}:\n  Type: AWS::ApiGateway::RestApi\n  Properties: { Name: ${name} }\n`;
const path = (id: string, part: string, owner = "Api") =>
  `${id}:\n  Type: AWS::ApiGateway::Resource\n  Properties: { RestApiId: !Ref ${owner}, ParentId: !GetAtt ${owner}.RootResourceId, PathPart: "${part}" }\n`;
const mapping = (owner: string) =>
  `Mapping:\n  Type: AWS::ApiGateway::BasePathMapping\n  Properties: { DomainName: shop.example, RestApiId: !Ref ${owner}, Stage: live }\n`;
const model = (owner: string) => `Order:\n  Type: AWS::ApiGateway::Model\n  Properties: { Name: Order, RestApiId: !Ref ${owner} }\n`;
const queue = (properties: string) => `Jobs:\n  Type: AWS::SQS::Queue\n  Properties: ${properties}\n`;
const bucket = (id: string, more = "") => `${id}:\n  Type: AWS::S3::Bucket\n${indented(more)}  Properties: { Tags: [] }\n`;

test.each<[name: string, before: string, after: string, expected: string[]]>([
  [
    "a property that can be updated",
    table(),
    table("", "PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }\n"),
    ["in-place change DynamoDB::Table Orders"],
  ],
  [
    "a number that is written as text, and a list that isn't there, as they are the same to CloudFormation",
    queue("{ DelaySeconds: 5 }"),
    queue('{ DelaySeconds: "5" }'),
    [],
  ],
  [
    "an update with some interruption",
    "Db:\n  Type: AWS::RDS::DBInstance\n  Properties: { DBInstanceClass: db.t4g.small }\n",
    "Db:\n  Type: AWS::RDS::DBInstance\n  Properties: { DBInstanceClass: db.t4g.large }\n",
    ["downtime change RDS::DBInstance Db"],
  ],
  [
    "what is replaced with its data",
    table(),
    table().replace("AttributeName: id", "AttributeName: key"),
    ["data-loss change DynamoDB::Table Orders"],
  ],
  [
    "what is replaced while the old one is retained",
    table("UpdateReplacePolicy: Retain\n"),
    table("UpdateReplacePolicy: Retain\n").replace("AttributeName: id", "AttributeName: key"),
    ["downtime change DynamoDB::Table Orders"],
  ],
  [
    "a replacement that has to have the old one's name",
    table("", "TableName: orders\n"),
    table("", "TableName: orders\n").replace("AttributeName: id", "AttributeName: key"),
    ["rejected change DynamoDB::Table Orders"],
  ],
  ["what leaves the stack with its data", `${table()}${bucket("Files")}`, table(), ["data-loss remove S3::Bucket Files"]],
  [
    "what leaves the stack and is retained",
    `${table()}${bucket("Files", "DeletionPolicy: Retain\n")}`,
    table(),
    ["in-place remove S3::Bucket Files"],
  ],
  [
    "what leaves the stack with a snapshot, which a database has by default",
    `${table()}Db:\n  Type: AWS::RDS::DBCluster\n  Properties: { Engine: aurora-postgresql }\n`,
    table(),
    ["deletion remove RDS::DBCluster Db"],
  ],
  [
    "what leaves the stack and can be made again",
    `${table()}Alarm:\n  Type: AWS::CloudWatch::Alarm\n  Properties: { Threshold: 1 }\n`,
    table(),
    ["deletion remove CloudWatch::Alarm Alarm"],
  ],
  ["what is created", table(), `${table()}${bucket("Files")}`, ["in-place add S3::Bucket Files"]],
  ["an API under another logical id, whose address changes", api("Api"), api("Api2"), ["downtime rename ApiGateway::RestApi Api2"]],
  [
    "an API under another logical id, to which the domain moves",
    `${api("Api")}${mapping("Api")}`,
    `${api("Api2")}${mapping("Api2")}`,
    ["rollout rename ApiGateway::RestApi Api2", "in-place change ApiGateway::BasePathMapping Mapping"],
  ],
  [
    "a path variable with another name, while the old one is still there",
    `${api("Api")}${path("Id", "{id}")}`,
    `${api("Api")}${path("OrderId", "{orderId}")}`,
    ["rejected rename ApiGateway::Resource OrderId"],
  ],
  [
    "a proxy that becomes a variable, while the old one is still there",
    `${api("Api")}${path("Proxy", "{proxy+}")}`,
    `${api("Api")}${path("Id", "{id}")}`,
    ["deletion remove ApiGateway::Resource Proxy", "rejected add ApiGateway::Resource Id"],
  ],
  [
    "a path that gets another logical id",
    `${api("Api")}${path("Orders", "orders")}`,
    `${api("Api")}${path("Orders2", "orders")}`,
    ["rejected rename ApiGateway::Resource Orders2"],
  ],
  [
    "a path variable with another name in an API of its own",
    `${api("Api")}${mapping("Api")}${path("Id", "{id}")}`,
    `${api("Api2")}${mapping("Api2")}${path("OrderId", "{orderId}", "Api2")}`,
    [
      "rollout rename ApiGateway::Resource OrderId",
      "rollout rename ApiGateway::RestApi Api2",
      "in-place change ApiGateway::BasePathMapping Mapping",
    ],
  ],
  [
    "what has its name within an API that is replaced",
    `${api("Api")}${mapping("Api")}${model("Api")}`,
    `${api("Api2")}${mapping("Api2")}${model("Api2")}`,
    [
      "rollout change ApiGateway::Model Order",
      "rollout rename ApiGateway::RestApi Api2",
      "in-place change ApiGateway::BasePathMapping Mapping",
    ],
  ],
  [
    "a name within an API that stays, while the old one still has it",
    `${api("Api")}${model("Api")}`,
    `${api("Api")}${model("Api").replace("Order:", "Order2:")}`,
    ["rejected rename ApiGateway::Model Order2"],
  ],
  [
    "what names a resource that is replaced",
    `${queue("{ FifoQueue: true }")}Rights:\n  Type: AWS::SQS::QueuePolicy\n  Properties: { Queues: [!Ref Jobs], PolicyDocument: {} }\n`,
    `${queue("{ FifoQueue: false }")}Rights:\n  Type: AWS::SQS::QueuePolicy\n  Properties: { Queues: [!Ref Jobs], PolicyDocument: {} }\n`,
    ["data-loss change SQS::Queue Jobs", "in-place change SQS::QueuePolicy Rights"],
  ],
  [
    "a type that changes under one logical id",
    "Log:\n  Type: AWS::SQS::Queue\n",
    "Log:\n  Type: AWS::SNS::Topic\n",
    ["rejected change SNS::Topic Log"],
  ],
  [
    "a type that nobody knows",
    "It:\n  Type: Custom::Thing\n  Properties: { A: 1 }\n",
    "It:\n  Type: Custom::Thing\n  Properties: { A: 2 }\n",
    ["unknown change Custom::Thing It"],
  ],
  [
    "another task definition, whose tasks are replaced one after the other",
    `Task:\n  Type: AWS::ECS::TaskDefinition\n  Properties: { Family: shop, Cpu: "256" }\nService:\n  Type: AWS::ECS::Service\n  Properties: { TaskDefinition: !Ref Task }\n`,
    `Task:\n  Type: AWS::ECS::TaskDefinition\n  Properties: { Family: shop, Cpu: "512" }\nService:\n  Type: AWS::ECS::Service\n  Properties: { TaskDefinition: !Ref Task }\n`,
    ["rollout change ECS::Service Service", "in-place change ECS::TaskDefinition Task"],
  ],
  [
    "a service without tasks",
    "Web:\n  Type: AWS::ECS::Service\n  Properties: { DesiredCount: 2 }\n",
    "Web:\n  Type: AWS::ECS::Service\n  Properties: { DesiredCount: 0 }\n",
    ["downtime change ECS::Service Web"],
  ],
  [
    "another number of tasks",
    "Web:\n  Type: AWS::ECS::Service\n  Properties: { DesiredCount: 2 }\n",
    "Web:\n  Type: AWS::ECS::Service\n  Properties: { DesiredCount: 3 }\n",
    ["scale change ECS::Service Web"],
  ],
  [
    "tasks that may all stop before new ones start",
    "Web:\n  Type: AWS::ECS::Service\n  Properties: { TaskDefinition: a, DeploymentConfiguration: { MinimumHealthyPercent: 0, MaximumPercent: 100 } }\n",
    "Web:\n  Type: AWS::ECS::Service\n  Properties: { TaskDefinition: b, DeploymentConfiguration: { MinimumHealthyPercent: 0, MaximumPercent: 100 } }\n",
    ["downtime change ECS::Service Web"],
  ],
  [
    "machines behind a launch template",
    "Lt:\n  Type: AWS::EC2::LaunchTemplate\n  Properties: { LaunchTemplateData: { ImageId: a } }\nAsg:\n  Type: AWS::AutoScaling::AutoScalingGroup\n  Properties: { LaunchTemplate: { LaunchTemplateId: !Ref Lt, Version: !GetAtt Lt.LatestVersionNumber } }\n",
    "Lt:\n  Type: AWS::EC2::LaunchTemplate\n  Properties: { LaunchTemplateData: { ImageId: b } }\nAsg:\n  Type: AWS::AutoScaling::AutoScalingGroup\n  Properties: { LaunchTemplate: { LaunchTemplateId: !Ref Lt, Version: !GetAtt Lt.LatestVersionNumber } }\n",
    ["rollout change AutoScaling::AutoScalingGroup Asg", "in-place change EC2::LaunchTemplate Lt"],
  ],
  [
    "a nested stack, whose own template decides",
    "Inner:\n  Type: AWS::CloudFormation::Stack\n  Properties: { TemplateURL: a }\n",
    "Inner:\n  Type: AWS::CloudFormation::Stack\n  Properties: { TemplateURL: b }\n",
    ["unknown change CloudFormation::Stack Inner"],
  ],
  [
    "a database whose storage would shrink",
    "Db:\n  Type: AWS::RDS::DBInstance\n  Properties: { AllocatedStorage: 100 }\n",
    "Db:\n  Type: AWS::RDS::DBInstance\n  Properties: { AllocatedStorage: 50 }\n",
    ["rejected change RDS::DBInstance Db"],
  ],
  [
    "an instance of a cluster, which keeps the data",
    `${table()}Reader:\n  Type: AWS::RDS::DBInstance\n  Properties: { DBClusterIdentifier: c }\n`,
    table(),
    ["deletion remove RDS::DBInstance Reader"],
  ],
  [
    "what the template doesn't have",
    queue("{ DelaySeconds: 5 }"),
    queue("{ DelaySeconds: !Ref Nothing }"),
    ["rejected change SQS::Queue Jobs"],
  ],
  ["a type that is misspelt", table(), `${table()}Files:\n  Type: AWS::S3::Bukcet\n`, ["unknown add S3::Bukcet Files"]],
  ["a condition that goes", table("Condition: Big\n"), table(), ["in-place change DynamoDB::Table Orders"]],
  [
    "an interruption beside what may replace",
    "Db:\n  Type: AWS::RDS::DBInstance\n  Properties: { DBInstanceClass: db.t4g.small, MultiAZ: false }\n",
    "Db:\n  Type: AWS::RDS::DBInstance\n  Properties: { DBInstanceClass: db.t4g.large, MultiAZ: true }\n",
    ["downtime change RDS::DBInstance Db"],
  ],
  [
    "a domain name, which no mapping of its own moves",
    `Name:\n  Type: AWS::ApiGateway::DomainName\n  Properties: { DomainName: a.example }\n${mapping("Api").replace("shop.example", "!Ref Name")}${api("Api")}`,
    `Name:\n  Type: AWS::ApiGateway::DomainName\n  Properties: { DomainName: b.example }\n${mapping("Api").replace("shop.example", "!Ref Name")}${api("Api")}`,
    ["downtime change ApiGateway::DomainName Name", "rollout change ApiGateway::BasePathMapping Mapping"],
  ],
  ["yes and true, which are one in YAML 1.1", queue("{ FifoQueue: yes }"), queue("{ FifoQueue: true }"), []],
  [
    "what the AWS CDK says of itself",
    "Meta:\n  Type: AWS::CDK::Metadata\n  Properties: { Analytics: a }\n",
    "Meta:\n  Type: AWS::CDK::Metadata\n  Properties: { Analytics: b }\n",
    ["in-place change CDK::Metadata Meta"],
  ],
  [
    "a part of a property that a function chooses",
    "Eks:\n  Type: AWS::EKS::Cluster\n  Properties: { ResourcesVpcConfig: !If [C, { SubnetIds: [a] }, { SubnetIds: [c] }] }\n",
    "Eks:\n  Type: AWS::EKS::Cluster\n  Properties: { ResourcesVpcConfig: !If [C, { SubnetIds: [b] }, { SubnetIds: [c] }] }\n",
    ["unknown change EKS::Cluster Eks"],
  ],
  [
    "properties with names that objects have",
    "It:\n  Type: Custom::Thing\n  Properties: { A: 1 }\n",
    "It:\n  Type: Custom::Thing\n  Properties: { A: 1, constructor: x, toString: y, __proto__: { a: 1 } }\n",
    ["unknown change Custom::Thing It"],
  ],
  [
    "a subnet in another zone, whose addresses the old one still has",
    "Net:\n  Type: AWS::EC2::Subnet\n  Properties: { VpcId: v, CidrBlock: 10.0.0.0/24, AvailabilityZone: a }\n",
    "Net:\n  Type: AWS::EC2::Subnet\n  Properties: { VpcId: v, CidrBlock: 10.0.0.0/24, AvailabilityZone: b }\n",
    ["rejected change EC2::Subnet Net"],
  ],
  [
    "metadata and the order of things",
    table("DependsOn: [A]\nMetadata: { by: one }\n"),
    table("DependsOn: [B]\nMetadata: { by: two }\n"),
    [],
  ],
])("judges %s", (_name, before, after, expected) => expect(judged(template(before), template(after))).toEqual(expected));

test("what a mapping or a condition decides may replace what reads it", () => {
  const machine = "Vm:\n  Type: AWS::EC2::Instance\n  Properties: { ImageId: !FindInMap [Images, !Ref AWS::Region, a] }\n";
  const images = (image: string) => `Mappings: { Images: { eu-west-1: { a: ${image} } } }\n`;
  expect(judged(template(machine, images("s-1")), template(machine, images("s-2")))).toEqual([
    "unknown change EC2::Instance Vm",
    "in-place change Mapping Images",
  ]);
  const wide = (other: string) => `Mappings: { Images: { eu-west-1: { a: s-1, b: ${other} } } }\n`;
  expect(judged(template(machine, wide("1")), template(machine, wide("2")))).toEqual(["in-place change Mapping Images"]);
  const more = "Mappings: { Images: { eu-west-1: { a: s-1 }, us-east-1: { a: s-3 } } }\n";
  expect(judged(template(machine, images("s-1")), template(machine, more))).toEqual(["in-place change Mapping Images"]);
  const sized = (className: string) => `Mappings: { Sizes: { prod: { db: ${className} } } }\n`;
  const database = (key: string) =>
    `Db:\n  Type: AWS::RDS::DBInstance\n  Properties: { DBInstanceClass: !FindInMap [Sizes, ${key}, db] }\n`;
  const mapped = "in-place change Mapping Sizes";
  expect(judged(template(database("prod"), sized("a")), template(database("prod"), sized("b")))).toEqual([
    "downtime change RDS::DBInstance Db",
    mapped,
  ]);
  expect(judged(template(database("!Ref Env"), sized("a")), template(database("!Ref Env"), sized("b")))).toEqual([
    "downtime change RDS::DBInstance Db",
    mapped,
  ]);
  const optional = (condition: string) => `Conditions: { Big: !Equals [${condition}, x] }\n`;
  const conditioned = table("Condition: Big\n");
  expect(judged(template(conditioned, optional("x")), template(conditioned, optional("y")))).toEqual(["unknown change Condition Big"]);
});

test("what a macro makes of its own types isn't judged, but for what they keep", () => {
  const sam = (resources: string) => template(resources, "Transform: AWS::Serverless-2016-10-31\n");
  const fn = (runtime: string) => `Fn:\n  Type: AWS::Serverless::Function\n  Properties: { Runtime: ${runtime} }\n`;
  const items = "Items:\n  Type: AWS::Serverless::SimpleTable\n";
  expect(judged(sam(fn("a") + items), sam(fn("b")))).toEqual([
    "data-loss remove Serverless::SimpleTable Items",
    "unknown change Serverless::Function Fn",
  ]);
});

test("a template without resources is refused", () => {
  const none = "AWSTemplateFormatVersion: 2010-09-09\nResources: {}\n";
  expect(reviewed({ "a.yaml": template(table()) }, { "a.yaml": none }).changes).toMatchObject([
    { impact: "data-loss" },
    { impact: "rejected", resource: { kind: "Stack" } },
  ]);
});

test("an export that another stack imports can't go", () => {
  const producer = (output: string) => template(table(), output);
  const exported = "Outputs: { Orders: { Value: !Ref Orders, Export: { Name: orders } } }\n";
  const reader = template("Reader:\n  Type: AWS::SSM::Parameter\n  Properties: { Type: String, Value: !ImportValue orders }\n");
  const without = template("Reader:\n  Type: AWS::SSM::Parameter\n  Properties: { Type: String, Value: none }\n");
  const found = reviewed({ "a.yaml": producer(exported), "b.yaml": reader }, { "a.yaml": producer(""), "b.yaml": without });
  expect(found.changes[0]).toMatchObject({ impact: "rejected", resource: { kind: "Output", name: "Orders" }, environment: "a" });
  expect(found.changes[0]?.reason).toContain("deploy b without the import first");
});

test("what moves between stacks can't be created while the first one has it", () => {
  const named = (id: string) => `${id}:\n  Type: AWS::S3::Bucket\n  Properties: { BucketName: files }\n`;
  const found = reviewed(
    { "a.yaml": template(table() + named("Files")), "b.yaml": template(table()) },
    { "a.yaml": template(table()), "b.yaml": template(table() + named("Data")) },
  );
  expect(found.changes.map(({ environment, impact, reason }) => [environment, impact, reason])).toEqual([
    ["a", "data-loss", "deleted, with its objects; to keep it, first deploy it with DeletionPolicy: Retain"],
    ["b", "rejected", expect.stringContaining("stack a has it as Files")],
  ]);
});

test("what moves into a new stack can't be created while the old one has it, unless the two are deployed elsewhere", () => {
  const kept = "Files:\n  Type: AWS::S3::Bucket\n  DeletionPolicy: Retain\n  Properties: { BucketName: files }\n";
  const assembly = (region: string) =>
    JSON.stringify({
      version: "1",
      artifacts: Object.fromEntries(
        ["a", "b"].map((name) => [
          name,
          { environment: `aws://222222222222/${name === "a" ? "eu-west-1" : region}`, properties: { templateFile: `${name}.yaml` } },
        ]),
      ),
    });
  const moved = (manifest: Readonly<Record<string, string>>) =>
    reviewed(
      { ...manifest, "a.yaml": template(table() + kept) },
      { ...manifest, "a.yaml": template(table()), "b.yaml": template(kept) },
    ).changes.map(({ impact, environment, resource }) => `${impact} ${environment} ${resource.name}`);
  const refused = ["in-place a Files", "in-place b b", "rejected b Files"];
  expect(moved({}).sort()).toEqual(refused);
  expect(moved({ "manifest.json": assembly("eu-west-1") }).sort()).toEqual(refused);
  expect(moved({ "manifest.json": assembly("us-east-1") }).sort()).toEqual(refused.slice(0, 2));
});

test("a template whose file has another name is compared, and what that may mean is said", () => {
  const more = template("Other:\n  Type: AWS::SNS::Topic\n");
  const { changes } = reviewed({ "a.yaml": template(table()), "z.yaml": more }, { "b.yaml": template(table()), "z.yaml": more });
  expect(changes).toMatchObject([
    {
      action: "rename",
      impact: "unknown",
      resource: { kind: "Stack", name: "b" },
      reason: expect.stringContaining("stays in the first one"),
    },
  ]);
  // Two templates that are the only ones are meant to be compared.
  expect(
    reviewed({ "old.yaml": template(table()) }, { "new.yaml": template(bucket("Files")) }).changes.map(({ impact }) => impact),
  ).toEqual(["data-loss", "in-place"]);
});

test("a template that comes or goes is one line", () => {
  expect(reviewed({}, { "a.yaml": template(table()) }).changes).toMatchObject([
    { action: "add", impact: "in-place", resource: { kind: "Stack" } },
  ]);
  const [gone] = reviewed({ "a.yaml": template(table()) }, {}).changes;
  expect(gone).toMatchObject({
    action: "remove",
    impact: "unknown",
    reason: expect.stringContaining("stays until somebody deletes the stack"),
  });
});

test("all formats for people say what happens to stacks, and not to pods", () => {
  const found = reviewed(
    { "a.yaml": template(table()) },
    { "a.yaml": template(table().replace("AttributeName: id", "AttributeName: key")) },
  );
  for (const format of ["text", "markdown", "html"] as const) {
    const report = writeReview(found, format, false);
    expect(report).toMatch(/Stacks/);
    expect(report).toMatch(/data may be lost: AWS.*Table Orders/);
    expect(report).not.toMatch(/Pods/);
  }
  expect(writeReview(reviewed({ "a.yaml": template(table()) }, { "a.yaml": template(table()) }), "text", false)).toBe(
    "Nothing changes in the stacks.\n",
  );
});
