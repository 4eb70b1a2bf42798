import { z } from "zod";
import { dnsLabel, dnsName, hostName, positive, verbatim } from "./scalar.ts";

/** What can be set of an Amazon API Gateway (REST API or HTTP API): https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html */

const arn = (service: string, example: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:([0-9]{12})?:.+$`), { error: `an ARN, as ${example}` });
const awsId = (kind: string) => z.string().regex(new RegExp(`^${kind}-[0-9a-f]{8,17}$`), { error: `an id, as ${kind}-0123456789abcdef0` });
const reason = z.string().min(10, { error: "a reason of at least 10 characters, which others can judge" });
const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, { error: "the name of a header" });
const queryName = z.string().regex(/^[A-Za-z0-9._$-]+$/, { error: "the name of a query parameter" });
/** JSON Schema, draft 4: what API Gateway's models are written in. */
const jsonSchema = verbatim;

const contextVariable = "context\\.[A-Za-z0-9_.-]+";
const staticValue = "'[ -&(-~]*'";
const fromRequest = z
  .string()
  .regex(new RegExp(`^(method\\.request\\.(header|querystring|path)\\.[^ ]+|${contextVariable}|${staticValue})$`), {
    error:
      "method.request.header.NAME, method.request.querystring.NAME, method.request.path.NAME, context.NAME, or 'a fixed value' in single quotes",
  });
const fromResponse = z.string().regex(new RegExp(`^(integration\\.response\\.header\\.[^ ]+|${contextVariable}|${staticValue})$`), {
  error: "integration.response.header.NAME, context.NAME, or 'a fixed value' in single quotes",
});

const Throttle = z
  .strictObject({
    rate: positive.describe("Requests a second in the long run."),
    burst: positive.describe("Requests at once."),
  })
  .meta({ id: "Throttle", description: "How many requests are let through; what is more gets status 429." });

const Authorization = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("none").describe("Everybody."),
      reason: reason.describe("Why the gateway needn't know who asks. Stands in the template, for whoever reviews its security."),
    }),
    z.strictObject({ type: z.literal("iam").describe("Requests that are signed by an AWS identity with the right to invoke.") }),
    z.strictObject({
      type: z.literal("cognito").describe("A token of a Cognito user pool in the Authorization header."),
      userPools: z
        .array(arn("cognito-idp", "arn:aws:cognito-idp:eu-west-1:222222222222:userpool/eu-west-1_AbCdEf"))
        .min(1)
        .describe("ARNs of the pools."),
      clients: z
        .array(z.string().min(1))
        .min(1)
        .optional()
        .describe("Ids of the app clients whose tokens an HTTP API accepts. Default: none, as a REST API accepts tokens of every client."),
      scopes: z
        .array(z.string().min(1))
        .min(1)
        .optional()
        .describe("Scopes of which an access token must have one. Default: an identity token will do."),
    }),
    z.strictObject({
      type: z.literal("lambda").describe("A Lambda function decides, as one that verifies JWTs."),
      function: arn("lambda", "arn:aws:lambda:eu-west-1:222222222222:function:authorizer").describe("ARN of the function."),
      headers: z
        .array(headerName)
        .min(1)
        .optional()
        .describe("Headers a request must have to be asked about, and by which answers are cached. Default: Authorization."),
      cacheSeconds: z.int().min(0).max(3600).optional().describe("Seconds an answer holds. Default: 300."),
    }),
  ])
  .meta({ id: "GatewayAuthorization", description: "Who may call." });

const timeoutSeconds = z
  .int()
  .min(1)
  .max(900)
  .optional()
  .describe(
    "Seconds the app has to answer; then the client gets status 504. Default: 29, the most unless `longestTimeoutSeconds` says more.",
  );

const perRoute = {
  path: z
    .string()
    .regex(/^\/([^{}/?#]+(\/[^{}/?#]+)*)?$/, { error: "a path, as /shop" })
    .optional()
    .describe("Path at the gateway, which has one name for the apps of an environment. Default: the route's own."),
  authorization: Authorization.optional().describe("Who may call. Default: the setting of the environment's gateway."),
  apiKey: z
    .boolean()
    .optional()
    .describe("Whether a request needs an API key of a usage plan. Default: the setting of the environment's gateway."),
  throttle: Throttle.optional().describe("How many requests are let through. Default: the setting of the environment's gateway."),
  timeoutSeconds,
  maxBodyKilobytes: z
    .int()
    .min(1)
    .max(10_240)
    .optional()
    .describe(
      "Kilobytes of the largest body that clients send. The firewall blocks bodies of more than 8, unless aws.gateway.waf.count has SizeRestrictions_BODY. Default: 8.",
    ),
};

const OperationRequest = z
  .strictObject({
    method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]).optional().describe("Default: the operation's."),
    path: z
      .string()
      .regex(/^(\/([^{}/?#]+|\{[A-Za-z0-9_]+\}))+$|^\/$/, {
        error: "a path, with {name} for what the operation's path has under that name",
      })
      .optional()
      .describe("Path at the app. Default: the route's path and the operation's."),
    headers: z
      .record(headerName, fromRequest)
      .optional()
      .describe("Headers the app gets, and where they come from. Without a word a header doesn't get there."),
    query: z.record(queryName, fromRequest).optional().describe("Query parameters the app gets, and where they come from."),
    template: z.string().min(1).optional().describe("Makes the body the app gets, in VTL. Default: the client's body as it is."),
  })
  .meta({ id: "RouteRequest", description: "Integration request: what the app is asked." });

const OperationResponse = z
  .strictObject({
    pattern: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Statuses of the app that lead here, as a regular expression over the whole status, as 2\\d\\d. Default: the status itself.",
      ),
    headers: z
      .record(headerName, fromResponse)
      .optional()
      .describe("Headers the client gets, and where they come from. Without a word a header doesn't get there."),
    template: z.string().min(1).optional().describe("Makes the body the client gets, in VTL. Default: the app's body as it is."),
    schema: jsonSchema
      .optional()
      .describe("JSON Schema (draft 4) of the body, for those who generate clients; nothing is held against it."),
  })
  .meta({ id: "RouteResponse", description: "Integration response and method response: what the client gets." });

const Operation = z
  .strictObject({
    method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]).describe("Method."),
    path: z
      .string()
      .regex(/^(\/([^{}/?#]+|\{[A-Za-z0-9_]+\}))+$/, { error: "a path after the route's, as /{orderId}/lines" })
      .optional()
      .describe("Path after the route's; {name} is a parameter. Default: the route's own path."),
    headers: z.record(headerName, z.boolean()).optional().describe("Headers that are read, and whether a request must have them."),
    query: z.record(queryName, z.boolean()).optional().describe("Query parameters that are read, and whether a request must have them."),
    body: jsonSchema.optional().describe("JSON Schema (draft 4) that a JSON body is held against."),
    authorization: perRoute.authorization,
    apiKey: perRoute.apiKey,
    throttle: perRoute.throttle,
    timeoutSeconds,
    request: OperationRequest.optional().describe("Integration request: what the app is asked. Default: the same path and body."),
    responses: z
      .record(z.string().regex(/^[2-5][0-9]{2}$/, { error: "a status, as 200" }), OperationResponse)
      .refine((responses) => Object.keys(responses).length > 0, { error: "at least one response" })
      .describe("Responses by the status the client gets. What no pattern names becomes a 502."),
  })
  .meta({ id: "RouteOperation", description: "One thing a client may ask of a mapped route." });

export const RouteGateway = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("none").describe("Not served by the gateway."), reason: reason.describe("Why not.") }),
    z.strictObject({
      kind: z.literal("proxy").describe("Requests and responses go through as they are."),
      ...perRoute,
      binaryTypes: z
        .array(z.string().regex(/^(\*|[a-z]+)\/(\*|[a-z0-9.+-]+)$/, { error: "a media type, as image/png or image/*" }))
        .min(1)
        .optional()
        .describe(
          "Media types whose bodies are bytes, as image/png; any other body is read as text, which breaks it. API Gateway knows them for a whole API. Default: none.",
        ),
    }),
    z.strictObject({
      kind: z.literal("mapped").describe("Only the operations named go through, each validated and mapped."),
      ...perRoute,
      operations: z.record(dnsLabel, Operation).describe("Operations by name."),
    }),
  ])
  .meta({ id: "RouteGateway", description: "How the API Gateway serves a route. Default: as a proxy." });

/** https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html#aws-managed-rule-groups-baseline-crs */
const commonRules = [
  "CrossSiteScripting_BODY",
  "CrossSiteScripting_COOKIE",
  "CrossSiteScripting_QUERYARGUMENTS",
  "CrossSiteScripting_URIPATH",
  "EC2MetaDataSSRF_BODY",
  "EC2MetaDataSSRF_COOKIE",
  "EC2MetaDataSSRF_QUERYARGUMENTS",
  "EC2MetaDataSSRF_URIPATH",
  "GenericLFI_BODY",
  "GenericLFI_QUERYARGUMENTS",
  "GenericLFI_URIPATH",
  "GenericRFI_BODY",
  "GenericRFI_QUERYARGUMENTS",
  "GenericRFI_URIPATH",
  "NoUserAgent_HEADER",
  "RestrictedExtensions_QUERYARGUMENTS",
  "RestrictedExtensions_URIPATH",
  "SizeRestrictions_BODY",
  "SizeRestrictions_Cookie_HEADER",
  "SizeRestrictions_QUERYSTRING",
  "SizeRestrictions_URIPATH",
  "UserAgent_BadBots_HEADER",
] as const;

const days = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] as const;

export const Gateway = z
  .strictObject({
    type: z
      .enum(["rest", "http"])
      .optional()
      .describe(
        "REST API, or the cheaper HTTP API, which serves proxies only and has no firewall, API keys, validation or tracing. Switching makes a new API: its address changes. Default: rest.",
      ),
    definition: z
      .enum(["resources", "openapi"])
      .optional()
      .describe(
        "Whether the API is a CloudFormation resource for each path and method, or one OpenAPI body, which has no limit of its own. Switching makes a new API: its address changes, unless it has a domain. Default: resources.",
      ),
    endpoint: z.enum(["REGIONAL", "EDGE"]).optional().describe("Default: REGIONAL."),
    authorization: Authorization.describe("Who may call, unless a route sets it."),
    apiKey: z.boolean().optional().describe("Whether a request needs an API key of a usage plan. Default: false."),
    throttle: Throttle.optional().describe("How many requests each method lets through. Default: 500 a second, 1000 at once."),
    timeoutSeconds,
    longestTimeoutSeconds: z
      .int()
      .min(29)
      .max(900)
      .optional()
      .describe("Seconds to which AWS has raised the account's quota of integration timeouts, for regional endpoints. Default: 29."),
    cors: z
      .strictObject({
        origin: z
          .string()
          .regex(/^(\*|https?:\/\/[a-z0-9.-]+(:[0-9]+)?)$/, { error: "an origin, as https://shop.example, or *" })
          .describe("Origin whose pages may call."),
        headers: z
          .array(headerName)
          .optional()
          .describe(
            "Headers its requests may have, beside those that operations read. Default: Authorization and Content-Type; with a REST API X-Api-Key, too.",
          ),
        credentials: z.boolean().optional().describe("Whether requests may carry cookies. Default: false."),
        maxAgeSeconds: z.int().min(0).max(86400).optional().describe("Seconds a browser remembers. Default: 600."),
      })
      .optional()
      .describe("Lets pages of another origin call. A proxy route's app sends Access-Control-Allow-Origin itself."),
    vpcLink: z
      .strictObject({
        id: z.string().min(1).optional().describe("Id of an existing VPC link. Default: a new one is created."),
        loadBalancer: arn(
          "elasticloadbalancing",
          "arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/ingress/0123456789abcdef",
        ).describe("ARN of the load balancer in front of the ingress controller."),
        listener: arn(
          "elasticloadbalancing",
          "arn:aws:elasticloadbalancing:eu-west-1:222222222222:listener/app/ingress/0123456789abcdef/0123456789abcdef",
        )
          .optional()
          .describe("ARN of its listener, which an HTTP API calls. Default: none, as a REST API calls the load balancer."),
        subnets: z.array(awsId("subnet")).min(2).optional().describe("Subnets of the VPC link that is created."),
        securityGroups: z.array(awsId("sg")).min(1).optional().describe("Security groups of the VPC link that is created."),
      })
      .refine(({ id, subnets, securityGroups }) => (id === undefined) === (subnets !== undefined && securityGroups !== undefined), {
        error: "either `id`, or `subnets` and `securityGroups`",
      })
      .optional()
      .describe("Reaches the cluster inside its network. Default: over the internet, by the routes' hosts."),
    accessLogs: z
      .strictObject({
        days: z.literal(days).optional().describe("Days they are kept. Default: 90."),
        key: z
          .union([z.literal("own"), arn("kms", "arn:aws:kms:eu-west-1:222222222222:key/01234567-89ab-cdef-0123-456789abcdef")])
          .optional()
          .describe(
            "KMS key that encrypts them: `own` creates one for them alone; a key that exists must let CloudWatch Logs use it. Default: CloudWatch's own encryption.",
          ),
      })
      .optional()
      .describe("A JSON line for each request, in CloudWatch Logs."),
    tracing: z.boolean().optional().describe("X-Ray. Default: true."),
    metrics: z.boolean().optional().describe("Metrics for each method. Default: true."),
    usagePlans: z
      .record(
        dnsLabel,
        z.strictObject({
          throttle: Throttle.optional().describe("How many requests a key's owner may make. Default: as many as the methods let through."),
          quota: z
            .strictObject({
              limit: positive.describe("Requests."),
              period: z.enum(["DAY", "WEEK", "MONTH"]).describe("Time they are counted in."),
            })
            .optional()
            .describe("How many requests a key's owner may make in all. Default: no end."),
          keys: z.array(dnsLabel).optional().describe("Names of API keys to create; AWS chooses their values."),
        }),
      )
      .optional()
      .describe("Usage plans by name."),
    domain: z
      .strictObject({
        name: hostName.describe("Name clients use."),
        certificate: arn("acm", "arn:aws:acm:eu-west-1:222222222222:certificate/01234567-89ab-cdef-0123-456789abcdef").describe(
          "ARN of its certificate.",
        ),
        basePath: z
          .string()
          .regex(/^[A-Za-z0-9$_.+!*'()-]+(\/[A-Za-z0-9$_.+!*'()-]+)*$/, { error: "a path without '/' at its ends" })
          .optional()
          .describe("Path under which the API is. Default: none."),
        hostedZone: z
          .strictObject({ id: z.string().min(1).describe("Its id."), name: dnsName.describe("Its name.") })
          .optional()
          .describe("Route 53 zone that gets a record. Default: the record is somebody else's."),
      })
      .optional()
      .describe("A name of your own. The API's own address is then switched off."),
    waf: z
      .discriminatedUnion("type", [
        z.strictObject({
          type: z.literal("managed").describe("AWS's rules against common attacks and known bad inputs, and a limit for each address."),
          requestsPerFiveMinutes: z.int().min(10).max(2_000_000_000).optional().describe("The most one address may make. Default: 2000."),
          count: z
            .array(z.enum(commonRules))
            .optional()
            .describe(
              "Rules of AWSManagedRulesCommonRuleSet that count requests in place of blocking them, as SizeRestrictions_BODY, which blocks bodies of more than 8 KB. Default: none.",
            ),
        }),
        z.strictObject({
          type: z.literal("acl").describe("A web ACL that exists."),
          arn: arn("wafv2", "arn:aws:wafv2:eu-west-1:222222222222:regional/webacl/company/01234567-89ab-cdef-0123-456789abcdef").describe(
            "Its ARN.",
          ),
        }),
        z.strictObject({ type: z.literal("none").describe("None."), reason: reason.describe("Why none is needed.") }),
      ])
      .optional()
      .describe("Web application firewall. Default: managed."),
    alarms: z
      .strictObject({
        topic: arn("sns", "arn:aws:sns:eu-west-1:222222222222:pager").optional().describe("SNS topic that is notified. Default: none."),
        errorPercent: z
          .number()
          .positive()
          .max(100)
          .optional()
          .describe("Share of requests that may end with 5xx in five minutes. Default: 1."),
        latencyMilliseconds: positive.optional().describe("Milliseconds that 99 of 100 requests may take. Default: 3000."),
      })
      .optional()
      .describe("Alarms on errors and latency."),
  })
  .meta({ id: "Gateway", description: "The environment's API Gateway." });

/** A branch that pipelines run on: no pattern, as everybody may push branches that aren't protected. */
export const branchName = z.string().regex(/^[A-Za-z0-9._/-]+$/, { error: "the name of a branch" });

/** What the registry's stack can't take from apps and pins. Environments that share a registry must agree. */
export const RegistrySettings = z
  .strictObject({
    branches: z.array(branchName).min(1).optional().describe("Protected branches whose pipelines may push images. Default: main."),
    tags: z
      .array(z.string().regex(/^[A-Za-z0-9._/*-]+$/, { error: "a tag's name, or a pattern with *" }))
      .optional()
      .describe("Protected git tags whose pipelines may push images. Default: none."),
    gitlab: z
      .url({ protocol: /^https$/, error: "an https URL" })
      .optional()
      .describe("GitLab that runs the pipelines. Default: the one that has this repository."),
    provider: arn("iam", "arn:aws:iam::111111111111:oidc-provider/gitlab.dominos.example")
      .optional()
      .describe("ARN of the account's OIDC provider for that GitLab, of which an account can have one. Default: it is created."),
    buildCaches: z
      .boolean()
      .optional()
      .describe("Whether each image's pipeline gets a repository `cache/<image>` for the layers of its builds. Default: false."),
    keepDays: positive.max(3650).optional().describe("Days an image is kept that no environment pins. Default: 365."),
  })
  .meta({ id: "RegistrySettings", description: "Who pushes to the registry, and what it keeps." });
