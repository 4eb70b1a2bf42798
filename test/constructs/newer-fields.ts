import { ApiObject } from "cdk8s";
import type { Construct } from "constructs";

/** An app with the fields that newer versions of Kubernetes brought, all that the model writes and one object beside it. */
export const newerApp = {
  workload: { kind: "StatefulSet", replicas: 2, serviceName: "demo", updateStrategy: { type: "RollingUpdate", maxUnavailable: 2 } },
  container: {
    image: "demo:1",
    ports: { http: 8080 },
    resizePolicy: { cpu: "NotRequired", memory: "RestartContainer" },
    resources: { claims: [{ name: "gpu" }] },
    probes: { readiness: { http: "/ready" } },
    mounts: { "/models": "models" },
  },
  sidecars: {
    proxy: { image: "proxy:1", native: true, ports: { admin: 9000 }, probes: { startup: { http: { path: "/", port: "admin" } } } },
  },
  pod: {
    hostUsers: false,
    resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } },
    resourceClaims: [{ name: "gpu", resourceClaimTemplateName: "gpu" }],
  },
  volumes: { models: { image: { reference: "registry.example/models:1", pullPolicy: "IfNotPresent" } } },
  service: { ports: { http: 80 }, trafficDistribution: "PreferSameZone" },
  extend: (chart: Construct) => {
    new ApiObject(chart, "policy", {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingAdmissionPolicy",
      metadata: { name: "demo-labels" },
      spec: {
        matchConstraints: { resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }] },
        reinvocationPolicy: "Never",
        mutations: [
          { patchType: "ApplyConfiguration", applyConfiguration: { expression: 'Object{metadata: Object.metadata{labels: {"a": "b"}}}' } },
        ],
      },
    });
  },
} as const;

const pod = "spec.template.spec";
/** Where those fields are in the objects. */
export const newerFields = [
  ["StatefulSet", "spec.updateStrategy.rollingUpdate.maxUnavailable"],
  ["StatefulSet", `${pod}.containers[0].resizePolicy[1]`],
  ["StatefulSet", `${pod}.containers[0].resources.claims[0].name`],
  ["StatefulSet", `${pod}.initContainers[0].restartPolicy`],
  ["StatefulSet", `${pod}.initContainers[0].startupProbe.httpGet.path`],
  ["StatefulSet", `${pod}.resources.requests.cpu`],
  ["StatefulSet", `${pod}.resources.limits.memory`],
  ["StatefulSet", `${pod}.resourceClaims[0].resourceClaimTemplateName`],
  ["StatefulSet", `${pod}.volumes[0].image.reference`],
  ["Service", "spec.trafficDistribution"],
  ["MutatingAdmissionPolicy", "spec.mutations[0].patchType"],
] as const;
