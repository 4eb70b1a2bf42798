import { type Review, review, treeOf } from "../../lib/review/index.ts";

const object = (apiVersion: string, kind: string, rest: object, name = "web", namespace = "shop") => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  ...rest,
});
export const app = { app: "web" };
export const named = { "app.kubernetes.io/name": "web" };
export const template = (labels: object = app, spec: object = {}) => ({
  metadata: { labels },
  spec: { containers: [{ name: "web", image: "web:1" }], ...spec },
});
export const claimSpec = (storage: string, storageClassName = "disk", rest: object = {}) => ({
  accessModes: ["ReadWriteOnce"],
  storageClassName,
  resources: { requests: { storage } },
  ...rest,
});
export const claims = (storage: string, name = "data") => ({ volumeClaimTemplates: [{ metadata: { name }, spec: claimSpec(storage) }] });
export const set = (spec: object = {}, name = "web", namespace = "shop") =>
  object(
    "apps/v1",
    "StatefulSet",
    { spec: { replicas: 2, serviceName: "web", selector: { matchLabels: app }, template: template(), ...spec } },
    name,
    namespace,
  );
export const deployment = (spec: object = {}, name = "web", namespace = "shop") =>
  object(
    "apps/v1",
    "Deployment",
    { spec: { replicas: 2, selector: { matchLabels: app }, template: template(), ...spec } },
    name,
    namespace,
  );
export const daemonSet = (labels: object, spec: object = {}) =>
  object("apps/v1", "DaemonSet", { spec: { selector: { matchLabels: labels }, template: template(labels), ...spec } });
export const service = (spec: object, name = "web", namespace = "shop") =>
  object("v1", "Service", { spec: { selector: app, ports: [{ port: 80 }], ...spec } }, name, namespace);
export const ingress = (port: object, name = "web") =>
  object(
    "networking.k8s.io/v1",
    "Ingress",
    { spec: { rules: [{ http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port } } }] } }] } },
    name,
  );
export const job = (image: string, name = "web", rest: object = {}) =>
  object(
    "batch/v1",
    "Job",
    { spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "web", image }], ...rest } } } },
    name,
  );
export const claim = (spec: object, name = "data", namespace = "shop") => object("v1", "PersistentVolumeClaim", { spec }, name, namespace);
export const usesClaim = (claimName = "data") => ({ volumes: [{ name: "data", persistentVolumeClaim: { claimName } }] });
export const storageClass = (allowVolumeExpansion: boolean) => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "disk" },
  provisioner: "disk.example",
  allowVolumeExpansion,
});
export const autoscalerOf = (kind: string, name = "web") =>
  object(
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    { spec: { scaleTargetRef: { apiVersion: "apps/v1", kind, name }, minReplicas: 2, maxReplicas: 4 } },
    name,
  );
export const scaledObject = (scaleTargetRef: object) =>
  object("keda.sh/v1alpha1", "ScaledObject", { spec: { scaleTargetRef, triggers: [{ type: "cpu", metadata: { value: "50" } }] } });
export const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
export const definition = (versions: readonly (readonly [name: string, storage: boolean, fields: readonly string[]])[]) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "webs.web.example" },
  spec: {
    group: "web.example",
    scope: "Namespaced",
    names: { kind: "Web", plural: "webs" },
    versions: versions.map(([name, storage, fields]) => ({
      name,
      storage,
      served: true,
      schema: {
        openAPIV3Schema: {
          type: "object",
          properties: { spec: { type: "object", properties: Object.fromEntries(fields.map((field) => [field, { type: "string" }])) } },
        },
      },
    })),
  },
});

export type Objects = readonly object[];
export const reviewed = (before: Objects, after: Objects, more: Readonly<Record<string, object>> = {}) => {
  const tree = (items: Objects) =>
    treeOf(
      new Map(
        Object.entries({ "web/all.json": { apiVersion: "v1", kind: "List", items }, ...more }).map(([path, file]) => [
          path,
          JSON.stringify(file),
        ]),
      ),
      "test",
    );
  return review(tree(before), tree(after), { kubernetes: "1.34" });
};
export const idsOf = ({ runbooks }: Review) => runbooks.map(({ id }) => id).sort();
export const commandsOf = ({ runbooks }: Review) =>
  runbooks.flatMap(({ steps }) => steps.flatMap(({ command }) => command?.split("\n") ?? []));
