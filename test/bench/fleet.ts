/** One measurement in a process of its own, which loads only what its way needs: `jiti test/bench/fleet.ts WAY APPS DIR` writes a fleet to DIR in one way and prints milliseconds and peak memory as JSON. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiObject, App as Cdk8sApp, Chart, YamlOutputType } from "cdk8s";

const [way = "", count = "0", folder = ""] = process.argv.slice(2);
const names = Array.from({ length: Number(count) }, (_, index) => `app-${index}`);

/** The objects of one app of the fleet as bare cdk8s is given them: Deployment, Service, Ingress and ConfigMap. */
function addBareObjects(chart: Chart, name: string): void {
  const metadata = { name, namespace: "fleet", labels: { app: name } };
  const container = {
    name,
    image: `registry.example/team/${name}:1.0.0`,
    ports: [{ name: "http", containerPort: 8080 }],
    env: [{ name: "A", value: "1" }],
    envFrom: [{ configMapRef: { name: `${name}-config` } }],
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "128Mi" } },
    readinessProbe: { httpGet: { path: "/ready", port: "http" } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
  };
  const pod = {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: [container],
  };
  new ApiObject(chart, "config", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { ...metadata, name: `${name}-config` },
    data: { LOG_LEVEL: "info", REGION: "eu" },
  });
  new ApiObject(chart, "deployment", {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: pod } },
  });
  new ApiObject(chart, "service", {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { type: "ClusterIP", selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: "http" }] },
  });
  const path = { path: "/", pathType: "Prefix", backend: { service: { name, port: { name: "http" } } } };
  new ApiObject(chart, "ingress", {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata,
    spec: { rules: [{ host: `${name}.fleet.example`, http: { paths: [path] } }] },
  });
}

async function slipway(): Promise<void> {
  const { app, environment, render } = await import("slipway");
  const { planTree, writeTree } = await import("../../lib/manifest/index.ts");
  const apps = names.map((name) =>
    app(name, {
      namespace: "fleet",
      workload: { kind: "Deployment", replicas: 1 },
      container: {
        image: `team/${name}:1.0.0`,
        ports: { http: 8080 },
        env: { A: "1" },
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "128Mi" } },
        probes: { readiness: { http: "/ready" } },
      },
      serviceAccount: { create: false, name: "default" },
      service: { ports: { http: 80 } },
      routes: { all: { path: "/" } },
      config: { env: { LOG_LEVEL: "info", REGION: "eu" } },
    }),
  );
  const fleet = environment("fleet", {
    kubernetes: "1.34",
    cluster: { name: "fleet" },
    registry: "registry.example",
    domain: "fleet.example",
    argocd: { repository: "https://git.example/fleet.git" },
    apps,
  });
  const { files } = render(fleet, { read: () => undefined });
  writeTree(planTree(folder, files));
}

/** The floor: constructs, toJson and YAML by a general library, one App for each app. */
async function bare(): Promise<void> {
  const { stringify } = await import("yaml");
  for (const name of names) {
    const chart = new Chart(new Cdk8sApp(), name, { disableResourceNameHashes: true });
    addBareObjects(chart, name);
    mkdirSync(join(folder, name), { recursive: true });
    for (const object of chart.toJson())
      writeFileSync(join(folder, name, `${object.kind}.${object.metadata.name}.k8s.yaml`), stringify(object));
  }
}

/** The same fleet as people write it first: a chart for each app in one App. */
async function oneApp(): Promise<void> {
  const all = new Cdk8sApp({ outdir: folder, yamlOutputType: YamlOutputType.FILE_PER_CHART });
  for (const name of names) addBareObjects(new Chart(all, name, { disableResourceNameHashes: true }), name);
  all.synth();
}

const ways: Readonly<Record<string, () => Promise<void>>> = { slipway, "slipway, nothing changed": slipway, bare, "one App": oneApp };
if (way !== "slipway, nothing changed") rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await ways[way]?.();
// Counted from the start of the process, so that loading is in it.
process.stdout.write(
  JSON.stringify({ milliseconds: Math.round(performance.now()), megabytes: Math.round(process.resourceUsage().maxRSS / 1024) }),
);
