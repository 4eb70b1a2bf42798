import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { IServicePort, IServiceSpec } from "kubernetes-models/v1";
import {
  type AppSpec,
  type Container,
  type ContainerPort,
  isAdopted,
  type ResolvedApp,
  type Service as ServiceModel,
  serviceOfNewPods,
  weightedCanaryOf,
} from "../overlay/index.ts";
import { entriesOf, metadata, nonEmpty, sorted } from "./metadata.ts";
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

/** Exposes an app's pods under one stable name, and under others; those that are new under one of their own where a rollout has both. */
export function addServices(chart: Construct, props: AppProps, model: ServiceModel | undefined): void {
  for (const [key, further] of sorted(props.app.spec.services))
    new Service(chart, `service-${key}`, props, further.name ?? `${props.app.name}-${key}`, further);
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
      metadata: metadata(props, name, { labels: model.labels, annotations: model.annotations }),
      spec: serviceSpec(props.app, model),
    });
  }
}

function serviceSpec(app: ResolvedApp, model: ServiceModel): IServiceSpec {
  const { type, sessionAffinityTimeoutSeconds, name, ports, labels, annotations, selector = selectorOf(app), ...rest } = model;
  return {
    ...addressOf(type, app.spec),
    ...verbatim<IServiceSpec>(rest),
    ...(sessionAffinityTimeoutSeconds === undefined
      ? {}
      : { sessionAffinityConfig: { clientIP: { timeoutSeconds: sessionAffinityTimeoutSeconds } } }),
    ...nonEmpty("selector", { ...selector }),
    ports: servicePorts(app.spec, model),
  };
}

function addressOf(type: ServiceModel["type"], spec: AppSpec): Pick<IServiceSpec, "type" | "clusterIP"> {
  if (type === "Headless") return { clusterIP: "None" };
  if (type === undefined) return isAdopted(spec) ? {} : { type: "ClusterIP" };
  return { type };
}

function servicePorts(spec: AppSpec, model: ServiceModel): IServicePort[] {
  return entriesOf(spec)(model.ports).map(([name, value]) => {
    const { named, ...port } = typeof value === "number" ? { port: value, named: undefined } : value;
    const target = port.targetPort ?? name;
    const opened = containerPort(spec, target);
    const protocol = port.protocol ?? (opened?.protocol === "TCP" ? undefined : opened?.protocol);
    const targetPort = opened?.named === false ? opened.port : target;
    return { ...(named === false ? {} : { name }), ...port, targetPort, ...(protocol ? { protocol } : {}) };
  });
}

/** The container port that a Service port leads to, where it is written in full. */
function containerPort(spec: AppSpec, target: string | number): ContainerPort | undefined {
  const containers: Container[] = [...(spec.container ? [spec.container] : []), ...Object.values(spec.sidecars ?? {})];
  const found = containers.map(({ ports }) => (ports && Object.hasOwn(ports, target) ? ports[target] : undefined));
  return found.find((port) => typeof port === "object");
}
