import { z } from "zod";
import { annotations, dnsLabel, headerName, hostName, labels, objectName, portName, portNumber, positive, verbatim } from "./scalar.ts";

/** What holds for every Ingress. */
export const IngressSettings = z
  .strictObject({
    class: objectName.optional().describe("Ingress class. Default: the cluster's."),
    tls: z.boolean().optional().describe("Whether hosts are served with TLS. Default: false."),
    annotations: annotations.optional().describe("Annotations of every Ingress, as the certificate issuer."),
  })
  .meta({ id: "IngressSettings", description: "What holds for every Ingress." });

/** A duration of the Gateway API: https://gateway-api.sigs.k8s.io/geps/gep-2257/ */
const routeDuration = z.string().regex(/^([0-9]{1,5}(h|m|s|ms)){1,4}$/, { error: "a duration of the Gateway API, as 500ms, 15s or 1m30s" });
const path = z.string().max(1024).startsWith("/", { error: "a path beginning with '/'" });

const Parent = z
  .strictObject({
    name: objectName.describe("The Gateway's name."),
    namespace: dnsLabel.describe("Its namespace."),
    section: objectName
      .optional()
      .describe("The listener that routes attach to. Default: every one that takes them; `https` of a Gateway made here that ends TLS."),
  })
  .meta({ id: "GatewayParent", description: "The Gateway that routes attach to." });

const Listener = z
  .strictObject({
    port: portNumber.describe("The port clients use."),
    protocol: z.enum(["HTTP", "HTTPS"]).optional().describe("Default: HTTPS where there is a certificate, else HTTP."),
    host: hostName.optional().describe("Hosts it takes, as `*.shop.example`. Default: all."),
    certificate: z
      .strictObject({
        secret: objectName.describe("Secret of the type kubernetes.io/tls."),
        namespace: dnsLabel.optional().describe("Its namespace; another than the Gateway's gets a ReferenceGrant. Default: the Gateway's."),
      })
      .optional()
      .describe("Certificate it shows."),
  })
  .meta({ id: "GatewayListener", description: "A port of a Gateway." });

const OwnGateway = z
  .strictObject({
    class: objectName.describe("GatewayClass, which says what implementation serves it. Another class is another address."),
    listeners: z
      .record(dnsLabel, Listener)
      .refine((all) => Object.keys(all).length > 0, { error: "at least one listener" })
      .optional()
      .describe(
        "Listeners by name. Default: `http` on 80 and, with `tls`, `https` on 443 for the hosts below the environment's domain, with the Secret named as the Gateway and '-tls'.",
      ),
    labels: labels.optional().describe("Further labels of the Gateway."),
    annotations: annotations.optional().describe("Annotations of the Gateway, as the certificate issuer."),
    infrastructure: verbatim.optional().describe("What the implementation makes for it, as the Gateway API has it."),
  })
  .meta({ id: "OwnGateway", description: "A Gateway that the environment makes." });

const GatewayRouting = z
  .strictObject({
    parent: Parent.describe("The Gateway that routes attach to."),
    create: OwnGateway.optional().describe("Makes that Gateway, with the environment's shared objects. Default: the platform has it."),
    tls: z
      .boolean()
      .optional()
      .describe("Whether the Gateway ends TLS. Default: whether a listener made here has a certificate, else what `ingress.tls` says."),
    channel: z
      .enum(["standard", "experimental"])
      .optional()
      .describe("Release channel of the Gateway API's CRDs in the cluster; `retries` and `session` need experimental. Default: standard."),
    implementation: z
      .enum(["envoy-gateway"])
      .optional()
      .describe("Implementation whose own policies may say what Gateway API can't, as the limit of a body. Default: none is made."),
    annotations: annotations.optional().describe("Annotations of every HTTPRoute and GRPCRoute."),
  })
  .meta({ id: "GatewayRouting", description: "How a Gateway of the cluster serves the routes (Gateway API)." });

export const Routing = z
  .strictObject({
    ingress: IngressSettings.optional().describe("Routes become Ingresses; over what the environment's `ingress` says."),
    gateway: GatewayRouting.optional().describe("Routes become HTTPRoutes and GRPCRoutes."),
  })
  .refine(({ ingress, gateway }) => ingress !== undefined || gateway !== undefined, { error: "ingress, gateway, or both while moving" })
  .meta({ id: "Routing", description: "What serves the routes in the cluster: Ingresses, a Gateway, or both while moving." });

const BackendTls = z
  .strictObject({
    host: hostName.describe("Name that the pods' certificate is for."),
    ca: z
      .union([z.literal("system"), z.strictObject({ configMap: objectName.describe("ConfigMap with the key ca.crt.") })])
      .describe("Who signed the certificate: a ConfigMap with the key ca.crt, or `system` for those that everyone trusts."),
  })
  .meta({ id: "BackendTls", description: "TLS from the Gateway to the pods (BackendTLSPolicy)." });

/** How an app takes part in its environment's routing. */
export const AppRouting = z
  .strictObject({
    ingress: z.boolean().optional().describe("Whether an Ingress serves the app. Default: whether the environment has them."),
    gateway: z.boolean().optional().describe("Whether the Gateway serves the app. Default: whether the environment has one."),
    name: objectName.optional().describe("Name of the app's HTTPRoute. Default: the app's name."),
    parent: Parent.optional().describe("The Gateway the app's routes attach to. Default: the environment's."),
    annotations: annotations.optional().describe("Annotations of the app's HTTPRoutes."),
    backendTls: BackendTls.optional().describe("TLS from the Gateway to the pods. Default: none."),
  })
  .meta({ id: "AppRouting", description: "What of the environment's routing serves the app." });

const Match = z.union([
  z.string().min(1).max(4096),
  z.strictObject({ regex: z.string().min(1).max(4096).describe("A regular expression, as the implementation reads it.") }),
]);
const HeaderChange = z
  .strictObject({
    set: z.record(headerName, z.string().min(1)).optional().describe("Headers that get a value, in place of any they have."),
    add: z.record(headerName, z.string().min(1)).optional().describe("Values that are added to those a header has."),
    remove: z.array(headerName).optional().describe("Headers that are taken out."),
  })
  .meta({ id: "HeaderChange", description: "What becomes of headers." });

/** What only the Gateway API can say of a route. */
export const gatewayRouteFields = {
  headers: z
    .record(headerName, Match)
    .optional()
    .describe("Headers that a request must have, with their value. A Gateway tells requests apart by them, an Ingress can't."),
  query: z
    .record(z.string().min(1).max(256), Match)
    .optional()
    .describe("Query parameters that a request must have, with their value. Gateway only."),
  rewrite: z
    .strictObject({
      prefix: path.optional().describe("What the pods see in place of the route's path, with what follows it. Not with `path`."),
      path: path.optional().describe("What the pods see in place of all of the path."),
      host: hostName.optional().describe("Host that the pods see."),
    })
    .optional()
    .describe("What the pods see of the request's address. Gateway only."),
  redirect: z
    .strictObject({
      scheme: z.enum(["http", "https"]).optional().describe("Default: the request's."),
      host: hostName.optional().describe("Default: the request's."),
      port: portNumber.optional().describe("Default: that of the scheme, or the listener's."),
      prefix: path.optional().describe("In place of the route's path, with what follows it. Not with `path`."),
      path: path.optional().describe("In place of all of the path. Default: the request's."),
      status: z
        .union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)])
        .optional()
        .describe("Default: 302."),
    })
    .optional()
    .describe("Sends the client elsewhere; no pod sees the request. Gateway only."),
  requestHeaders: HeaderChange.optional().describe("What becomes of the request's headers. Gateway only."),
  responseHeaders: HeaderChange.optional().describe("What becomes of the response's headers. Gateway only."),
  mirror: z
    .strictObject({
      app: dnsLabel.describe("App of this environment that gets a copy of each request; its responses are dropped."),
      port: portName.optional().describe("Port of its Service. Default: `http`, or its only one."),
      percent: z.int().min(1).max(100).optional().describe("Share of the requests, in percent. Default: 100."),
    })
    .optional()
    .describe("Another app that gets a copy of each request. Gateway only."),
  cors: z
    .strictObject({
      origins: z.array(z.string().min(1)).min(1).describe("Origins that pages may be of, as https://shop.example, or `*`."),
      methods: z.array(z.string().min(1)).optional().describe("Methods they may use. Default: the simple ones."),
      headers: z
        .array(z.union([headerName, z.literal("*")]))
        .optional()
        .describe("Headers they may send."),
      exposed: z
        .array(z.union([headerName, z.literal("*")]))
        .optional()
        .describe("Headers they may read."),
      credentials: z.boolean().optional().describe("Whether they may send cookies. Default: false."),
      maxAgeSeconds: positive.optional().describe("Seconds a browser keeps the answer. Default: 5."),
    })
    .optional()
    .describe("What pages of other origins may do (CORS), answered by the Gateway. Gateway only."),
  timeouts: z
    .strictObject({
      request: routeDuration.optional().describe("For all of a request, with its retries; 0s for none. Default: the implementation's."),
      backend: routeDuration.optional().describe("For one attempt; at most `request`. Default: the implementation's."),
    })
    .optional()
    .describe("How long the Gateway waits for an answer. Gateway only."),
  retries: z
    .strictObject({
      attempts: z.int().min(0).optional().describe("Further attempts. Default: the implementation's."),
      backoff: routeDuration.optional().describe("Least wait between two attempts."),
      codes: z.array(z.int().min(400).max(599)).optional().describe("Statuses that are tried again."),
    })
    .optional()
    .describe("What is tried again. Gateway only, of the experimental channel."),
  session: z
    .strictObject({
      type: z.enum(["Cookie", "Header"]).optional().describe("What carries the session. Default: Cookie."),
      name: z.string().min(1).max(128).optional().describe("Name of the cookie or header. Default: one the implementation picks."),
      timeout: routeDuration.optional().describe("How long a client stays with its pod at most. Default: without end."),
    })
    .optional()
    .describe("Keeps a client with its pod. Gateway only, of the experimental channel."),
  weights: z
    .record(dnsLabel, z.int().min(0).max(1_000_000))
    .optional()
    .describe(
      "Shares of the requests by app of this environment; this app's own must be among them. Default: all to this app. Gateway only.",
    ),
};
