import type { Asked, Reply } from "./recording.ts";

/** What the backend answers: a reply by its id, below each path that has some. */
export type Replies = Readonly<Record<string, Readonly<Record<string, Reply | "echoes the request body">>>>;

/** What is recorded of the request, kept for the answer: a MOCK's answer sees what its request's template has set. */
const asked: Readonly<Record<keyof Asked, string>> = {
  method: "$context.httpMethod",
  path: "$context.path",
  q: "$input.params('q')",
  accept: "$input.params('Accept')",
  userAgent: "$input.params('User-Agent')",
  contentType: "$input.params('Content-Type')",
  seen: "$input.params('X-Seen')",
};
/** Each begins with "=": an empty text could be printed in another way. */
const keepAsked = Object.entries(asked).map(([name, value]) => `#set($context.requestOverride.path.${name} = "=${value}")`);
const tellAsked = Object.keys(asked).map((name) => `"${name}":"$util.escapeJavaScript($context.requestOverride.path.${name})"`);

/**
 * An API whose MOCK integrations play the backend, so that recording needs no host but API Gateway's own: at `/PATH/ID` it gives the reply of
 * that id, and everywhere else it says what it was asked. Anyone who knows its address may call it while it is there.
 */
export function backendTemplate(replies: Replies): object {
  const root = { "Fn::GetAtt": ["Api", "RootResourceId"] };
  const parts = [pathWith("Asked", root, "{proxy+}", askedMock), ...Object.entries(replies).flatMap(repliesAt)];
  const methods = parts.flatMap(({ method }) => Object.keys(method));
  return {
    Description: "Plays the backend while slipway records API Gateway",
    Resources: {
      Api: {
        Type: "AWS::ApiGateway::RestApi",
        Properties: { Name: "slipway-record-backend", EndpointConfiguration: { Types: ["REGIONAL"] } },
      },
      ...Object.fromEntries(Object.keys(replies).map((path) => [`Path${path}`, resource(root, path)])),
      ...Object.fromEntries(parts.flatMap(({ path, method }) => [...Object.entries(path), ...Object.entries(method)])),
      Deployment: { Type: "AWS::ApiGateway::Deployment", DependsOn: methods, Properties: api },
      Stage: { Type: "AWS::ApiGateway::Stage", Properties: { ...api, StageName: "live", DeploymentId: { Ref: "Deployment" } } },
    },
    Outputs: { Api: { Value: { Ref: "Api" } } },
  };
}

const api = { RestApiId: { Ref: "Api" } };
const resource = (parent: object, part: string) => ({
  Type: "AWS::ApiGateway::Resource",
  Properties: { ...api, ParentId: parent, PathPart: part },
});

/** The resources of one path. */
const pathWith = (id: string, parent: object, part: string, does: Mock) => ({
  path: { [id]: resource(parent, part) },
  method: { [`Method${id}`]: mock({ Ref: id }, does) },
});

const repliesAt = ([path, replies]: readonly [string, Replies[string]]) =>
  Object.entries(replies).map(([id, reply]) => pathWith(`${path}${id}`, { Ref: `Path${path}` }, id, mockOf(reply)));

/** What a MOCK integration does. */
interface Mock {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly keeps: readonly string[];
  readonly prints: string;
}

const askedMock: Mock = { status: 200, headers: {}, keeps: keepAsked, prints: `{${tellAsked.join()}}` };

function mockOf(reply: Reply | "echoes the request body"): Mock {
  if (reply === "echoes the request body")
    return {
      status: 200,
      headers: {},
      keeps: ["#set($context.requestOverride.path.body = $input.body)"],
      prints: "$context.requestOverride.path.body",
    };
  const { status = 200, headers = {}, body = "{}" } = reply;
  if (/[$#]/.test(body)) throw new Error(`a reply can't have "$" or "#", which a template reads: ${body}`);
  return { status, headers: Object.fromEntries(Object.entries(headers).flatMap(headerNames)), keeps: [], prints: body };
}

/** A header with two values is two headers, whose names differ in the case of their letters: a mapping names each once. */
function headerNames([name, values]: [string, string | readonly string[]]): [string, string][] {
  const [first = "", second, ...rest] = [values].flat();
  if (rest.length > 0) throw new Error(`a reply can't have more than two values of ${name}`);
  return second === undefined
    ? [[name, first]]
    : [
        [name, first],
        [name.toLowerCase(), second],
      ];
}

/** Media types that the API which is recorded may send. */
const types = ["application/json", "text/plain"];

function mock(resource: object, { status, headers, keeps, prints }: Mock) {
  const StatusCode = String(status);
  const parameters = Object.entries(headers).map(([name, value]) => [`method.response.header.${name}`, `'${value}'`]);
  return {
    Type: "AWS::ApiGateway::Method",
    Properties: {
      RestApiId: { Ref: "Api" },
      ResourceId: resource,
      HttpMethod: "ANY",
      AuthorizationType: "NONE",
      Integration: {
        Type: "MOCK",
        PassthroughBehavior: "WHEN_NO_MATCH",
        RequestTemplates: Object.fromEntries(types.map((type) => [type, `${keeps.join("")}{"statusCode":${status}}`])),
        IntegrationResponses: [
          { StatusCode, ResponseParameters: Object.fromEntries(parameters), ResponseTemplates: { "application/json": prints } },
        ],
      },
      MethodResponses: [{ StatusCode, ResponseParameters: Object.fromEntries(parameters.map(([name]) => [name, true])) }],
    },
  };
}
