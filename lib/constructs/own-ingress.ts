import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { IHTTPIngressPath, IIngressSpec } from "kubernetes-models/networking.k8s.io/v1";
import type { OwnIngress as Model } from "../overlay/index.ts";
import { entriesOf, metadata, nonEmpty, sorted } from "./metadata.ts";
import type { AppProps } from "./props.ts";
import { serviceName } from "./service.ts";
import { verbatim } from "./verbatim.ts";

type Paths = NonNullable<Model["hosts"]>[string];

/** An Ingress that is written out: https://kubernetes.io/docs/concepts/services-networking/ingress/ */
class OwnIngress extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, name: string, model: Model) {
    const { labels, annotations } = model;
    super(scope, id, { ...k8s.KubeIngress.GVK, metadata: metadata(props, name, { labels, annotations }), spec: ingressSpec(props, model) });
  }
}

/** The Ingresses of an app that are written out. */
export function addIngresses(scope: Construct, props: AppProps): void {
  for (const [key, model] of sorted(props.app.spec.ingresses))
    new OwnIngress(scope, `ingress-${key}`, props, model.name ?? `${props.app.name}-${key}`, model);
}

function ingressSpec(props: AppProps, { class: ingressClassName, hosts, tls, defaultBackend }: Model): IIngressSpec {
  const entries = entriesOf(props.app.spec);
  const certificates = entries(tls).map(([secretName, served]) => ({ secretName, ...nonEmpty("hosts", served.map(String)) }));
  const rules = entries(hosts).map(([host, paths]) => ({ ...(host === "*" ? {} : { host }), http: { paths: pathsOf(props, paths) } }));
  return {
    ...(ingressClassName ? { ingressClassName } : {}),
    ...nonEmpty("tls", certificates),
    ...nonEmpty("rules", rules),
    ...(defaultBackend ? { defaultBackend: verbatim(defaultBackend) } : {}),
  };
}

function pathsOf({ app }: AppProps, paths: Paths): IHTTPIngressPath[] {
  return entriesOf(app.spec)(paths).map(([path, target]) => {
    const { pathType = "Prefix", service = serviceName(app), port } = typeof target === "object" ? target : { port: target };
    return { path, pathType, backend: { service: { name: service, port: typeof port === "number" ? { number: port } : { name: port } } } };
  });
}
