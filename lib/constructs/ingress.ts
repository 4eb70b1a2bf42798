import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { IHTTPIngressPath, IIngressSpec } from "kubernetes-models/networking.k8s.io/v1";
import type { ResolvedApp, Route } from "../overlay/index.ts";
import { metadata, nonEmpty, sorted } from "./metadata.ts";
import type { AppProps } from "./props.ts";
import { serviceName } from "./service.ts";
import { verbatim } from "./verbatim.ts";

/** Serves the app's routes at the cluster's edge: https://kubernetes.io/docs/concepts/services-networking/ingress/ */
export class Ingress extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps) {
    const { environment, app } = props;
    const annotations = { ...environment.settings.ingress?.annotations, ...app.spec.ingress?.annotations };
    super(scope, id, {
      ...k8s.KubeIngress.GVK,
      metadata: metadata(props, app.spec.ingress?.name ?? app.name, { annotations }),
      spec: ingressSpec(props),
    });
  }
}

/** The host a route is served under: the route's, the app's, or the app's name, with the environment's domain unless it has a dot. */
export function routeHost({ environment, app }: Pick<AppProps, "environment" | "app">, route: Route): string {
  const host = route.host ?? app.spec.ingress?.host ?? app.name;
  return host.includes(".") ? host : `${host}.${environment.settings.domain}`;
}

/** Whether the app's hosts are served with TLS. */
export const servesTls = ({ environment, app }: Pick<AppProps, "environment" | "app">): boolean =>
  Boolean(app.spec.ingress?.tls ?? environment.settings.ingress?.tls);

function ingressSpec(props: AppProps): IIngressSpec {
  const { environment, app } = props;
  const { class: ownClass, tls, defaultBackend } = app.spec.ingress ?? {};
  const ingressClassName = ownClass ?? environment.settings.ingress?.class;
  const hosts = [...new Set(sorted(app.spec.routes).map(([, route]) => routeHost(props, route)))].sort();
  const secretName = (typeof tls === "object" ? tls.secret : undefined) ?? `${app.name}-tls`;
  return {
    ...(ingressClassName ? { ingressClassName } : {}),
    ...nonEmpty("tls", servesTls(props) ? [{ hosts, secretName }] : []),
    rules: hosts.map((host) => ({ host, http: { paths: paths(props, host) } })),
    ...(defaultBackend ? { defaultBackend: verbatim(defaultBackend) } : {}),
  };
}

/** Routes that differ only in what an Ingress can't tell apart, as their methods, are one path. The longest first, as controllers match it, then by name: people read what wins before what it wins over. */
function paths(props: AppProps, host: string): IHTTPIngressPath[] {
  const all = sorted(props.app.spec.routes)
    .filter(([, route]) => routeHost(props, route) === host)
    .sort(([, a], [, b]) => b.path.length - a.path.length)
    .map(([, { path, pathType = "Prefix", port }]) => ({
      path,
      pathType,
      backend: { service: { name: serviceName(props.app), port: { name: port ?? impliedPort(props.app) } } },
    }));
  return [...new Map(all.map((path) => [JSON.stringify(path), path])).values()];
}

function impliedPort({ spec }: ResolvedApp): string {
  const names = Object.keys(spec.service?.ports ?? {});
  return names.includes("http") ? "http" : (names[0] ?? "http");
}
