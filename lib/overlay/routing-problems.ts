import { nginxPrefix, routeMilliseconds, routePathProblem, translateNginx } from "../kubernetes/index.ts";
import { type Problem, suggestion } from "../problem/index.ts";
import { isSecured } from "./gateway-listeners.ts";
import type { Route } from "./model.ts";
import { weightedCanaryOf } from "./progressive.ts";
import type { PlacedApp, ResolvedApp, ResolvedEnvironment } from "./resolved.ts";
import { routeGroups } from "./route-groups.ts";
import { ingressAnnotations, readsExpressions, routesOf } from "./route-translation.ts";
import { isGrpc, routeHost, routePort, type ServedBy, servedBy } from "./routing.ts";

type RoutingProblem = Problem & { readonly app?: string };
interface Place extends PlacedApp {
  readonly by: ServedBy;
  readonly route: Route;
  /** Where the route stands in the app. */
  readonly path: string;
}
type Check = (place: Place) => readonly Problem[];

/** What the routing of an environment and the routes of its apps ask of each other. */
export function routingProblems(environment: ResolvedEnvironment): RoutingProblem[] {
  const { name, settings, apps } = environment;
  const found = apps.flatMap((app): RoutingProblem[] => {
    const by = servedBy(settings, app.spec);
    const place = { environment, app, by };
    return [
      ...partProblems(environment, app),
      ...(by.gateway && !by.ingress ? leftWithIngress(app) : []),
      ...Object.entries(app.spec.routes ?? {}).flatMap(([key, route]) =>
        ofAuthors.flatMap((check) => check({ ...place, route, path: `routes.${key}` })),
      ),
      // With what annotations ask for, since both become one rule of the Gateway's.
      ...(by.gateway ? routesOf({ environment, app }) : []).flatMap(({ name: key, model }) =>
        ofRules.flatMap((check) => check({ ...place, route: model, path: `routes.${key}` })),
      ),
      ...(by.gateway ? sharedHosts(environment, app) : []),
      ...canaryProblems(environment, app, by),
    ].map((problem) => ({ app: app.name, ...problem }));
  });
  return [...closedToGateway(environment), ...listenerProblems(environment), ...found].map((problem) => ({
    environment: name,
    ...problem,
  }));
}

/** Settings of an app's Ingress that a Gateway has no place for. */
function leftWithIngress({ spec }: ResolvedApp): Problem[] {
  const { defaultBackend, tls } = spec.ingress ?? {};
  return [
    ...(defaultBackend
      ? [
          {
            path: "ingress.defaultBackend",
            message: "a Gateway has no default backend, and no Ingress serves the app here",
            fix: 'Add a route of the path "/", or set defaultBackend to null for this environment.',
          },
        ]
      : []),
    ...(typeof tls === "object" && tls.secret !== undefined
      ? [
          {
            path: "ingress.tls.secret",
            message: "the Gateway shows the certificates of its listeners, and no Ingress serves the app here",
            fix: "Give the Gateway a listener for the host with this Secret, and set tls to true here.",
          },
        ]
      : []),
  ];
}

/** Listeners of the environment's own Gateway that contradict themselves, or what the environment says of TLS. */
function listenerProblems({ settings }: ResolvedEnvironment): RoutingProblem[] {
  const { create, tls } = settings.routing?.gateway ?? {};
  const listeners = Object.entries(create?.listeners ?? {});
  const path = "routing.gateway.create.listeners";
  const withoutTls = listeners.length > 0 && listeners.every(([, listener]) => !isSecured(listener));
  return [
    ...listeners
      .filter(([, { protocol, certificate }]) => protocol === "HTTP" && certificate !== undefined)
      .map(([name]) => ({
        path: `${path}.${name}.certificate`,
        message: "can't be shown by a listener of the protocol HTTP",
        fix: "Remove it, or make the protocol HTTPS.",
      })),
    ...(withoutTls && tls === undefined && settings.ingress?.tls
      ? [
          {
            path,
            message: "none of them ends TLS, and the environment's hosts are served with TLS (ingress.tls)",
            fix: "Give a listener a certificate, or set routing.gateway.tls to false.",
          },
        ]
      : []),
  ];
}

function closedToGateway({ settings, apps }: ResolvedEnvironment): RoutingProblem[] {
  const { network, routing } = settings;
  if (!routing?.gateway || network?.policy !== "default-deny" || network.gateway) return [];
  if (!apps.some(({ spec }) => servedBy(settings, spec).gateway)) return [];
  return [
    {
      path: "network.gateway",
      message: "is required but missing: the environment denies by default, and no policy would let the Gateway's pods through",
      fix: "Name the namespace, and the labels, of the pods that the implementation runs for the Gateway.",
    },
  ];
}

/** Ways that an app asks for and its environment doesn't have. */
function partProblems({ settings: { routing } }: ResolvedEnvironment, { spec }: ResolvedApp): Problem[] {
  const has = { ingress: routing === undefined || routing.ingress !== undefined, gateway: routing?.gateway !== undefined };
  const missing = (["ingress", "gateway"] as const)
    .filter((way) => spec.routing?.[way] === true && !has[way])
    .map((way) => ({
      path: `routing.${way}`,
      message: `the environment has no routing.${way}`,
      fix: `Set routing.${way} in the environment, or remove it here.`,
    }));
  const optsOut = (way: "ingress" | "gateway") => spec.routing?.[way] === false;
  const isOnlyWay = spec.routes !== undefined && ((optsOut("ingress") && !has.gateway) || (optsOut("gateway") && !has.ingress));
  if (!isOnlyWay || (optsOut("ingress") && optsOut("gateway"))) return missing;
  const way = optsOut("ingress") ? "ingress" : "gateway";
  return [
    ...missing,
    {
      path: `routing.${way}`,
      message: "nothing else serves the app's routes in this environment",
      fix: "Remove it here, or set both to false where that is meant.",
    },
  ];
}

/** Fields of a route that an Ingress has no place for, and those an annotation of its controller may say. */
const matchFields = ["headers", "query", "weights", "mirror", "session", "retries"] as const;
const annotatedFields = ["rewrite", "redirect", "requestHeaders", "responseHeaders", "cors", "timeouts"] as const;

const ingressLacks: Check = ({ environment, app, by, route, path }) => {
  if (!by.ingress) return [];
  const annotations = ingressAnnotations({ environment, app });
  const translated = new Set(translateNginx(annotations, route.path).flatMap(({ fields }) => Object.keys(fields ?? {})));
  const lacking = [...matchFields, ...annotatedFields].filter((field) => route[field] !== undefined && !translated.has(field));
  const both = by.gateway !== undefined;
  return lacking.map((field) => ({
    path: `${path}.${field}`,
    message: both ? "an Ingress can't say it, and one serves the route too" : "an Ingress can't say it, and nothing else serves the route",
    fix: advice(field, environment, annotations),
  }));
};

function advice(field: string, { settings }: ResolvedEnvironment, annotations: Readonly<Record<string, string>>): string {
  const isNginx = /nginx/.test(settings.ingress?.class ?? "") || Object.keys(annotations).some((key) => key.startsWith(nginxPrefix));
  const annotate =
    isNginx && (annotatedFields as readonly string[]).includes(field) ? ", or say it by an annotation of ingress-nginx too" : "";
  return `Let the Gateway alone serve the app (routing: { ingress: false })${annotate}.`;
}

const channel: Check = ({ by, route, path }) =>
  by.gateway && by.gateway.channel !== "experimental"
    ? (["retries", "session"] as const)
        .filter((field) => route[field] !== undefined)
        .map((field) => ({
          path: `${path}.${field}`,
          message: "is of the experimental channel of the Gateway API, and the environment's is standard",
          fix: 'Remove it, or set routing.gateway.channel to "experimental" where the cluster has those CRDs.',
        }))
    : [];

/** What the CRD's own rules refuse: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule */
const filters: Check = ({ route, path }) => {
  const { rewrite, redirect, weights } = route;
  const problems: Problem[] = [];
  if (rewrite && redirect)
    problems.push({ path: `${path}.redirect`, message: "a route can't redirect and rewrite", fix: "Remove one of them." });
  if (redirect && weights)
    problems.push({
      path: `${path}.weights`,
      message: "a route that redirects has no pods to share requests among",
      fix: "Remove one of them.",
    });
  return problems;
};

/** What a route replaces of its path. */
const pathChanges: Check = ({ by, route, path }) => {
  if (!by.gateway) return [];
  const { rewrite, redirect, pathType = "Prefix" } = route;
  return Object.entries({ rewrite, redirect }).flatMap(([key, change]): Problem[] => {
    if (change?.prefix === undefined) return [];
    if (change.path !== undefined)
      return [{ path: `${path}.${key}`, message: "expected prefix or path, found both", fix: "Remove one of them." }];
    return pathType === "Prefix"
      ? []
      : [
          {
            path: `${path}.${key}.prefix`,
            message: `the route's path is ${pathType}, and has no prefix to replace`,
            fix: "Use path, or make the route's pathType Prefix.",
          },
        ];
  });
};

const waits: Check = ({ route, path }) => {
  const { request, backend } = route.timeouts ?? {};
  const [whole, one] = [request, backend].map((length) => (length === undefined ? 0 : routeMilliseconds(length)));
  return whole !== undefined && one !== undefined && whole > 0 && one > whole
    ? [
        {
          path: `${path}.timeouts.backend`,
          message: `expected at most timeouts.request (${request}), found ${backend}`,
          fix: "Lower it, or raise request.",
        },
      ]
    : [];
};

/** Apps that get a part or a copy of the requests. */
const otherApps: Check = ({ environment, app, route, path }) => {
  const { weights, mirror } = route;
  const named: [at: string, name: string, port: string | undefined][] = [
    ...Object.keys(weights ?? {}).map((name): [string, string, string | undefined] => [`${path}.weights.${name}`, name, route.port]),
    ...(mirror ? [[`${path}.mirror.app`, mirror.app, mirror.port] as [string, string, string | undefined]] : []),
  ];
  const own = weights && !Object.hasOwn(weights, app.name);
  return [
    ...(own
      ? [{ path: `${path}.weights`, message: `this app, "${app.name}", is not among them`, fix: "Give it a weight; 0 for no requests." }]
      : []),
    ...(weights && Object.values(weights).every((weight) => weight === 0)
      ? [{ path: `${path}.weights`, message: "are 0 for every app: each request would get 500", fix: "Give one of them a weight." }]
      : []),
    ...named.flatMap(([at, name, port]) => otherApp(environment, at, name, port)),
  ];
};

function otherApp({ appsByName }: ResolvedEnvironment, path: string, name: string, port: string | undefined): Problem[] {
  const other = appsByName.get(name);
  if (!other) return [{ path, message: `the environment has no app "${name}"`, fix: suggestion(name, appsByName.keys()) }];
  const ports = Object.keys(other.spec.service?.ports ?? {});
  const wanted = routePort(other.spec, port === undefined ? {} : { port });
  if (ports.includes(wanted)) return [];
  return ports.length === 0
    ? [{ path, message: `the app "${name}" has no Service`, fix: "Give it one, or name another app." }]
    : [{ path, message: `the Service of "${name}" has no port "${wanted}"`, fix: suggestion(wanted, ports) }];
}

const httpFields = ["methods", "query", "rewrite", "redirect", "cors", "mirror", "timeouts", "retries", "weights"] as const;

/** https://gateway-api.sigs.k8s.io/reference/spec/#grpcrouterule */
const grpc: Check = ({ app, by, route, path }) => {
  if (!by.gateway || !isGrpc(app.spec, route)) return [];
  const lacking = httpFields.filter((field) => route[field] !== undefined);
  return [
    ...lacking.map((field) => ({
      path: `${path}.${field}`,
      message: "slipway renders no GRPCRoute with it, and the route leads to a port of gRPC",
      fix: "Remove it, or write the GRPCRoute in `extend`.",
    })),
    ...(/^\/(?:[A-Za-z_][\w.]*(?:\/(?:[A-Za-z_]\w*)?)?)?$/.test(route.path)
      ? []
      : [
          {
            path: `${path}.path`,
            message: `"${route.path}" is no path of gRPC`,
            fix: "Write /, /package.Service or /package.Service/Method.",
          },
        ]),
  ];
};

/** A listener takes HTTPRoutes or GRPCRoutes of one host, and refuses the younger of two kinds: https://gateway-api.sigs.k8s.io/api-types/grpcroute/#cross-serving */
function sharedHosts(environment: ResolvedEnvironment, app: ResolvedApp): Problem[] {
  const routes = Object.entries(app.spec.routes ?? {});
  const hostOf = (route: Route) => routeHost({ environment, app }, route);
  const ofHttp = new Set(routes.filter(([, route]) => !isGrpc(app.spec, route)).map(([, route]) => hostOf(route)));
  return routes
    .filter(([, route]) => isGrpc(app.spec, route) && ofHttp.has(hostOf(route)))
    .map(([name, route]) => ({
      path: `routes.${name}.host`,
      message: `${hostOf(route)} serves HTTP too, and a Gateway takes one kind of route for a host`,
      fix: "Give the gRPC routes a host of their own.",
    }));
}

/** What the CRD takes for a path: https://gateway-api.sigs.k8s.io/reference/spec/#httppathmatch */
const pathForm: Check = ({ environment, app, by, route, path }) => {
  if (!by.gateway || route.pathType === "ImplementationSpecific" || readsExpressions({ environment, app })) return [];
  const problem = routePathProblem(route.path);
  if (problem === undefined) return [];
  return [
    {
      path: `${path}.path`,
      message: `a Gateway takes no path ${JSON.stringify(route.path)}: it ${problem}`,
      fix: 'Write it as clients send it, or set pathType to "ImplementationSpecific" for a regular expression.',
    },
  ];
};

const origins: Check = ({ route, path }) =>
  (["origins", "methods", "headers"] as const)
    .filter((key) => (route.cors?.[key]?.length ?? 0) > 1 && route.cors?.[key]?.includes("*"))
    .map((key) => ({ path: `${path}.cors.${key}`, message: '"*" can\'t stand beside others', fix: 'Keep "*" alone, or remove it.' }));

/** A canary that shares requests out by its app's own HTTPRoute: Argo Rollouts changes the weights of one. */
function canaryProblems(environment: ResolvedEnvironment, app: ResolvedApp, { gateway }: ServedBy): Problem[] {
  const canary = weightedCanaryOf(app.spec.workload);
  const routes = Object.entries(app.spec.routes ?? {});
  if (!canary || canary.httpRoute !== undefined || routes.length === 0) return [];
  const path = "workload.strategy.traffic";
  if (!gateway)
    return [
      {
        path,
        message: "needs an HTTPRoute, and no Gateway serves the app",
        fix: "Set routing.gateway in the environment, name an HTTPRoute in httpRoute, or leave traffic out.",
      },
    ];
  const groups = routeGroups({ environment, app });
  const problems: Problem[] = routes
    .filter(([, { weights }]) => weights !== undefined)
    .map(([name]) => ({
      path: `routes.${name}.weights`,
      message: "are Argo Rollouts' to set: the canary shares the requests out",
      fix: "Remove them, or leave traffic out of the strategy.",
    }));
  if (groups.length > 1)
    problems.push({
      path,
      message: `changes the weights of one HTTPRoute, and the app's routes are ${groups.length}, by their hosts and number`,
      fix: "Give its routes one host, and at most 16 rules.",
    });
  if (routes.some(([, route]) => isGrpc(app.spec, route)))
    problems.push({
      path,
      message: "changes the weights of an HTTPRoute, and a route of the app is one of gRPC",
      fix: "Leave traffic out.",
    });
  return problems;
}

/** What is asked of a route as its author wrote it, and as a rule of the Gateway's with what annotations add. */
const ofAuthors: readonly Check[] = [ingressLacks, channel, otherApps, grpc, pathForm, pathChanges];
const ofRules: readonly Check[] = [filters, waits, origins];
