import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { IServicePort, IServiceSpec } from "kubernetes-models/v1";
import {
  type AppSpec,
  type Container,
  type ResolvedApp,
  type Service as ServiceModel,
  serviceOfNewPods,
  weightedCanaryOf,
} from "../overlay/index.ts";
import { metadata, sorted } from "./metadata.ts";
import { type AppProps, selectorOf } from "./props.ts";
import { verbatim } from "./verbatim.ts";

export function serviceName({ name, spec }: ResolvedApp): string {
  return spec.service?.name ?? name;
}

/**
 * The Service of a weighted canary's new pods, for the HTTPRoute of the app: its second backend, at weight 0, whose weight Argo Rollouts
 * changes. Undefined where the app has no weighted canary.
 */
export const canaryServiceName = (app: ResolvedApp): string | undefined =>
  weightedCanaryOf(app.spec.workload) ? serviceOfNewPods(app) : undefined;

/** Exposes an app's pods under one stable name, and those that are new under another where a rollout has both. */
export function addServices(chart: Construct, props: AppProps, model: ServiceModel | undefined): void {
  if (!model) return;
  new Service(chart, "service", props, serviceName(props.app), model);
  const second = serviceOfNewPods(props.app);
  if (second !== undefined) new Service(chart, "service-of-new-pods", props, second, inside(model));
}

/** A Service of the same ports that is reached from inside the cluster only, and shares no address or port of a node with the first. */
function inside({ ports }: ServiceModel): ServiceModel {
  return {
    ports: Object.fromEntries(
      Object.entries(ports).map(([name, port]) => {
        if (typeof port === "number") return [name, port];
        const { nodePort: _nodePort, ...rest } = port;
        return [name, rest];
      }),
    ),
  };
}

/** Ports name container ports, so a changed port number needs no second edit. */
class Service extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, name: string, model: ServiceModel) {
    super(scope, id, {
      ...k8s.KubeService.GVK,
      metadata: metadata(props, name, model),
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
