import type { Gateway, GatewayAuthorization, Route, RouteOperation } from "slipway";
import { type GatewayAnswer, type GatewayRequest, GatewaySimulator, NotCoveredError } from "slipway/testing";
import { type Reply, type Seen, useBackend } from "./backend.ts";
import { gatewayOf } from "./stacks.ts";

const guide = "https://docs.aws.amazon.com/apigateway/latest/developerguide";
const ok = { "200": {} } as const;
const get = (more: Partial<RouteOperation> = {}): RouteOperation => ({ method: "GET", responses: ok, ...more });
const post = (more: Partial<RouteOperation> = {}): RouteOperation => ({ method: "POST", responses: ok, ...more });
const mapped = (path: string, operations: Readonly<Record<string, RouteOperation>>, more: object = {}): Route => ({
  path,
  gateway: { kind: "mapped", operations, ...more },
});
const lambda = "arn:aws:lambda:eu-west-1:222222222222:function:authorizer";
const pool = "arn:aws:cognito-idp:eu-west-1:222222222222:userpool/eu-west-1_AbCdEf";
const guarded = (authorization: GatewayAuthorization) => mapped(`/by-${authorization.type}`, { get: get() }, { authorization });

/** Everything a route may say, once. */
const routes: Readonly<Record<string, Route>> = {
  "by-cognito": guarded({ type: "cognito", userPools: [pool], scopes: ["orders/read"] }),
  "by-iam": guarded({ type: "iam" }),
  "by-lambda": guarded({ type: "lambda", function: lambda, headers: ["X-Token", "X-Tenant"] }),
  exact: { path: "/exact", pathType: "Exact" },
  key: mapped("/key", { get: get() }, { apiKey: true }),
  moved: { path: "/inside", gateway: { kind: "proxy", path: "/outside" } },
  only: { path: "/only", methods: ["GET"] },
  proxy: { path: "/proxy", gateway: { kind: "proxy", timeoutSeconds: 1 } },
  items: mapped("/items", {
    all: get({ query: { page: false, size: true } }),
    mine: get({ path: "/mine" }),
    one: get({ path: "/{id}" }),
    remove: { method: "DELETE", path: "/{id}", responses: ok },
    line: get({ path: "/{id}/lines/{line}", request: { path: "/items/{line}/of/{id}" } }),
    add: post({
      body: {
        type: "object",
        required: ["name"],
        properties: { name: { type: "string", maxLength: 5 }, count: { type: "integer", minimum: 0, exclusiveMinimum: true } },
      },
    }),
  }),
  said: mapped(
    "/said",
    {
      caller: post({
        path: "/by-caller",
        request: { template: '{"sub":"$context.authorizer.claims.sub","none":"$context.authorizer.claims.none"}' },
      }),
    },
    { authorization: { type: "cognito", userPools: [pool] } },
  ),
  unknown: mapped(
    "/unknown",
    Object.fromEntries(
      Object.entries({
        context: "$context.requestID",
        identity: "$context.identity.user",
        path: "$input.json('$[')",
        variable: "$reslut",
        json: "$util.parseJson('{').a",
      }).map(([name, template]) => [name, post({ path: `/${name}`, request: { template } })]),
    ),
  ),
  within: mapped("/proxy/exact", { get: get() }),
  requests: mapped("/requests", {
    headers: get({
      headers: { "X-One": true, "X-Two": false },
      request: {
        headers: {
          "X-First": "method.request.header.X-One",
          "X-Second": "method.request.header.X-Two",
          "X-Id": "context.requestId",
          "X-Fixed": "'as it is'",
        },
        query: { where: "context.resourcePath" },
      },
    }),
    template: post({
      path: "/template/{name}",
      headers: { "X-One": false },
      query: { q: false },
      request: {
        method: "PUT",
        template: `#set($root = $input.path('$'))
{"name":"$input.params('name')","q":"$input.params().querystring.get('q')","one":"$input.params().header.get('X-One')","first":$input.json('$.list[0]'),"count":$root.list.size(),"all":[#foreach($one in $root.list)"$util.escapeJavaScript($one)"#if($foreach.hasNext),#end#end],"id":"$context.requestId","raw":"$util.base64Encode($input.body)","method":"$context.httpMethod"}`,
      },
    }),
    paths: post({
      path: "/paths",
      query: { q: false },
      request: {
        template: `{"filtered":$input.json("$.list[?(@.kind == 'a')].name"),"none":$input.json("$.list[?(@.kind == 'c')]"),"q":"$input.params('q')","first":"$input.path('$.list[0]')","encoded":"$util.urlEncode("it's (a) *~")"}`,
      },
    }),
    override: post({
      path: "/override",
      request: { template: `#set($context.requestOverride.header.X-Kind = "gift")#set($context.requestOverride.querystring.fast = "1"){}` },
    }),
    slow: get({ path: "/slow", timeoutSeconds: 1 }),
  }),
  responses: mapped("/responses", {
    get: get({
      responses: {
        "200": {
          headers: { "X-Version": "integration.response.header.X-App-Version", "X-By": "'gateway'", "X-Request": "context.requestId" },
        },
        "400": { pattern: "4(00|22)", template: `{"problems":$input.json('$.errors')}` },
        "404": {
          template: `#set($context.responseOverride.status = 410)#set($context.responseOverride.header.X-Gone = "yes"){"message":"gone"}`,
        },
        "302": { headers: { Location: "integration.response.header.Location" } },
      },
    }),
    own502: get({ path: "/own-502", responses: { "200": {}, "502": { template: `{"message":"ours"}` } } }),
  }),
};
const settings: Partial<Gateway> = {
  usagePlans: { partners: { keys: ["first"] } },
  cors: { origin: "https://shop.example", credentials: true, headers: ["X-One"], maxAgeSeconds: 60 },
};

interface Feature {
  readonly document: string;
  readonly request: GatewayRequest;
  readonly reply?: Reply;
  /** What the client gets. */
  readonly answer: Partial<Omit<GatewayAnswer, "headers">> & { readonly headers?: Readonly<Record<string, unknown>> };
  /** What the backend is asked, in part; null: nothing. */
  readonly asked?: { readonly [key in keyof Seen]?: unknown } | null;
}
const refused = (status: number, gatewayResponse: string): Pick<Feature, "answer" | "asked"> => ({
  answer: { status, gatewayResponse },
  asked: null,
});
const asks = (method: string, path: string, more: Partial<GatewayRequest> = {}): GatewayRequest => ({ method, path, ...more });

/** Not in the documents, but recorded from the real gateway. */
const recorded = "docs/gateway.md";
const routing = `${guide}/api-gateway-method-settings-method-request.html`;
const validation = `${guide}/api-gateway-method-request-validation.html`;
const parameters = `${guide}/rest-api-parameter-mapping.html`;
const templates = `${guide}/api-gateway-mapping-template-reference.html`;
const patterns = `${guide}/api-gateway-integration-settings-integration-response.html`;
const gatewayTypes = `${guide}/supported-gateway-response-types.html`;
const types = `${guide}/set-up-http-integrations.html`;

const features: Readonly<Record<string, Feature>> = {
  "a part that is written out wins over a variable": {
    document: routing,
    request: asks("GET", "/items/mine"),
    answer: { status: 200 },
    asked: { url: "/items/mine" },
  },
  "a variable takes one part, decoded and encoded again": {
    document: routing,
    request: asks("GET", "/items/a%20b"),
    answer: { status: 200 },
    asked: { url: "/items/a%20b" },
  },
  "path parameters go where the endpoint wants them": {
    document: parameters,
    request: asks("GET", "/items/7/lines/2"),
    answer: { status: 200 },
    asked: { url: "/items/2/of/7" },
  },
  "a greedy variable takes all that is left": {
    document: routing,
    request: asks("GET", "/proxy/a/b%20c/d", { query: { x: "1" } }),
    answer: { status: 200 },
    asked: { url: "/proxy/a/b%20c/d?x=1" },
  },
  "ANY is every method": {
    document: routing,
    request: asks("PATCH", "/proxy"),
    answer: { status: 200 },
    asked: { method: "PATCH", url: "/proxy" },
  },
  "an exact route has nothing below it": {
    document: gatewayTypes,
    request: asks("GET", "/exact/more"),
    ...refused(403, "MISSING_AUTHENTICATION_TOKEN"),
  },
  "an exact route itself": { document: routing, request: asks("GET", "/exact"), answer: { status: 200 }, asked: { url: "/exact" } },
  "a route under another path of the gateway": {
    document: routing,
    request: asks("GET", "/outside/x"),
    answer: { status: 200 },
    asked: { url: "/inside/x", headers: expect.objectContaining({ host: "web.shop.example" }) },
  },
  "no such path": { document: gatewayTypes, request: asks("GET", "/nowhere"), ...refused(403, "MISSING_AUTHENTICATION_TOKEN") },
  "no such method": { document: gatewayTypes, request: asks("POST", "/only"), ...refused(403, "MISSING_AUTHENTICATION_TOKEN") },
  "a required query parameter is missing": {
    document: validation,
    request: asks("GET", "/items"),
    ...refused(400, "BAD_REQUEST_PARAMETERS"),
  },
  "a required query parameter is there, and what isn't mapped stays behind": {
    document: parameters,
    request: asks("GET", "/items", { query: { size: "5", page: "2" } }),
    answer: { status: 200 },
    asked: { url: "/items" },
  },
  "a slash at the end of a path is ignored": {
    document: recorded,
    request: asks("GET", "/items/mine/"),
    answer: { status: 200, basis: expect.arrayContaining([expect.objectContaining({ source: "recorded" })]) as never },
    asked: { url: "/items/mine" },
  },
  "an encoded slash of a path parameter is decoded": {
    document: recorded,
    request: asks("GET", "/items/a%2Fb"),
    answer: { status: 200 },
    asked: { url: "/items/a/b" },
  },
  "a greedy path serves a method that the exact one doesn't have": {
    document: recorded,
    request: asks("POST", "/proxy/exact"),
    answer: { status: 200 },
    asked: { method: "POST", url: "/proxy/exact" },
  },
  "IAM without a signature": { document: gatewayTypes, request: asks("GET", "/by-iam"), ...refused(403, "MISSING_AUTHENTICATION_TOKEN") },
  "a template reads what a token claims": {
    document: templates,
    request: asks("POST", "/said/by-caller", { headers: { Authorization: "x" }, caller: { claims: { sub: "s-1" } } }),
    answer: { status: 200 },
    asked: { body: '{"sub":"s-1","none":""}' },
  },
  "a proxy passes on several values of a header and of a query parameter, and two cookies": {
    document: types,
    request: asks("GET", "/proxy", { headers: { "X-Many": ["1", "2"] }, query: { q: ["a", "b"] } }),
    reply: { headers: { "set-cookie": ["a=1", "b=2"] } },
    answer: { status: 200, headers: { "set-cookie": "a=1, b=2" }, multiValueHeaders: { "set-cookie": ["a=1", "b=2"] } },
    asked: { url: "/proxy?q=a&q=b", headers: expect.objectContaining({ "x-many": "1, 2" }) },
  },
  "a template's filters give lists, and of several values it sees the last": {
    document: templates,
    request: asks("POST", "/requests/paths", {
      query: { q: ["1", "2"] },
      body: {
        list: [
          { kind: "a", name: "x" },
          { kind: "b", name: "y" },
        ],
      },
    }),
    answer: { status: 200 },
    asked: { body: '{"filtered":["x"],"none":[],"q":"2","first":"{kind=a, name=x}","encoded":"it%27s+%28a%29+*%7E"}' },
  },
  "a required header is missing": { document: validation, request: asks("GET", "/requests"), ...refused(400, "BAD_REQUEST_PARAMETERS") },
  "a header is there by the name that the operation reads": {
    document: parameters,
    request: asks("GET", "/requests", { headers: { "X-One": "1" } }),
    answer: { status: 200 },
    asked: {
      url: "/requests?where=%2Frequests",
      headers: expect.objectContaining({ "x-first": "1", "x-fixed": "as it is", "x-id": expect.stringMatching(/^[0-9a-f-]{36}$/) }),
    },
  },
  "an optional header that isn't there isn't sent": {
    document: parameters,
    request: asks("GET", "/requests", { headers: { "X-One": "1", Cookie: "secret=1" } }),
    answer: { status: 200 },
    asked: { headers: expect.not.objectContaining({ "x-second": expect.anything(), cookie: expect.anything() }) },
  },
  "a body that fits its model": {
    document: validation,
    request: asks("POST", "/items", { body: { name: "Joe", count: 1 } }),
    answer: { status: 200 },
    asked: { body: '{"name":"Joe","count":1}', headers: expect.objectContaining({ "content-type": "application/json" }) },
  },
  "a body without what its model requires": {
    document: validation,
    request: asks("POST", "/items", { body: {} }),
    ...refused(400, "BAD_REQUEST_BODY"),
  },
  "draft 4's exclusive minimum": {
    document: validation,
    request: asks("POST", "/items", { body: { name: "Joe", count: 0 } }),
    ...refused(400, "BAD_REQUEST_BODY"),
  },
  "a body that isn't JSON": { document: validation, request: asks("POST", "/items", { body: "{" }), ...refused(400, "BAD_REQUEST_BODY") },
  "a body of another type finds no template": {
    document: `${guide}/integration-passthrough-behaviors.html`,
    request: asks("POST", "/items", { body: "name=Joe", headers: { "Content-Type": "application/x-www-form-urlencoded" } }),
    ...refused(415, "UNSUPPORTED_MEDIA_TYPE"),
  },
  "an API key is missing": {
    document: `${guide}/api-gateway-api-usage-plans.html`,
    request: asks("GET", "/key"),
    ...refused(403, "INVALID_API_KEY"),
  },
  "an API key of a usage plan": {
    document: `${guide}/api-gateway-api-usage-plans.html`,
    request: asks("GET", "/key", { headers: { "X-Api-Key": "known" } }),
    answer: { status: 200 },
    asked: { headers: expect.not.objectContaining({ "x-api-key": expect.anything() }) },
  },
  "a Lambda authorizer isn't asked without its headers": {
    document: `${guide}/configure-api-gateway-lambda-authorization.html`,
    request: asks("GET", "/by-lambda", { headers: { "X-Token": "t" }, caller: "allowed" }),
    ...refused(401, "UNAUTHORIZED"),
  },
  "a Lambda authorizer refuses": {
    document: `${guide}/apigateway-use-lambda-authorizer.html`,
    request: asks("GET", "/by-lambda", { headers: { "X-Token": "t", "X-Tenant": "1" }, caller: "denied" }),
    ...refused(403, "ACCESS_DENIED"),
  },
  "a Lambda authorizer allows": {
    document: `${guide}/apigateway-use-lambda-authorizer.html`,
    request: asks("GET", "/by-lambda", { headers: { "X-Token": "t", "X-Tenant": "1" }, caller: "allowed" }),
    answer: { status: 200 },
  },
  "no token for a user pool": {
    document: `${guide}/apigateway-integrate-with-cognito.html`,
    request: asks("GET", "/by-cognito", { caller: "allowed" }),
    ...refused(401, "UNAUTHORIZED"),
  },
  "a token a user pool doesn't know": {
    document: `${guide}/apigateway-integrate-with-cognito.html`,
    request: asks("GET", "/by-cognito", { headers: { Authorization: "t" }, caller: "denied" }),
    ...refused(401, "UNAUTHORIZED"),
  },
  "a request that AWS signed": {
    document: `${guide}/permissions.html`,
    request: asks("GET", "/by-iam", { caller: "allowed" }),
    answer: { status: 200 },
  },
  "a request that AWS signed for somebody without the right": {
    document: `${guide}/permissions.html`,
    request: asks("GET", "/by-iam", { caller: "denied" }),
    ...refused(403, "ACCESS_DENIED"),
  },
  "a template sees path, query, headers, body and context": {
    document: templates,
    request: asks("POST", "/requests/template/Zoë", { query: { q: "x" }, headers: { "X-One": "1" }, body: { list: ["a", "it's"] } }),
    answer: { status: 200 },
    asked: {
      method: "PUT",
      url: "/requests/template/Zo%C3%AB",
      body: expect.stringMatching(
        /^\s*\{"name":"Zoë","q":"x","one":"1","first":"a","count":2,"all":\["a","it\\'s"\],"id":"[0-9a-f-]{36}","raw":"[\w=]+","method":"POST"\}$/,
      ),
    },
  },
  "a template overrides what the endpoint is asked": {
    document: `${guide}/apigateway-override-request-response-parameters.html`,
    request: asks("POST", "/requests/override", { body: {} }),
    answer: { status: 200 },
    asked: { url: "/requests/override?fast=1", headers: expect.objectContaining({ "x-kind": "gift" }) },
  },
  "an endpoint that takes too long": {
    document: gatewayTypes,
    request: asks("GET", "/requests/slow"),
    reply: { after: 1500 },
    answer: { status: 504, gatewayResponse: "INTEGRATION_TIMEOUT" },
  },
  "a proxy's endpoint that takes too long": {
    document: gatewayTypes,
    request: asks("GET", "/proxy/slow"),
    reply: { after: 1500 },
    answer: { status: 504, gatewayResponse: "INTEGRATION_TIMEOUT" },
  },
  "a proxy hands on what came": {
    document: types,
    request: asks("POST", "/proxy", { headers: { "X-Any": "1", "Content-Type": "text/plain" }, body: "hello", query: { a: "b c" } }),
    reply: { status: 418, headers: { "content-type": "text/plain", "set-cookie": "a=b" }, body: "teapot" },
    answer: { status: 418, body: "teapot", headers: { "content-type": "text/plain", "set-cookie": "a=b" } },
    asked: {
      method: "POST",
      url: "/proxy?a=b+c",
      body: "hello",
      headers: expect.objectContaining({ "x-any": "1", "content-type": "text/plain" }),
    },
  },
  "a proxy renames headers that are the gateway's own": {
    document: `${guide}/api-gateway-known-issues.html`,
    request: asks("GET", "/proxy"),
    reply: { status: 401, headers: { "www-authenticate": "Basic" } },
    answer: { status: 401, headers: { "x-amzn-remapped-www-authenticate": "Basic" } },
  },
  "the status chooses the response, and headers are mapped": {
    document: patterns,
    request: asks("GET", "/responses"),
    reply: { status: 200, headers: { "content-type": "text/csv", "x-app-version": "7", "x-internal": "1" }, body: "a,b" },
    answer: {
      status: 200,
      body: "a,b",
      headers: {
        "content-type": "text/csv",
        "x-version": "7",
        "x-by": "gateway",
        "x-request": expect.any(String),
        "access-control-allow-origin": "https://shop.example",
        "access-control-allow-credentials": "true",
      },
    },
  },
  "a pattern fits the whole status": {
    document: patterns,
    request: asks("GET", "/responses"),
    reply: { status: 422, body: '{"errors":["no"],"trace":"x"}' },
    answer: { status: 400, body: '{"problems":["no"]}' },
  },
  "a status that no pattern names": {
    document: patterns,
    request: asks("GET", "/responses"),
    reply: { status: 500, body: "stack trace" },
    answer: { status: 502, body: expect.not.stringContaining("trace") as unknown as string },
  },
  "a 502 of one's own is for the unmatched too": {
    document: patterns,
    request: asks("GET", "/responses/own-502"),
    reply: { status: 503 },
    answer: { status: 502, body: '{"message":"ours"}' },
  },
  "a redirect is mapped as any status": {
    document: patterns,
    request: asks("GET", "/responses"),
    reply: { status: 302, headers: { location: "https://shop.example/x" }, body: "" },
    answer: { status: 302, headers: expect.objectContaining({ location: "https://shop.example/x" }) },
  },
  "a template overrides what the client gets": {
    document: `${guide}/apigateway-override-request-response-parameters.html`,
    request: asks("GET", "/responses"),
    reply: { status: 404 },
    answer: { status: 410, body: '{"message":"gone"}', headers: expect.objectContaining({ "x-gone": "yes" }) },
  },
  "a browser asks before it asks": {
    document: `${guide}/how-to-cors.html`,
    request: asks("OPTIONS", "/items/7", { headers: { Origin: "https://shop.example" } }),
    answer: {
      status: 204,
      headers: {
        "content-type": "application/json",
        "access-control-allow-origin": "https://shop.example",
        "access-control-allow-credentials": "true",
        "access-control-allow-headers": "X-One",
        "access-control-allow-methods": "DELETE,GET",
        "access-control-max-age": "60",
      },
    },
    asked: null,
  },
  "what the gateway answers is JSON, which pages of the origin may read": {
    document: `${guide}/api-gateway-gatewayResponse-definition.html`,
    request: asks("GET", "/nowhere"),
    answer: {
      status: 403,
      body: expect.stringMatching(/^\{"message":"Missing Authentication Token","requestId":"[0-9a-f-]{36}"\}$/) as unknown as string,
      headers: expect.objectContaining({ "content-type": "application/json", "access-control-allow-origin": "https://shop.example" }),
    },
  },
};

const backend = useBackend();

describe.each(["resources", "openapi"] as const)("a gateway of %s does as its documents say", (definition) => {
  const template = gatewayOf(routes, { ...settings, definition });
  const gateway = () => new GatewaySimulator(template, { backend: backend.url, apiKeys: ["known"] });

  test.each(Object.entries(features))("%s", async (_name, { request, reply, answer, asked }) => {
    backend.reply = reply ?? {};
    expect(await gateway().ask(request)).toMatchObject(answer);
    if (asked === null) expect(backend.seen).toEqual([]);
    else if (asked) expect(backend.seen).toMatchObject([asked]);
  });

  test("the headers that an operation reads are matched as they are written, or in any case where a test says so", async () => {
    const request = asks("GET", "/requests", { headers: { "x-one": "1" } });
    expect(await gateway().ask(request)).toMatchObject({
      status: 400,
      basis: expect.arrayContaining([expect.objectContaining({ source: "assumed" })]) as unknown,
    });
    const lenient = new GatewaySimulator(template, { backend: backend.url, headerNames: "any-case" });
    expect(await lenient.ask(request)).toMatchObject({ status: 200 });
    expect(backend.seen).toMatchObject([{ headers: { "x-first": "1" } }]);
  });

  test("which of several values of a header a response maps isn't guessed", async () => {
    backend.reply = { headers: { "x-app-version": ["1", "2"] } };
    await expect(gateway().ask(asks("GET", "/responses"))).rejects.toThrow(/which of the 2 values/);
  });

  test("an endpoint that isn't there", async () => {
    const nobody = new GatewaySimulator(template, { backend: "http://127.0.0.1:1" });
    expect(await nobody.ask(asks("GET", "/proxy"))).toMatchObject({ status: 504, gatewayResponse: "INTEGRATION_FAILURE" });
  });

  test.each([
    ["an authorizer whose word isn't said", asks("GET", "/by-cognito", { headers: { Authorization: "x" } })],
    [
      "what an authorizer says that the test doesn't",
      asks("POST", "/said/by-caller", { headers: { Authorization: "x" }, caller: "allowed" }),
    ],
    ["an empty part of a path", asks("GET", "/proxy//x")],
    ["a dot in an encoded path", asks("GET", "/items/a%2F..%2Fb")],
    ["an escape that isn't UTF-8", asks("GET", "/items/%zz")],
    ["a name that $context doesn't have", asks("POST", "/unknown/context", {})],
    ["a name that $context.identity has and the simulator doesn't", asks("POST", "/unknown/identity")],
    ["a JSONPath that is none", asks("POST", "/unknown/path", { body: { a: 1 } })],
    ["a variable that nothing sets", asks("POST", "/unknown/variable")],
    ["JSON in a text that is none", asks("POST", "/unknown/json")],
    ["the JSON of what the body doesn't have", asks("POST", "/requests/template/x", { body: { list: [] } })],
    ["a variable path that has a method which the exact one doesn't", asks("DELETE", "/items/mine")],
  ])("%s isn't guessed", async (_name, request) => {
    await expect(gateway().ask(request)).rejects.toThrow(NotCoveredError);
  });
});

test.each<[name: string, template: unknown, options: unknown, paths: string[]]>([
  ["no template and no options", undefined, undefined, ["template", "backend"]],
  ["a backend that isn't an address", { Resources: {} }, { backend: "localhost:8080" }, ["backend"]],
  [
    "keys that aren't texts, and an unknown way to match",
    { Resources: {} },
    { backend: "http://127.0.0.1:1", apiKeys: [1], headerNames: "any" },
    ["apiKeys", "headerNames"],
  ],
])("the simulator refuses %s", (_name, template, options, paths) => {
  // As code without types may call it.
  const create = () => new GatewaySimulator(template as object, options as { backend: string });
  expect(create).toThrow(expect.objectContaining({ problems: paths.map((path) => expect.objectContaining({ path })) }));
});
