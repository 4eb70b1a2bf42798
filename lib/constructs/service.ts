import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { IServicePort, IServiceSpec } from "kubernetes-models/v1";
import type { AppSpec, Container, ResolvedApp, Service as ServiceModel } from "../overlay/index.ts";
import { metadata, sorted } from "./metadata.ts";
import { type AppProps, selectorOf } from "./props.ts";
import { verbatim } from "./verbatim.ts";

export function serviceName({ name, spec }: ResolvedApp): string {
  return spec.service?.name ?? name;
}

/** Exposes an app's pods under one stable name. Ports name container ports, so a changed port number needs no second edit. */
export class Service extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, model: ServiceModel) {
    super(scope, id, {
      ...k8s.KubeService.GVK,
      metadata: metadata(props, serviceName(props.app), model),
      spec: serviceSpec(props.app, model),
    });
  }
}

function serviceSpec(app: ResolvedApp, model: ServiceModel): IServiceSpec {
  const { type = "ClusterIP", sessionAffinityTimeoutSeconds, name, ports, labels, annotations, ...rest } = model;
  const headless = type === "Headless";
  return {
    ...(headless ? { clusterIP: "None" } : { type }),
    ...verbatim<IServiceSpec>(rest),
    ...(sessionAffinityTimeoutSeconds === undefined
      ? {}
      : { sessionAffinityConfig: { clientIP: { timeoutSeconds: sessionAffinityTimeoutSeconds } } }),
    selector: { ...selectorOf(app) },
    ports: servicePorts(app.spec, model),
  };
}

function servicePorts(spec: AppSpec, model: ServiceModel): IServicePort[] {
  return sorted(model.ports).map(([name, value]) => {
    const port = typeof value === "number" ? { port: value } : value;
    const targetPort = port.targetPort ?? name;
    const protocol = port.protocol ?? containerProtocol(spec, targetPort);
    return { name, ...port, targetPort, ...(protocol ? { protocol } : {}) };
  });
}

/** The protocol of the container port a Service port leads to, where it isn't TCP. */
function containerProtocol(spec: AppSpec, target: string | number): "UDP" | "SCTP" | undefined {
  const containers: Container[] = [...(spec.container ? [spec.container] : []), ...Object.values(spec.sidecars ?? {})];
  for (const { ports } of containers) {
    const port = ports?.[target];
    if (typeof port === "object" && port.protocol && port.protocol !== "TCP") return port.protocol;
  }
  return undefined;
}
