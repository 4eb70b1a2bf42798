import type { KubernetesObject } from "slipway";
import type { LiveObject } from "../runbook-runner.ts";

export const object = (apiVersion: string, kind: string, namespace: string, name: string, rest: object) =>
  ({ apiVersion, kind, metadata: { name, namespace }, ...rest }) as unknown as KubernetesObject;
const podOf = (labels: object, spec: object = {}) => ({
  metadata: { labels },
  spec: { containers: [{ name: "web", image: "web:1" }], ...spec },
});
export const app = { app: "web" };
export const named = { "app.kubernetes.io/name": "web" };

export interface WorkloadOptions {
  readonly name?: string;
  readonly labels?: object;
  readonly selector?: object;
  readonly pod?: object;
  readonly spec?: object;
}
const workload =
  (kind: string, base: object) =>
  (namespace: string, { name = "web", labels = app, selector = labels, pod = {}, spec = {} }: WorkloadOptions = {}) =>
    object("apps/v1", kind, namespace, name, {
      spec: { ...base, selector: { matchLabels: selector }, template: podOf(labels, pod), ...spec },
    });
export const deployment = workload("Deployment", { replicas: 2 });
export const daemonSet = workload("DaemonSet", {});
export const claimSpec = (storage: string, storageClassName = "growing") => ({
  storageClassName,
  accessModes: ["ReadWriteOnce"],
  resources: { requests: { storage } },
});
export const withClaims = (storage: string) => ({ volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claimSpec(storage) }] });
export const statefulSet = workload("StatefulSet", { replicas: 2, serviceName: "web" });
export const service = (namespace: string, spec: object = {}, name = "web") =>
  object("v1", "Service", namespace, name, { spec: { selector: app, ports: [{ port: 80 }], ...spec } });
export const claim = (namespace: string, spec: object, name = "data") => object("v1", "PersistentVolumeClaim", namespace, name, { spec });
export const uses = (claimName: string) => ({ volumes: [{ name: "data", persistentVolumeClaim: { claimName } }] });
export const ingress = (namespace: string, port: number) =>
  object("networking.k8s.io/v1", "Ingress", namespace, "web", {
    spec: {
      rules: [
        {
          host: "web.example",
          http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: port } } } }] },
        },
      ],
    },
  });
export const job = (namespace: string, image: string) =>
  object("batch/v1", "Job", namespace, "work", {
    spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "web", image }] } } },
  });
export const cronJob = (namespace: string) =>
  object("batch/v1", "CronJob", namespace, "work", {
    spec: {
      schedule: "* * * * *",
      jobTemplate: {
        spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "web", image: "web:1" }], ...uses("data") } } },
      },
    },
  });
export const definition = (versions: readonly (readonly [name: string, storage: boolean])[]) =>
  ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "webs.web.example" },
    spec: {
      group: "web.example",
      scope: "Namespaced",
      names: { kind: "Web", plural: "webs" },
      versions: versions.map(([name, storage]) => ({
        name,
        storage,
        served: true,
        schema: {
          openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties: { size: { type: "integer" } } } } },
        },
      })),
    },
  }) as unknown as KubernetesObject;
export const custom = (namespace: string, version: string) =>
  object(`web.example/${version}`, "Web", namespace, "web", { spec: { size: 3 } });

export const held = (objects: readonly LiveObject[], kind: string, name: string) =>
  objects.find((entry) => entry.kind === kind && entry.metadata.name === name);
export const specOf = (objects: readonly LiveObject[], kind: string, name: string) => held(objects, kind, name)?.spec;
export const idsOf = (objects: readonly LiveObject[], kind: string) =>
  objects
    .filter((entry) => entry.kind === kind && !entry.metadata.deletionTimestamp)
    .map(({ metadata }) => metadata.uid)
    .sort();
export const volumesOf = (objects: readonly LiveObject[]) =>
  Object.fromEntries(
    objects
      .filter(({ kind }) => kind === "PersistentVolumeClaim")
      .map(({ metadata, spec }) => [metadata.name, (spec as { volumeName?: string }).volumeName]),
  );
