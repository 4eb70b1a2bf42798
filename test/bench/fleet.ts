/** One way of making a fleet, in a process of its own that loads only what the way needs: `jiti test/bench/fleet.ts WAY APPS DIR` writes it to DIR and prints its peak memory in MB. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiObject, App as Cdk8sApp, Chart, YamlOutputType } from "cdk8s";
import { application, appNames, appObjects } from "./objects.ts";

const [way = "", count = "0", folder = ""] = process.argv.slice(2);
const names = appNames(Number(count));

function addObjects(chart: Chart, name: string, withApplication: boolean): void {
  const objects = withApplication ? [...appObjects(name), application(name)] : appObjects(name);
  for (const object of objects) new ApiObject(chart, object.kind, object);
}

async function slipway(withCheck: boolean): Promise<void> {
  const { app, environment, render } = await import("slipway");
  const { planTree, writeTree } = await import("../../lib/dist/index.ts");
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
  const rendering = render(fleet, { read: () => undefined });
  if (withCheck) {
    const { check } = await import("../../lib/check/index.ts");
    const { checkable } = await import("../../lib/synth/index.ts");
    const { findings } = check([checkable(rendering)], "2030-01-01");
    const [error] = findings.filter(({ severity }) => severity !== "info");
    if (error) throw new Error(`the fleet isn't clean: ${error.rule} ${error.file} ${error.message}`);
  }
  writeTree(planTree(folder, rendering.files));
}

/** Constructs, toJson and YAML by a general library, one App for each app. */
async function bare(withApplication: boolean): Promise<void> {
  const { stringify } = await import("yaml");
  for (const name of names) {
    const chart = new Chart(new Cdk8sApp(), name, { disableResourceNameHashes: true });
    addObjects(chart, name, withApplication);
    mkdirSync(join(folder, name), { recursive: true });
    for (const object of chart.toJson())
      writeFileSync(join(folder, name, `${object.kind}.${object.metadata.name}.k8s.yaml`), stringify(object));
  }
}

/** As people write it first: a chart for each app in one App. */
async function oneApp(): Promise<void> {
  const all = new Cdk8sApp({ outdir: folder, yamlOutputType: YamlOutputType.FILE_PER_CHART });
  for (const name of names) addObjects(new Chart(all, name, { disableResourceNameHashes: true }), name, false);
  all.synth();
}

/** The same with the classes that cdk8s-plus offers for it. */
async function oneAppOfPlus(): Promise<void> {
  const plus = await import("cdk8s-plus-27");
  const all = new Cdk8sApp({ outdir: folder, yamlOutputType: YamlOutputType.FILE_PER_CHART });
  for (const name of names) {
    const chart = new Chart(all, name, { disableResourceNameHashes: true, namespace: "fleet", labels: { app: name } });
    const config = new plus.ConfigMap(chart, "config", { metadata: { name: `${name}-config` }, data: { LOG_LEVEL: "info", REGION: "eu" } });
    const deployment = new plus.Deployment(chart, "deployment", { metadata: { name }, replicas: 1 });
    deployment.addContainer({
      name,
      image: `registry.example/team/${name}:1.0.0`,
      portNumber: 8080,
      envVariables: { A: plus.EnvValue.fromValue("1") },
      envFrom: [plus.Env.fromConfigMap(config)],
      readiness: plus.Probe.fromHttpGet("/ready", { port: 8080 }),
    });
    const service = deployment.exposeViaService({ name, ports: [{ port: 80, targetPort: 8080 }] });
    new plus.Ingress(chart, "ingress", { metadata: { name } }).addHostRule(
      `${name}.fleet.example`,
      "/",
      plus.IngressBackend.fromService(service),
    );
  }
  all.synth();
}

const ways: Readonly<Record<string, () => Promise<void>>> = {
  slipway: () => slipway(false),
  "slipway with checks": () => slipway(true),
  bare: () => bare(false),
  "bare with Applications": () => bare(true),
  "one App": oneApp,
  "one App of cdk8s-plus": oneAppOfPlus,
};
mkdirSync(folder, { recursive: true });
await ways[way]?.();
process.stdout.write(String(Math.round(process.resourceUsage().maxRSS / 1024)));
