import { itemsOf, membersOf } from "../outside/index.ts";
import { defined, isSame, type Members, picked } from "./shape.ts";

/** What an autoscaler is in the model beside its name, labels and annotations. */
export function liftAutoscaler(spec: Members): Members {
  const metrics = [...itemsOf(spec.metrics)];
  const cpu = utilization(metrics[0], "cpu");
  if (cpu !== undefined) metrics.shift();
  const memory = utilization(metrics[0], "memory");
  if (memory !== undefined) metrics.shift();
  return defined({
    minReplicas: spec.minReplicas ?? 1,
    maxReplicas: spec.maxReplicas,
    cpu,
    memory,
    metrics: metrics.length > 0 ? metrics : undefined,
    ...picked(spec, ["behavior"]),
  });
}

/** The average use of a resource that a metric aims at; undefined for any other metric. */
function utilization(metric: unknown, name: string): unknown {
  const { averageUtilization } = membersOf(membersOf(membersOf(metric).resource).target);
  const plain = { type: "Resource", resource: { name, target: { type: "Utilization", averageUtilization } } };
  return typeof averageUtilization === "number" && isSame(metric, plain) ? averageUtilization : undefined;
}
