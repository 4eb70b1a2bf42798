import type { Container, ObjectOf } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import type { Pods } from "../scope.ts";

/** Containers that run as long as the pod does. */
const lasting = ({ containers }: Pods) =>
  containers.filter(({ list, container }) => list === "containers" || container.restartPolicy === "Always");

export const autoscalerRequests = rule({
  id: "rollout/autoscaler-requests",
  severity: "error",
  why: "Utilization is a share of what containers request: without a request the autoscaler has no figure and never scales.",
  fix: "Give every container of the workload a request of that resource, or scale by AverageValue.",
  source: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#how-does-a-horizontalpodautoscaler-work",
  bad: yaml`
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: { name: a, namespace: shop }
    spec:
      maxReplicas: 5
      scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }
      metrics:
        - type: Resource
          resource:
            name: cpu
            target: { type: Utilization, averageUtilization: 70 }
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  good: yaml`
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: { name: a, namespace: shop }
    spec:
      maxReplicas: 5
      scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }
      metrics:
        - type: Resource
          resource:
            name: cpu
            target: { type: Utilization, averageUtilization: 70 }
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec:
          containers:
            - name: a
              image: a:1
              resources: { requests: { cpu: 100m, memory: 64Mi } }
  `,
  *check(scope) {
    for (const pods of scope.pods) {
      const autoscaler = scope.autoscalerOf(pods.manifest);
      if (!autoscaler) continue;
      const { name } = autoscaler.object.metadata;
      for (const resource of resourcesScaledBy(autoscaler.object))
        for (const { container, path } of lasting(pods))
          if (!requestsSome(container, resource) && !requestsSome(pods.spec, resource))
            yield {
              manifest: pods.manifest,
              path: `${path}.resources.requests`,
              message: `requests no ${resource}, but HorizontalPodAutoscaler ${name} scales by the share of the request that is used`,
            };
    }
  },
});

/** The resources whose use, as a share of what is requested, an autoscaler follows. */
const resourcesScaledBy = ({ spec }: ObjectOf<"autoscaling/HorizontalPodAutoscaler">): string[] =>
  (spec?.metrics ?? []).flatMap(({ type, resource }) =>
    type === "Resource" && resource?.target?.type === "Utilization" && resource.name ? [resource.name] : [],
  );

/** Whether a container, or the pod as a whole, requests a resource; the server takes a limit alone for the request too. */
const requestsSome = ({ resources: { requests, limits } = {} }: Pick<Container, "resources">, resource: string): boolean =>
  own(requests, resource) !== undefined || own(limits, resource) !== undefined;

export const requests = rule({
  id: "rollout/requests",
  severity: "warning",
  severityInPart: "info",
  why: "A container that requests no memory may land on a full node, and its pod is the first to be evicted.",
  fix: "Set resources.requests.memory, to the same value as the limit where there is one.",
  source: "https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec: { containers: [{ name: a, image: a:1 }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          resources: { requests: { cpu: 100m, memory: 64Mi } }
  `,
  *check(scope) {
    for (const pods of scope.pods) {
      // Containers share what their pod requests as a whole.
      if (requestsSome(pods.spec, "memory")) continue;
      const [first, ...others] = lasting(pods).filter(({ container }) => !requestsSome(container, "memory"));
      if (!first) continue;
      const names = [first, ...others].map(({ container }) => `"${container.name}"`).join(", ");
      yield {
        manifest: pods.manifest,
        path: `${first.path}.resources.requests`,
        message: others.length === 0 ? `the container ${names} requests no memory` : `the containers ${names} request no memory`,
      };
    }
  },
});
