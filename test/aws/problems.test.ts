import { type Gateway, InputError, type Route, type RouteOperation } from "slipway";
import { appOf, shop, templatesOf } from "./stacks.ts";

function problems(routes: Record<string, Route>, gateway: Partial<Gateway> = {}): string[] {
  try {
    appOf([shop(routes, gateway)]);
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}
const operation = (more: Partial<RouteOperation>): Record<string, Route> => ({
  r: {
    path: "/r",
    methods: ["GET", "POST"],
    gateway: { kind: "mapped", operations: { o: { method: "POST", responses: { "200": {} }, ...more } } },
  },
});
const pools = ["AbCdEf", "GhIjKl"].map((pool) => `arn:aws:cognito-idp:eu-west-1:222222222222:userpool/eu-west-1_${pool}`);
const cognito = { type: "cognito", userPools: pools } as const;
const at = "routes.r.gateway.operations.o";
const domain = {
  name: "gateway.shop.example",
  certificate: "arn:aws:acm:eu-west-1:222222222222:certificate/01234567-89ab-cdef-0123-456789abcdef",
};

test.each<[string, Record<string, Route>, Partial<Gateway>, string[]]>([
  [
    "two routes of one path",
    { a: { path: "/x", methods: ["GET"] }, b: { path: "/x", methods: ["GET"], host: "b.example" } },
    {},
    [
      "routes.a: GET /x is served by web's route a and web's route b; a gateway has one name for all apps",
      "routes.a: GET /x/{proxy+} is served by web's route a and web's route b; a gateway has one name for all apps",
    ],
  ],
  [
    "a proxy and a variable below one path",
    {
      a: { path: "/x" },
      b: {
        path: "/x/y",
        gateway: { kind: "mapped", path: "/x", operations: { o: { method: "GET", path: "/{id}", responses: { "200": {} } } } },
      },
    },
    {},
    ["routes.b: below /x API Gateway allows one variable part, found /x/{id} of web's route b (o) and /x/{proxy+} of web's route a"],
  ],
  [
    "a path that only a controller understands",
    { a: { path: "/x(/|$)", pathType: "ImplementationSpecific" } },
    {},
    ["routes.a.path: \"/x(/|$)\" means something to the cluster's own proxy that API Gateway doesn't know"],
  ],
  [
    "a host that is a pattern",
    { a: { path: "/x", host: "*.shop.example" } },
    {},
    ['routes.a.host: "*.shop.example" is not a host that the gateway can call'],
  ],
  ["a method the route doesn't have", operation({ method: "DELETE" }), {}, [`${at}.method: the route doesn't let DELETE through`]],
  [
    "a path that the cluster doesn't serve",
    operation({ request: { path: "/elsewhere" } }),
    {},
    [`${at}.request.path: the cluster doesn't serve "/elsewhere" for this route`],
  ],
  ["a body of a GET", operation({ method: "GET", body: {} }), {}, [`${at}.body: a GET request has no body`]],
  [
    "a parameter nobody reads",
    operation({ request: { headers: { "X-A": "method.request.header.X-B" }, query: { q: "method.request.path.id" }, path: "/r/{id}" } }),
    {},
    [
      `${at}.request.headers.X-A: the operation reads no method.request.header.X-B`,
      `${at}.request.query.q: the operation reads no method.request.path.id`,
      `${at}.request.path: the operation's path has no {id}`,
    ],
  ],
  [
    "patterns that overlap, fit nothing, or are none",
    operation({
      responses: { "200": { pattern: "2.." }, "201": {}, "300": { pattern: "3" }, "400": { pattern: "(" }, "502": { pattern: "5.." } },
    }),
    {},
    [
      `${at}.responses: the pattern of 400 is not a valid regular expression: (`,
      `${at}.responses: 502 is what no other pattern names: it can't have a pattern`,
      `${at}.responses: the pattern of 300 fits no status`,
      `${at}.responses: a 201 of the app fits the patterns of 200 and 201`,
    ],
  ],
  [
    "what a model can't say",
    operation({ body: { properties: { const: { const: 1 }, if: { type: "string" } }, items: { $ref: "#/x" } } }),
    {},
    [
      `${at}.body: properties.const.const: JSON Schema draft 4 has no "const"`,
      `${at}.body: items.$ref: a model of API Gateway can't follow "#/x"; write out what stands there`,
    ],
  ],
  [
    "what an OpenAPI body can't say",
    operation({ body: { properties: { a: { type: ["string", "null"] } } } }),
    { definition: "openapi" },
    ["aws.gateway.definition: the schema WebRORequest has several types, which an OpenAPI body can't have"],
  ],
  [
    "an exclusive limit of a later draft",
    operation({ body: { type: "object", properties: { count: { type: "integer", exclusiveMinimum: 0 } } } as never }),
    {},
    [`${at}.body: properties.count.exclusiveMinimum must be boolean; JSON Schema draft 4 has no such form`],
  ],
  [
    "templates that can't be parsed",
    operation({ request: { template: '#if($a) {"a": 1}' }, responses: { "200": { template: "#set($x = )" } } }),
    {},
    [
      `${at}.request.template: the template can't be parsed: 1 of #if, #foreach, #macro and #define, and 0 of #end`,
      `${at}.responses.200.template: the template can't be parsed: line 1 has ")" after "#set($x =", where it can't stand`,
    ],
  ],
  [
    "functions that API Gateway doesn't have",
    operation({ request: { template: '{"a": "$util.escapeJavascript($input.json(\'$.a\'))", "b": "$!{input.parm(\'b\')}"}' } }),
    {},
    [`${at}.request.template: API Gateway has no $util.escapeJavascript`, `${at}.request.template: API Gateway has no $input.parm`],
  ],
  [
    "headers that never reach the app",
    operation({ request: { headers: { "Transfer-Encoding": "'chunked'", "X-Ours": "'1'" } } }),
    {},
    [`${at}.request.headers.Transfer-Encoding: the app never sees a mapped Transfer-Encoding: API Gateway drops it, or writes its own`],
  ],
  [
    "credentials for every origin",
    { a: { path: "/x", pathType: "Exact" } },
    { cors: { origin: "*", credentials: true } },
    ["aws.gateway.cors: browsers refuse answers with credentials where the origin is *"],
  ],
  [
    "a path that API Gateway keeps, and a certificate of elsewhere",
    { a: { path: "/ping", pathType: "Exact" }, b: { path: "/pinged", pathType: "Exact" } },
    { domain: { ...domain, certificate: "arn:aws:acm:us-east-1:222222222222:certificate/01234567-89ab-cdef-0123-456789abcdef" } },
    [
      "aws.gateway.domain.certificate: expected a certificate of eu-west-1, as the gateway, found one of us-east-1",
      "routes.a: with a domain, API Gateway keeps /ping for its own health check",
    ],
  ],
  [
    "an edge endpoint whose certificate isn't of us-east-1",
    { a: { path: "/x", pathType: "Exact" } },
    { domain, endpoint: "EDGE" },
    ["aws.gateway.domain.certificate: expected a certificate of us-east-1, where edge endpoints take theirs from, found one of eu-west-1"],
  ],
  [
    "a load balancer of another account",
    { a: { path: "/x", pathType: "Exact" } },
    {
      vpcLink: {
        id: "abc123",
        loadBalancer: "arn:aws:elasticloadbalancing:eu-west-1:333333333333:loadbalancer/app/ingress/0123456789abcdef",
      },
    },
    [
      "aws.gateway.vpcLink.loadBalancer: expected a load balancer of the gateway's account and region, 222222222222 in eu-west-1; found one of 333333333333 in eu-west-1",
    ],
  ],
  [
    "more authorizers than an API may have",
    Object.fromEntries(
      Array.from({ length: 11 }, (_name, index) => [
        `r${index}`,
        {
          path: `/r${index}`,
          pathType: "Exact",
          gateway: {
            kind: "proxy",
            authorization: { type: "lambda", function: `arn:aws:lambda:eu-west-1:222222222222:function:a${index}` },
          },
        } satisfies Route,
      ]),
    ),
    {},
    ["aws.gateway.authorization: 11 authorizers are more than the 10 an API may have"],
  ],
  [
    "a timeout that is longer than the account's quota",
    { ...operation({ timeoutSeconds: 30 }), p: { path: "/p", gateway: { kind: "proxy", timeoutSeconds: 31 } } },
    {},
    [
      "routes.p.gateway.timeoutSeconds: expected at most 29 seconds, found 31",
      `${at}.timeoutSeconds: expected at most 29 seconds, found 30`,
    ],
  ],
  [
    "a timeout that is longer than a raised quota, at an edge endpoint, which waits no longer than others",
    operation({ timeoutSeconds: 61 }),
    { longestTimeoutSeconds: 60, endpoint: "EDGE" },
    [
      "aws.gateway.longestTimeoutSeconds: an edge endpoint waits 29 seconds at most, found 60",
      `${at}.timeoutSeconds: expected at most 60 seconds, found 61`,
    ],
  ],
  [
    "one name in several places of a request",
    operation({ path: "/{id}", headers: { id: true, Other: true }, query: { Other: true } }),
    {},
    ["id", "Other"].map(
      (name) => `${at}: reads two parameters of the name ${name}; API Gateway wants names to be unique across path, headers and query`,
    ),
  ],
  [
    "bodies that the firewall blocks, by what a route says and by what a schema allows",
    {
      ...operation({ method: "POST", body: { type: "object", properties: { text: { type: "string", maxLength: 9000 } } } }),
      files: { path: "/files", gateway: { kind: "proxy", maxBodyKilobytes: 200 } },
      small: { path: "/small", gateway: { kind: "proxy", maxBodyKilobytes: 8 } },
    },
    {},
    [
      `${at}.body: the firewall blocks bodies of more than 8 KB (SizeRestrictions_BODY), and the route takes a text of 9000 characters`,
      "routes.files.gateway.maxBodyKilobytes: the firewall blocks bodies of more than 8 KB (SizeRestrictions_BODY), and the route takes bodies of 200 KB",
    ],
  ],
  [
    "JSON that would be bytes to mapped operations",
    { ...operation({}), files: { path: "/files", gateway: { kind: "proxy", binaryTypes: ["*/*"] } } },
    {},
    ["aws.gateway: */* as bytes would keep the mapped operation of this API from reading JSON"],
  ],
  [
    "limits of lists in an OpenAPI body",
    operation({ body: { type: "object", properties: { a: { type: "array", maxItems: 2, items: {} }, minItems: { type: "string" } } } }),
    { definition: "openapi" },
    ["aws.gateway.definition: the schema WebRORequest has maxItems, which API Gateway doesn't look at in an OpenAPI body"],
  ],
  [
    "what an HTTP API doesn't have",
    {
      p: { path: "/p", gateway: { kind: "proxy", apiKey: true, timeoutSeconds: 31, authorization: cognito } },
      ...operation({ timeoutSeconds: 30 }),
    },
    {
      type: "http",
      definition: "openapi",
      endpoint: "EDGE",
      apiKey: true,
      usagePlans: { partners: {} },
      tracing: true,
      longestTimeoutSeconds: 40,
      vpcLink: { id: "abc123", loadBalancer: "arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/a/0123456789abcdef" },
    },
    [
      "aws.gateway.definition: an HTTP API has one form of definition, found openapi",
      "aws.gateway.endpoint: an HTTP API has no edge endpoint, found EDGE",
      "aws.gateway.apiKey: an HTTP API has no API keys, found true",
      "aws.gateway.usagePlans: an HTTP API has no usage plans, found partners",
      "aws.gateway.tracing: an HTTP API has no X-Ray tracing, found true",
      "aws.gateway.waf: an HTTP API can't have a firewall, found managed, the default",
      "aws.gateway.longestTimeoutSeconds: AWS doesn't raise the timeout of an HTTP API, which is 30 seconds, found 40",
      "aws.gateway.vpcLink.listener: an HTTP API calls a listener of the load balancer, found none",
      "routes.p.gateway.authorization.clients: an HTTP API accepts tokens of named app clients only; clients is required but missing",
      "routes.p.gateway.authorization.userPools: an authorizer of an HTTP API has one issuer, found 2 user pools",
      "routes.p.gateway.apiKey: an HTTP API has no API keys, found true",
      "routes.r.gateway.kind: an HTTP API neither validates nor maps requests, found mapped operations: o",
    ],
  ],
  [
    "a timeout that is longer than an HTTP API's, which AWS doesn't raise",
    {
      p: { path: "/p", gateway: { kind: "proxy", timeoutSeconds: 31 } },
      q: { path: "/q", gateway: { kind: "proxy", timeoutSeconds: 30 } },
    },
    { type: "http", waf: { type: "none", reason: "Nothing to see in a test." } },
    ["routes.p.gateway.timeoutSeconds: expected at most 30 seconds, found 31"],
  ],
  [
    "app clients that a REST API doesn't look at",
    { a: { path: "/x", pathType: "Exact" }, ...operation({ authorization: { ...cognito, clients: ["b", "c"] } }) },
    { authorization: { ...cognito, clients: ["a"] } },
    [
      "aws.gateway.authorization.clients: a REST API accepts tokens of every app client of a user pool, found a",
      `${at}.authorization.clients: a REST API accepts tokens of every app client of a user pool, found b, c`,
    ],
  ],
  [
    "a key of another region for access logs",
    { a: { path: "/x", pathType: "Exact" } },
    { accessLogs: { key: "arn:aws:kms:us-east-1:222222222222:key/01234567-89ab-cdef-0123-456789abcdef" } },
    ["aws.gateway.accessLogs.key: expected a key of eu-west-1, as the log group, found one of us-east-1"],
  ],
  [
    "a key that belongs to no plan",
    { a: { path: "/x", pathType: "Exact" } },
    { apiKey: true },
    ["aws.gateway.usagePlans: ANY /x needs an API key, and there is no usage plan that a key could belong to"],
  ],
])("%s", (_name, routes, gateway, expected) => expect(problems(routes, gateway)).toEqual(expected));

test("templates that Velocity reads are no problem, whatever their blocks", () => {
  const template = "## #if\n#* #foreach *##[[ #if ]]##foreach($x in $input.path('$').list)#{if}($x == 1)\\#if#{else}$x#end#end#endless";
  expect(problems(operation({ request: { template } }))).toEqual([]);
});

test("large bodies are no problem where no rule of the firewall blocks them", () => {
  const files: Record<string, Route> = { files: { path: "/files", gateway: { kind: "proxy", maxBodyKilobytes: 200 } } };
  expect(problems(files, { waf: { type: "managed", count: ["SizeRestrictions_BODY"] } })).toEqual([]);
  expect(problems(files, { waf: { type: "none", reason: "Nothing to see in a test." } })).toEqual([]);
  expect(problems(files, { waf: { type: "managed", count: ["NoUserAgent_HEADER"] } })).toHaveLength(1);
});

test("the same path for different methods is two routes' business", () => {
  expect(
    problems({ a: { path: "/x", pathType: "Exact", methods: ["GET"] }, b: { path: "/x", pathType: "Exact", methods: ["POST"] } }),
  ).toEqual([]);
});

describe("many routes", () => {
  const operations = (count: number): Record<string, Route> =>
    Object.fromEntries(
      Array.from({ length: count / 4 }, (_name, index) => {
        const responses = { "200": {} };
        return [
          `r${index}`,
          {
            path: `/r${index}`,
            gateway: {
              kind: "mapped",
              operations: {
                all: { method: "GET", responses },
                add: { method: "POST", responses },
                one: { method: "GET", path: "/{id}", responses },
                put: { method: "PUT", path: "/{id}", responses },
              },
            },
          } satisfies Route,
        ];
      }),
    );
  const resources = (routes: Record<string, Route>, definition: "resources" | "openapi") =>
    Object.keys(templatesOf([shop(routes, { definition })])["gateway-shop"]?.Resources ?? {}).length;

  test("80 mapped operations fit a stack as resources", () => {
    expect(problems(operations(80))).toEqual([]);
    expect(resources(operations(80), "resources")).toBeLessThan(450);
  });

  test("more are due to be one OpenAPI body, and then 400 fit", () => {
    expect(problems(operations(84))).toEqual([
      "aws.gateway.definition: 84 mapped operations are more than the 80 that a stack has room for as resources",
    ]);
    expect(resources(operations(400), "openapi")).toBeLessThan(20);
  });

  test("so are proxies that take more than 450 resources", () => {
    const proxies = Object.fromEntries(Array.from({ length: 130 }, (_name, index) => [`r${index}`, { path: `/r${index}` }]));
    expect(problems(proxies)).toEqual([
      expect.stringMatching(/^aws\.gateway\.definition: the gateway takes 5\d\d resources, and a stack may have 500$/),
    ]);
  });

  test("an HTTP API has room for 300 routes", () => {
    const proxies = Object.fromEntries(Array.from({ length: 151 }, (_name, index) => [`r${index}`, { path: `/r${index}` }]));
    const gateway: Partial<Gateway> = { type: "http", waf: { type: "none", reason: "Nothing to see in a test." } };
    expect(problems(proxies, gateway)).toEqual(["aws.gateway: 302 routes are more than the 300 an HTTP API may have"]);
  });

  test("an API has room for 300 paths", () => {
    const proxies = Object.fromEntries(Array.from({ length: 160 }, (_name, index) => [`r${index}`, { path: `/r${index}` }]));
    expect(problems(proxies, { definition: "openapi" })).toEqual(["aws.gateway: 320 paths are more than the 300 an API may have"]);
  });
});
