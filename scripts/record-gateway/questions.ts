/** What is asked beside the questions of test/aws/recorded.json. Operations are below /d; /p is a proxy, and /r has an exact path and a variable in it. */
import type { RouteOperation } from "slipway";
import type { Question, RecordedRequest, Reply } from "./recording.ts";

/** Prints "v=" and a template. Without "v=" a body could be empty, and the backend, an API Gateway too, would send {} back. */
const post = (path: string, template: string, more: Partial<RouteOperation> = {}): RouteOperation => ({
  method: "POST",
  path,
  request: { template: `v=${template}` },
  responses: { "200": {} },
  ...more,
});
const get = (path: string, more: Partial<RouteOperation> = {}): RouteOperation => ({
  method: "GET",
  path,
  responses: { "200": {} },
  ...more,
});
const seenHeader = (name: string) => ({ headers: { "X-Seen": name } });

/** Operations by name. Where nothing else is said, what a template prints goes to the backend, which sends it back. */
export const operations: Readonly<Record<string, RouteOperation>> = {
  "header-in-template": post("/header-in-template", "$input.params('X-Case')", { headers: { "X-Case": false } }),
  "header-mapped": get("/header-mapped", { headers: { "X-Case": false }, request: seenHeader("method.request.header.X-Case") }),
  "header-answered": get("/header-answered", { responses: { "200": { headers: { "X-Out": "integration.response.header.X-Back" } } } }),
  "query-in-template": post("/query-in-template", "$input.params('q')", { query: { q: false } }),
  "query-mapped": get("/query-mapped", { query: { q: false }, request: { query: { q: "method.request.querystring.q" } } }),
  "one-name": post("/one-name", "$input.params('v')"),
  "path-in-template": post("/path-in-template/{id}", "$input.params('id')"),
  "json-missing": post("/json-missing", `{"v":$input.json('$.v')}`),
  "json-whole": post("/json-whole", "$input.json('$')"),
  "json-length": post("/json-length", "$input.path('$.items.length()')"),
  "path-value": post("/path-value", "$input.path('$.v')"),
  "path-of-text": post("/path-of-text", "$input.path('$')"),
  filter: post("/filter", "$input.json('$.items[?(@.price > 5)]')"),
  "filter-text": post("/filter-text", `$input.json("$.items[?(@.id == 'b')].id")`),
  descent: post("/descent", "$input.json('$..id')"),
  wildcard: post("/wildcard", "$input.json('$.items[*].id')"),
  slice: post("/slice", "$input.json('$.items[0:2].id')"),
  negative: post("/negative", "$input.json('$.items[-1].id')"),
  union: post("/union", "$input.json('$.items[0,2].id')"),
  each: post("/each", "#foreach($item in $input.path('$.items'))$item.id=$foreach.count#if($foreach.hasNext),#end#end"),
  methods: post("/methods", "$input.path('$.items').size() $input.path('$.o').keySet() $input.path('$.o').get('a')"),
  variable: post("/variable", "a $nothing b $!nothing c"),
  "variable-field": post("/variable-field", "#set($o = $input.path('$'))a $o.nothing b $!o.nothing c"),
  "context-variable": post("/context-variable", "a $context.nothing b"),
  "stage-variable": post("/stage-variable", "a $stageVariables.nothing b"),
  // By another name: synth refuses what $input and $util don't have.
  "input-variable": post("/input-variable", "#set($i = $input)a $i.nothing b"),
  "util-function": post("/util-function", "#set($u = $util)a $u.nothing('b') c"),
  "missing-parameter": post("/missing-parameter", "a $input.params('nothing') b"),
  escape: post("/escape", "$util.escapeJavaScript($input.path('$.v'))"),
  "url-encode": post("/url-encode", "$util.urlEncode($input.path('$.v'))"),
  base64: post("/base64", "$util.base64Encode($input.path('$.v'))"),
  "parse-json": post("/parse-json", "#set($o = $util.parseJson($input.path('$.v')))$o.a $o"),
  override: post("/override", `#set($context.requestOverride.header.X-Seen = "yes")$input.body`),
  remapped: get("/remapped", {
    responses: { "200": { headers: { "WWW-Authenticate": "'Basic'", Date: "'Thu, 01 Jan 1970 00:00:00 GMT'", Server: "'app'" } } },
  }),
  cookies: get("/cookies", { responses: { "200": { headers: { "Set-Cookie": "integration.response.header.Set-Cookie" } } } }),
  typed: get("/typed", { responses: { "200": { template: "plain", headers: { "Content-Type": "'text/plain'" } } } }),
  answered: get("/answered", { responses: { "200": { template: `{"v":$input.json('$.v'),"missing":$input.json('$.missing')}` } } }),
  statuses: get("/statuses", { responses: { "200": {}, "400": { pattern: "4\\d{2}" } } }),
  model: post("/model", "$input.body", { body: { type: "object", required: ["a"], properties: { a: { type: "integer" } } } }),
};

const echo = "echoes the request body";
const items = [
  { id: "a", price: 3 },
  { id: "b", price: 7 },
  { id: "c", price: 9 },
];
const json = { "Content-Type": "application/json" };

/** A question about what a template prints for a body. */
const prints = (name: string, operation: string, body: string | object, more: Partial<RecordedRequest> = {}): Question => ({
  name,
  request: { method: "POST", path: `/d/${operation}`, headers: json, body, ...more },
  backendAnswers: echo,
  compares: "body",
});
/** A question about what the backend is asked. */
const asks = (name: string, operation: string, more: Partial<RecordedRequest>): Question => ({
  name,
  request: { method: "GET", path: `/d/${operation}`, ...more },
  backendAnswers: {},
  compares: "request",
});
const gets = (name: string, path: string, backendAnswers: Reply, compares: Question["compares"], names?: readonly string[]): Question => ({
  name,
  request: { method: "GET", path },
  backendAnswers,
  compares,
  ...(names ? { names } : {}),
});
const model = (name: string, compares: "status" | "message", request: Partial<RecordedRequest>): Question => ({
  name,
  request: { method: "POST", path: "/d/model", headers: json, ...request },
  backendAnswers: echo,
  compares,
});

export const questions: readonly Question[] = [
  ...["X-Case", "x-case", "X-CASE"].flatMap((name) => [
    prints(`a header in a template, sent as ${name}`, "header-in-template", "{}", { headers: { ...json, [name]: "v" } }),
    asks(`a mapped header, sent as ${name}`, "header-mapped", { headers: { [name]: "v" } }),
  ]),
  ...["X-Back", "x-back"].map((name) =>
    gets(`a header of the backend, answered as ${name}`, "/d/header-answered", { headers: { [name]: "v" } }, "headers", ["x-out"]),
  ),
  {
    name: "a required header, sent in another case",
    request: { method: "GET", path: "/d/val", query: { qs1: "t" }, headers: { "X-HEADER-PARAM": "t" } },
    backendAnswers: {},
    compares: "status",
  },
  prints("two values of a header in a template", "header-in-template", "{}", { headers: { ...json, "X-Case": ["a", "b"] } }),
  asks("two values of a mapped header", "header-mapped", { headers: { "X-Case": ["a", "b"] } }),
  prints("two values of a query parameter in a template", "query-in-template", "{}", { query: { q: ["a", "b"] } }),
  asks("two values of a mapped query parameter", "query-mapped", { query: { q: ["a", "b"] } }),
  prints("an empty query parameter", "query-in-template", "{}", { query: { q: "" } }),
  prints("a plus and a blank in a query parameter", "query-in-template", "{}", { query: { q: "a+b c" } }),
  prints("one name in query and headers", "one-name", "{}", { query: { v: "query" }, headers: { ...json, v: "header" } }),
  ...["a%2Fb", "a%20b", "a+b", "a%2Bb", "%C3%BC", "%FF"].map((value) => prints(`${value} in a path`, `path-in-template/${value}`, "{}")),
  prints("a slash after a variable", "path-in-template/a/", "{}"),
  prints("$input.json of null", "json-missing", { v: null }),
  prints("$input.json of what is missing", "json-missing", {}),
  prints("$input.json of an empty text", "json-missing", { v: "" }),
  prints("$input.json of marks that HTML knows", "json-missing", { v: "<a href='/'>&</a>" }),
  prints("$input.json of a number with a fraction of zero", "json-missing", '{"v":1.0}'),
  prints("$input.json of an empty body", "json-whole", ""),
  prints("$input.json of a body that isn't JSON", "json-whole", "text"),
  prints("$input.json keeps blanks, or doesn't", "json-whole", '{ "a" : [ 1, 2 ] }'),
  prints("the length of a list by JSONPath", "json-length", { items }),
  ...["1.0", "1e3", "12345678901234567890", "true", "null", '"it\'s"'].map((value) =>
    prints(`$input.path of ${value}`, "path-value", `{"v":${value}}`),
  ),
  prints("$input.path of a body that isn't JSON", "path-of-text", "text"),
  prints("a filter of numbers", "filter", { items }),
  prints("a filter that finds nothing", "filter", { items: [] }),
  prints("a filter of texts", "filter-text", { items }),
  prints("a descent", "descent", { items }),
  prints("a wildcard", "wildcard", { items }),
  prints("a slice", "slice", { items }),
  prints("a negative index", "negative", { items }),
  prints("a union", "union", { items }),
  prints("a loop", "each", { items }),
  prints("methods of lists and objects", "methods", { items, o: { a: 1, b: null } }),
  prints("a variable that nothing sets", "variable", "{}"),
  prints("a field that an object doesn't have", "variable-field", { a: 1 }),
  prints("a variable that $context doesn't have", "context-variable", "{}"),
  prints("a stage variable that isn't there", "stage-variable", "{}"),
  prints("a variable that $input doesn't have", "input-variable", "{}"),
  prints("a function that $util doesn't have", "util-function", "{}"),
  prints("a parameter that the request doesn't have", "missing-parameter", "{}"),
  prints("$util.escapeJavaScript", "escape", { v: 'it\'s "a" /b\\c\n<d>é' }),
  prints("$util.urlEncode", "url-encode", { v: "a b~(c)'!*é/" }),
  prints("$util.base64Encode", "base64", { v: "é" }),
  prints("$util.parseJson", "parse-json", { v: '{"a":{"b":[1]}}' }),
  { ...prints("a header that a template sets", "override", "{}"), compares: "request" },
  gets("headers that leave under another name", "/d/remapped", {}, "headers", [
    "www-authenticate",
    "x-amzn-remapped-www-authenticate",
    "x-amzn-remapped-date",
    "x-amzn-remapped-server",
  ]),
  gets("two cookies that are mapped", "/d/cookies", { headers: { "Set-Cookie": ["a=1", "b=2"] } }, "headers", ["set-cookie"]),
  gets("two cookies through a proxy", "/p", { headers: { "Set-Cookie": ["a=1", "b=2"] } }, "headers", ["set-cookie"]),
  gets("a status through a proxy", "/p", { status: 418, body: "teapot", headers: { "Content-Type": "text/plain" } }, "status"),
  gets("a body that isn't JSON through a proxy", "/p", { body: "text", headers: { "Content-Type": "text/plain" } }, "body"),
  gets("a type that is mapped beside a template", "/d/typed", {}, "headers", ["content-type"]),
  gets("$input.json in an answer", "/d/answered", { body: '{"v":"a"}' }, "body"),
  gets("a status that a pattern names", "/d/statuses", { status: 404 }, "status"),
  gets("a status that no pattern names", "/d/statuses", { status: 503 }, "status"),
  gets("a redirect of the backend", "/d/statuses", { status: 301 }, "status"),
  model("a body that fits its model", "status", { body: { a: 1 } }),
  model("a body that doesn't fit its model", "message", { body: { a: "1" } }),
  model("a body that its model wants and that is empty", "message", {}),
  model("a body that isn't JSON, and has a model", "message", { body: "{" }),
  model("a body of another type", "message", { headers: { "Content-Type": "text/plain" }, body: "a" }),
  model("a body whose type has a parameter", "status", { headers: { "Content-Type": "application/json; charset=utf-8" }, body: '{"a":1}' }),
];

/** Requests of which the backend says the path that it was asked. */
export const routing: readonly { readonly name: string; readonly request: RecordedRequest }[] = [
  ["a method that a variable path does not have", "POST", "/r/items/17"],
  ["a slash at the end of a greedy path", "GET", "/r/any/"],
  ["two slashes in a greedy path", "GET", "/r/a//b"],
  ["an encoded slash in a greedy path", "GET", "/r/a%2Fb/c"],
  ["a blank in a greedy path", "GET", "/r/a%20b"],
  ["a plus in a greedy path", "GET", "/r/a+b"],
  ["two dots in a path", "GET", "/r/a/../b"],
  ["a path in other letters", "POST", "/r/TEST"],
].map(([name = "", method = "", path = ""]) => ({ name, request: { method, path } }));
