import type { IntOrString } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { rule } from "../rule.ts";
import { type Pods, specOf } from "../scope.ts";

interface Autoscaler {
  readonly metrics?: readonly {
    readonly type?: string;
    readonly resource?: { readonly name?: string; readonly target?: { readonly type?: string } };
  }[];
}

/** Containers that run as long as the pod does. */
const lasting = ({ containers }: Pods) =>
  containers.filter(({ list, container }) => list === "containers" || container.restartPolicy === "Always");

export const autoscalerRequests = rule({
  id: "rollout/autoscaler-requests",
  severity: "error",
  why: "Utilization is a share of what containers request: where one requests nothing the autoscaler has no figure, and never scales.",
  fix: "Give every container of the workload a request of that resource, or scale by AverageValue.",
  source: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#how-does-a-horizontalpodautoscaler-work",
  bad: "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: a, namespace: shop }\nspec: { maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }] }\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a, namespace: shop }\nspec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a:1 }] } } }\n",
  *check(scope) {
    for (const pods of scope.pods) {
      const autoscaler = scope.autoscalerOf(pods.manifest);
      if (!autoscaler) continue;
      for (const { type, resource } of specOf<Autoscaler>(autoscaler).metrics ?? []) {
        if (type !== "Resource" || resource?.target?.type !== "Utilization" || !resource.name) continue;
        for (const { container, path } of lasting(pods)) {
          const { requests, limits } = container.resources ?? {};
          // A limit alone is taken for the request too.
          if (own(requests, resource.name) === undefined && own(limits, resource.name) === undefined)
            yield {
              manifest: pods.manifest,
              path: `${path}.resources.requests`,
              message: `requests no ${resource.name}, and HorizontalPodAutoscaler ${autoscaler.object.metadata.name} scales by its share of it`,
            };
        }
      }
    }
  },
});

export const requests = rule({
  id: "rollout/requests",
  severity: "warning",
  why: "A container that requests no memory is put on any node, however full, and its pod is the first to be evicted.",
  fix: "Say what it needs: resources.requests.memory, and the same as its limit.",
  source: "https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/",
  bad: "apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: shop }\nspec: { containers: [{ name: a, image: a:1 }] }\n",
  *check(scope) {
    for (const pods of scope.pods)
      for (const { container, path } of lasting(pods)) {
        const { requests: asked, limits } = container.resources ?? {};
        if (asked?.memory === undefined && limits?.memory === undefined)
          yield {
            manifest: pods.manifest,
            path: `${path}.resources.requests`,
            message: `the container "${container.name}" requests no memory`,
          };
      }
  },
});

interface Rolled {
  readonly strategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly maxSurge?: IntOrString; readonly maxUnavailable?: IntOrString };
  };
}

export const allAtOnce = rule({
  id: "rollout/all-at-once",
  severity: "warning",
  why: "A rolling update that may take all pods away at a time is a gap like Recreate: nobody answers until the new ones are ready.",
  fix: "Let fewer go: maxUnavailable: 0 with maxSurge: 1.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable",
  bad: "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a, namespace: shop }\nspec: { replicas: 1, strategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } }, selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a:1 }] } } }\n",
  *check(scope) {
    for (const manifest of scope.ofKind("Deployment", "apps")) {
      const { strategy } = specOf<Rolled>(manifest);
      const replicas = scope.leastPodsOf(manifest);
      const most = strategy?.rollingUpdate?.maxUnavailable;
      if (strategy?.type === "Recreate" || most === undefined || replicas === 0) continue;
      const gone = typeof most === "number" ? most : Math.floor((Number.parseInt(most, 10) * replicas) / 100);
      if (gone >= replicas)
        yield { manifest, path: "spec.strategy.rollingUpdate.maxUnavailable", message: `lets ${gone} of ${replicas} pods go at a time` };
    }
  },
});
