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
  const optional = (condition: string) => `Conditions: { Big: !Equals [${condition}, x] }\n`;
  const conditioned = table("Condition: Big\n");
  expect(judged(template(conditioned, optional("x")), template(conditioned, optional("y")))).toEqual(["unknown change Condition Big"]);
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
    ["a", "data-loss", "deleted, with its objects; DeletionPolicy: Retain in a deployment before keeps it"],
    ["b", "rejected", expect.stringContaining("stack a has it as Files")],
  ]);
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

test("flags say who may do more, and what is open to everybody", () => {
  const role = (action: string) =>
    `Role:\n  Type: AWS::IAM::Role\n  Properties:\n    AssumeRolePolicyDocument: {}\n    Policies: [{ PolicyName: a, PolicyDocument: { Statement: [{ Effect: Allow, Action: "${action}", Resource: "*" }] } }]\n`;
  const wall = (address: string) =>
    `Wall:\n  Type: AWS::EC2::SecurityGroup\n  Properties: { SecurityGroupIngress: [{ CidrIp: "${address}", IpProtocol: tcp }] }\n`;
  const keep = table("DeletionPolicy: Retain\n");
  const { changes } = reviewed(
    { "a.yaml": template(role("s3:GetObject") + wall("10.0.0.0/8") + keep) },
    { "a.yaml": template(role("s3:*") + wall("0.0.0.0/0") + table()) },
  );
  expect(changes.flatMap(({ notes }) => notes.map(({ flag, text }) => `${flag}: ${text}`)).sort()).toEqual([
    "exposure: the security group lets every address in",
    "privilege: may s3:* of everything",
    "prune: it is deleted when it leaves the stack",
  ]);
});

test("no report shows what may be secret", () => {
  const secrets = (value: string) =>
    template(
      `Db:\n  Type: AWS::RDS::DBInstance\n  Properties: { MasterUserPassword: ${value} }\nFn:\n  Type: AWS::Lambda::Function\n  Properties: { Environment: { Variables: { KEY: ${value} } }, Description: "postgres://app:${value}@db" }\nVm:\n  Type: AWS::EC2::Instance\n  Properties: { UserData: !Base64 "export K=${value}" }\n`,
      `Parameters: { Pin: { Type: String, NoEcho: true, Default: ${value} } }\n`,
    );
  const found = reviewed({ "a.yaml": secrets("hunter2") }, { "a.yaml": secrets("correct-horse") });
  expect(found.changes.length).toBe(4);
  for (const format of ["text", "markdown", "json", "html", "codequality"] as const) {
    const report = writeReview(found, format, false);
    expect(report).not.toMatch(/hunter2|correct-horse/);
  }
});

test("a password that is kept elsewhere is shown by its reference", () => {
  const by = (reference: string) => template(`Db:\n  Type: AWS::RDS::DBInstance\n  Properties: { MasterUserPassword: "${reference}" }\n`);
  const [change] = reviewed({ "a.yaml": by("{{resolve:secretsmanager:a}}") }, { "a.yaml": by("{{resolve:secretsmanager:b}}") }).changes;
  expect(change?.fields).toMatchObject([{ before: "{{resolve:secretsmanager:a}}", after: "{{resolve:secretsmanager:b}}" }]);
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

test("what only looks like a template isn't taken for one", () => {
  const manifest = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: stack }\ndata:\n  body: |\n    Resources:\n      A:\n        Type: AWS::SQS::Queue\n`;
  const { changes } = reviewed({ "a.yaml": manifest }, { "a.yaml": manifest.replace("SQS::Queue", "SNS::Topic") });
  expect(changes).toMatchObject([{ resource: { kind: "ConfigMap" } }]);
});

test.each([
  ["nested too deep", `{"Resources":{"A":{"Type":"AWS::SQS::Queue","Properties":${"[".repeat(5000)}${"]".repeat(5000)}}}}`],
  [
    "with aliases that stand for too much",
    `x: &a [1,1,1,1,1,1,1,1,1]\n${Array.from({ length: 9 }, (_alias, index) => `${"bcdefghij"[index]}: &${"bcdefghij"[index]} [${`*${"abcdefghi"[index]},`.repeat(9)}]\n`).join("")}Resources: { A: { Type: AWS::SQS::Queue, Properties: *j } }\n`,
  ],
])("a template %s is said not to be looked at, or refused", (_name, text) => {
  const read = () => reviewed({ "a.yaml": template(table()) }, { "a.yaml": text });
  let outcome: string;
  try {
    const { changes, remarks } = read();
    outcome = JSON.stringify([changes, remarks]);
  } catch (error) {
    outcome = (error as Error).message;
  }
  expect(outcome).toMatch(/a\.yaml/);
});
