import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { IHTTPIngressPath, IIngressSpec } from "kubernetes-models/networking.k8s.io/v1";
import { type AppSpec, routeHost, routePort, servedBy, servesTls } from "../overlay/index.ts";
import { metadata, nonEmpty, sorted } from "./metadata.ts";
import type { AppProps } from "./props.ts";
import { serviceName } from "./service.ts";
import { verbatim } from "./verbatim.ts";

/** Serves the app's routes at the cluster's edge: https://kubernetes.io/docs/concepts/services-networking/ingress/ */
export class Ingress extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps) {
    const { environment, app } = props;
    const { ingress } = servedBy(environment.settings, app.spec);
    const annotations = { ...ingress?.annotations, ...app.spec.ingress?.annotations };
    super(scope, id, {
      ...k8s.KubeIngress.GVK,
      metadata: metadata(props, app.spec.ingress?.name ?? app.name, { labels: app.spec.ingress?.labels, annotations }),
      spec: ingressSpec(props),
    });
  }
}

function ingressSpec(props: AppProps): IIngressSpec {
  const { environment, app } = props;
  const { class: ownClass, tls, defaultBackend } = app.spec.ingress ?? {};
  const ingressClassName = ownClass ?? servedBy(environment.settings, app.spec).ingress?.class;
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
    .map(([, route]) => ({
      path: route.path,
      pathType: route.pathType ?? "Prefix",
      backend: { service: { name: serviceName(props.app), port: portOf(props.app.spec, routePort(props.app.spec, route)) } },
    }));
  return [...new Map(all.map((path) => [JSON.stringify(path), path])).values()];
}

/** A port of the Service as a backend names it: by its number where the Service gives it no name. */
function portOf({ service }: AppSpec, name: string): { name: string } | { number: number } {
  const port = service?.ports[name];
  return typeof port === "object" && port.named === false ? { number: port.port } : { name };
}
