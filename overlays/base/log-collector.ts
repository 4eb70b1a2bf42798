import { ApiObject } from "cdk8s";
import { app } from "slipway";

/** Sends what containers write on every node to the log store. */
export const logCollector = app("log-collector", {
  namespace: "platform-logging",
  project: "platform",
  workload: { kind: "DaemonSet", updateStrategy: { type: "RollingUpdate", maxUnavailable: "10%" } },
  container: {
    image: "cr.fluentbit.example/fluent/fluent-bit:3.2.4",
    args: ["-c", "/etc/config/fluent-bit.yaml"],
    ports: { metrics: 2020 },
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "128Mi" } },
    env: { NODE_NAME: { field: "spec.nodeName" } },
    probes: { liveness: { http: "/api/v1/health", periodSeconds: 30 } },
    mounts: { "/var/log": { volume: "logs", readOnly: true }, "/var/lib/fluent-bit": "position" },
  },
  volumes: {
    logs: { hostPath: { path: "/var/log", type: "Directory" } },
    position: { hostPath: { path: "/var/lib/fluent-bit", type: "DirectoryOrCreate" } },
  },
  // Logs belong to root of the node, and every node has some.
  pod: {
    security: { runAsNonRoot: false, runAsUser: 0 },
    tolerations: { "every-taint": { operator: "Exists" } },
    priorityClass: "system-node-critical",
  },
  serviceAccount: { token: true },
  config: {
    files: {
      "fluent-bit.yaml": `service:
  http_server: on
  health_check: on
pipeline:
  inputs:
    - name: tail
      path: /var/log/containers/*.log
      db: /var/lib/fluent-bit/tail.db
  filters:
    - name: kubernetes
      match: "*"
  outputs:
    - name: http
      match: "*"
      host: logs.dominos.example
      port: 443
      tls: on
`,
    },
  },
  uses: { "log-store": { cidr: "10.30.0.0/24", ports: { https: 443 } }, "api-server": { cidr: "10.0.0.0/16", ports: { https: 443 } } },
  accepts: { metrics: { namespace: "monitoring" } },
  extend: (chart, { app, spec }) => {
    new ApiObject(chart, "role", {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: app },
      rules: [{ apiGroups: [""], resources: ["namespaces", "pods"], verbs: ["get", "list", "watch"] }],
    });
    new ApiObject(chart, "binding", {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: app },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: app },
      subjects: [{ kind: "ServiceAccount", name: app, namespace: spec.namespace }],
    });
  },
});
