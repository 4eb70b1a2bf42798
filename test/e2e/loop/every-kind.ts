/** Overlays of an environment whose apps, between them, are of every kind the model makes, with as many fields as fit together. */
export const everyKind = (repository: string, provider: object): Record<string, string> => ({
  "overlays/index.ts": `import { app, environment } from "slipway";
import { ApiObject } from "cdk8s";
const namespace = "shop";
const resources = { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "16Mi" } };
const container = { image: "docker.io/library/web:1", ports: { http: 8080 }, resources, probes: { readiness: { http: "/ready" }, liveness: { tcp: "http" }, startup: { exec: ["true"] } } };
const secrets = { env: { TOKEN: { key: "shop/web", property: "token" } }, files: { "key.pem": { key: "shop/web", property: "key" } } };
const web = app("web", {
  namespace,
  workload: { kind: "Deployment", replicas: 2, minReadySeconds: 1, strategy: { type: "RollingUpdate", maxSurge: "50%", maxUnavailable: 0 } },
  container: { ...container, env: { POD: { field: "metadata.name" }, BOTH: "$(POD)-x" }, mounts: { "/data": "data", "/tmp": "tmp" } },
  sidecars: { proxy: { image: "docker.io/library/proxy:1", resources } },
  initContainers: { prepare: { image: "docker.io/library/prepare:1", resources, order: 1 } },
  volumes: { tmp: { emptyDir: { sizeLimit: "1Gi" } }, data: { claim: "data" } },
  storage: { data: { size: "1.5Gi", accessModes: ["ReadWriteMany"] } },
  service: { type: "LoadBalancer", ports: { http: 80 } },
  ingress: { tls: true },
  routes: { all: { path: "/" }, exact: { path: "/health", pathType: "Exact" } },
  config: { env: { LEVEL: "info", EMPTY: "" }, files: { "a.conf": "a = 1\\n" } },
  secrets,
  serviceAccount: { roleArn: "arn:aws:iam::222222222222:role/web", token: true },
  autoscaling: { minReplicas: 2, maxReplicas: 4, cpu: 80 },
  disruptionBudget: { maxUnavailable: "50%" },
  uses: { db: {}, world: { cidr: "203.0.113.0/24", ports: { https: 443 } } },
  jobs: {
    migrate: { hook: "Sync", container: { args: ["migrate"] } },
    report: { hook: "PostSync", container: { args: ["report"] } },
    once: { container: { args: ["once"] } },
  },
  extend: (chart) => { new ApiObject(chart, "raw", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "raw" }, data: { a: "b" } }); },
});
const db = app("db", {
  namespace,
  workload: { kind: "StatefulSet", replicas: 2, podManagementPolicy: "Parallel", claims: { data: { size: "1Gi" } }, claimRetention: { whenScaled: "Delete", whenDeleted: "Retain" } },
  container: { ...container, ports: { db: 5432 }, probes: { readiness: { tcp: "db" } }, mounts: { "/data": "data" } },
  service: { type: "Headless", ports: { db: 5432 } },
});
const agent = app("agent", { namespace, workload: { kind: "DaemonSet" }, container: { ...container, image: "docker.io/library/agent:1" } });
const nightly = app("nightly", { namespace, workload: { kind: "CronJob", schedule: "0 3 * * *", timeZone: "Europe/Berlin" }, container: { image: "docker.io/library/nightly:1", resources } });
const once = app("once", { namespace, workload: { kind: "Job" }, container: { image: "docker.io/library/once:1", resources } });
const node = app("node", { namespace, workload: { kind: "Deployment" }, container, service: { type: "NodePort", ports: { http: 80 } }, secrets: { env: { PLAIN: "not a secret" } } });
const files = app("files", { namespace, config: { files: { "only.txt": "files\\n" } } });
const plain = app("plain", { namespace, defaults: "none", workload: { kind: "Deployment" }, container: { image: "docker.io/library/plain:1", ports: { http: 80 } }, service: { ports: { http: 80 } } });
export const everything = environment("everything", {
  kubernetes: "1.34",
  cluster: { name: "everything" },
  registry: "registry.example",
  domain: "shop.example",
  argocd: { repository: ${JSON.stringify(repository)} },
  ingress: { class: "nginx" },
  network: { policy: "default-deny", ingressController: { namespace: "ingress-nginx" } },
  namespaces: { shop: { podSecurity: "privileged" } },
  secrets: { literals: true, store: { name: "vault", kind: "ClusterSecretStore", provider: ${JSON.stringify(provider)} } },
  apps: [web, db, agent, nightly, once, node, files, plain],
});
`,
  "overlays/everything/kustomization.yaml": "resources:\n- ../../dist/everything\nimages: []\n",
});
