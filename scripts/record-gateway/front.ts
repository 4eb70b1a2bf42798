import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DefaultStackSynthesizer } from "aws-cdk-lib";
import { app, environment, type Route, type RouteOperation } from "slipway";
import { awsApp } from "slipway/aws";

type Operations = Readonly<Record<string, RouteOperation>>;

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface FrontOptions {
  readonly account: string;
  readonly region: string;
  /** Address of the backend's stage. */
  readonly backend: string;
}

/**
 * The API that is recorded, as slipway's own model makes it. An operation's path ends with the id of the backend's reply. What needs rights
 * of the account (logs, metrics, tracing) is left out.
 */
export function frontTemplate(operations: Operations, { account, region, backend }: FrontOptions): object {
  const folder = mkdtempSync(join(tmpdir(), "slipway-record-"));
  try {
    const assembly = awsApp([recorded(operations, account, region)], {
      outdir: folder,
      defaultStackSynthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
    }).synth();
    const { Resources } = assembly.getStackByName("gateway-record").template as { Resources: Readonly<Record<string, Resource>> };
    const kept = Object.entries(Resources).filter(([, { Type }]) => Type !== "AWS::Logs::LogGroup");
    const resources = Object.fromEntries(kept.map(([id, resource]) => [id, plain(resource)]));
    const [api] = kept.find(([, { Type }]) => Type === "AWS::ApiGateway::RestApi") ?? [];
    const template = {
      Description: "What slipway records of API Gateway",
      Resources: resources,
      Outputs: { Api: { Value: { Ref: api } } },
    };
    return JSON.parse(JSON.stringify(template).replaceAll(ingress, backend)) as object;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ingress = "http://front.record.example";

/** As the routes of test/aws/recorded.test.ts, but for the reply's id. */
function recorded(operations: Operations, account: string, region: string) {
  const responses = { "200": {} };
  const routes: Record<string, Route> = {
    d: {
      path: "/d",
      gateway: {
        kind: "mapped",
        operations: Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, withReply(operation)])),
      },
    },
    p: { path: "/p" },
    r: { path: "/r" },
    exact: { path: "/r/test", gateway: { kind: "mapped", operations: { o: { method: "POST", request: { path: "/r/test" }, responses } } } },
    items: { path: "/r/items", gateway: { kind: "mapped", operations: { o: { method: "GET", path: "/{id}", responses } } } },
  };
  const front = app("front", {
    namespace: "record",
    source: "team/front",
    workload: { kind: "Deployment", replicas: 1 },
    container: { image: "docker.io/team/front:1.0.0", ports: { http: 8080 } },
    service: { ports: { http: 80 } },
    ingress: { tls: false },
    routes,
  });
  const reason = "It is there for minutes, for one person, and says nothing of anybody.";
  return environment("record", {
    kubernetes: "1.34",
    cluster: { name: "record" },
    registry: `${account}.dkr.ecr.${region}.amazonaws.com`,
    domain: "record.example",
    argocd: { repository: "https://git.example/team/record.git" },
    aws: {
      account,
      region,
      gateway: { authorization: { type: "none", reason }, waf: { type: "none", reason }, tracing: false, metrics: false },
    },
    apps: [front],
  });
}

function withReply({ path = "", request = {}, ...rest }: RouteOperation): RouteOperation {
  return { ...rest, path: `${path}/{reply}`, request: { ...request, path: "/d/{reply}" } };
}

/** A resource without what writes logs, and without CDK's own notes. */
function plain({ Type, Properties, ...rest }: Resource): object {
  const { Metadata: _notes, ...own } = rest as { readonly Metadata?: unknown };
  if (Type !== "AWS::ApiGateway::Stage") return { Type, Properties, ...own };
  const { AccessLogSetting: _logs, MethodSettings: _settings, ...stage } = Properties;
  return { Type, Properties: stage, ...own };
}
