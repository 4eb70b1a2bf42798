import { check } from "../../lib/check/index.ts";
import { knownCluster } from "../../lib/cluster/index.ts";
import { readManifests } from "../../lib/kubernetes/index.ts";
import { checkable, render } from "../../lib/synth/index.ts";
import * as overlays from "../../overlays/index.ts";
import { Project } from "../project.ts";

const crd = '{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"}}}}}';
const snapshot = `apiVersion: slipway/v1
kind: ClusterSnapshot
kubernetes: "1.34"
apiResources:
  v1: { cluster: [Namespace], namespaced: [ConfigMap, Pod, Secret, Service] }
  apps/v1: { namespaced: [Deployment, StatefulSet] }
  example.org/v1: { cluster: [Widget] }
  networking.k8s.io/v1: { cluster: [IngressClass], namespaced: [Ingress] }
customResources:
  - { group: example.org, kind: Widget, versions: { v1: '${crd}' } }
policies: [{ apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, name: named, spec: {} }]
webhooks: [{ kind: ValidatingWebhookConfiguration, name: gate, webhooks: [] }]
classes:
  IngressClass: { public: { spec: { controller: example.org/ingress } } }
  PriorityClass: { urgent: { value: 1, globalDefault: true } }
namespaces:
  shop:
    labels: { pod-security.kubernetes.io/enforce: baseline }
    secrets: { database: Opaque, registry: Opaque }
    configMaps: { settings: [LOG_LEVEL] }
    services: { web: { ports: [{ name: http, port: 80, nodePort: 30080 }] }, members: { headless: true, ports: [{ port: 5432 }] } }
    resourceQuotas: { few: { hard: { pods: "1" } } }
    limitRanges: { wrong: { limits: { type: Container } } }
`;

const found = (yaml: string, { isPart = true, text = snapshot } = {}) => {
  const manifests = readManifests(yaml).objects.map(({ object }) => ({ object, app: "", file: "a.yaml" }));
  const environment = { name: "test", kubernetes: "1.34", isPart, manifests };
  const run = (known: object) => check([{ ...environment, ...known }], "2030-01-01");
  const linesOf = ({ findings }: ReturnType<typeof check>) =>
    findings.map(({ severity, rule, message }) => `${severity} ${rule}: ${message}`);
  const report = run({ cluster: knownCluster(text, "prod.yaml") });
  return { lines: linesOf(report), without: linesOf(run({})), report };
};
const pod = (spec: string) => `apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: shop }\nspec: ${spec}\n`;
const reading = (env: string) => pod(`{ containers: [{ name: a, image: 'a:1', ${env} }] }`);
const references = (lines: readonly string[]) => lines.filter((line) => line.includes(" references/"));

test("what the cluster has isn't missing, and what it lacks is a warning in a part and an error in a whole", () => {
  const env = (name: string) => reading(`env: [{ name: A, valueFrom: { secretKeyRef: { name: ${name}, key: any } } }]`);
  expect(references(found(env("database")).lines)).toEqual([]);
  const { lines, without, report } = found(env("nowhere"));
  expect(references(without)).toEqual([expect.stringMatching(/^info /)]);
  expect(references(lines)).toEqual([expect.stringMatching(/^warning .*"nowhere".*; the cluster has none either, as of prod\.yaml$/)]);
  expect(report.coverage.referencesOutside).toEqual([]);
  expect(references(found(env("nowhere"), { isPart: false }).lines)).toEqual([expect.stringMatching(/^error /)]);
  expect(references(found(env("nowhere"), { text: `notAllowed: [secrets]\n${snapshot}` }).lines)).toEqual([
    expect.stringMatching(/^info /),
  ]);
});

test("a ConfigMap's keys are known, and a Secret's aren't", () => {
  const key = (name: string) => reading(`env: [{ name: A, valueFrom: { configMapKeyRef: { name: settings, key: ${name} } } }]`);
  expect(references(found(key("LOG_LEVEL")).lines)).toEqual([]);
  expect(references(found(key("OTHER")).lines)).toEqual([expect.stringMatching(/OTHER/)]);
});

test("an object of the manifests counts before the cluster's", () => {
  const own = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\ndata: { OTHER: a }\n---\n";
  const read = reading("env: [{ name: A, valueFrom: { configMapKeyRef: { name: settings, key: OTHER } } }]");
  const { lines } = found(own + read);
  expect(lines.filter((line) => /references\/|duplicate/.test(line))).toEqual([]);
});

test("nothing is reported about the cluster's own objects, and they aren't counted", () => {
  const { lines, without, report } = found("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\n");
  expect(lines).toEqual(without);
  expect([report.summary.manifests, report.coverage.objects]).toEqual([1, 1]);
  expect(report.coverage.rulesNotEvaluated).toEqual(["ValidatingAdmissionPolicy named", "webhook gate"]);
});

test("namespaces, quotas, classes, types and ports of the cluster count", () => {
  const workload = (spec: string, extra = "") => `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: a, namespace: shop }
spec: { replicas: 2, ${extra} selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: ${spec} } }
`;
  const plain = "{ containers: [{ name: a, image: 'a:1' }] }";
  expect(found(workload("{ hostNetwork: true, containers: [{ name: a, image: 'a:1' }] }")).lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^error security\/pod-standard/),
      expect.stringMatching(/^warning rollout\/quota: .* of the cluster allows 1 pods/),
    ]),
  );
  expect(references(found(workload(plain, "serviceName: members,")).lines)).toEqual([]);
  expect(references(found(workload(plain, "serviceName: web,")).lines)).toEqual([expect.stringMatching(/headless/)]);
  expect(references(found(pod("{ imagePullSecrets: [{ name: registry }], containers: [] }")).lines)).toEqual([
    expect.stringMatching(/pull-secret-type/),
  ]);
  const ingress = (name: string, port: number) =>
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a, namespace: shop }\nspec: { ingressClassName: ${name}, defaultBackend: { service: { name: web, port: { number: ${port} } } } }\n`;
  expect(references(found(ingress("public", 80)).lines)).toEqual([]);
  expect(references(found(ingress("private", 81)).lines)).toEqual([
    expect.stringMatching(/ingress-backend: Service "web" has no port 81/),
    expect.stringMatching(/references\/class.*"private".*the cluster has none either/),
  ]);
  const nodePort =
    "apiVersion: v1\nkind: Service\nmetadata: { name: b, namespace: shop }\nspec: { type: NodePort, ports: [{ port: 80, nodePort: 30080 }] }\n";
  expect(found(nodePort).lines).toEqual([expect.stringMatching(/node-port-twice: Service shop\/web has the node port 30080/)]);
});

test("what an operator writes, and a hook reads before the sync, isn't judged by the cluster's copy", () => {
  const external =
    "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: database, namespace: shop }\nspec: { secretStoreRef: { name: a, kind: Other }, target: { name: database }, data: [{ secretKey: a, remoteRef: { key: a } }] }\n";
  const known = snapshot.replace(
    "  networking.k8s.io/v1:",
    "  external-secrets.io/v1: { namespaced: [ExternalSecret] }\n  batch/v1: { namespaced: [Job] }\n  networking.k8s.io/v1:",
  );
  const { lines, without } = found(external, { text: known });
  expect(lines).toEqual(without);
  const hook = `apiVersion: batch/v1
kind: Job
metadata: { name: a, namespace: shop, annotations: { argocd.argoproj.io/hook: PreSync } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: 'a:1', envFrom: [{ configMapRef: { name: settings } }] }] } } }
`;
  expect(found(hook, { text: known }).lines.filter((line) => line.includes("sync-order"))).toEqual([]);
});

test("kinds are those that the cluster serves, with its schemas", () => {
  const of = (apiVersion: string, kind: string, spec = "{}") =>
    found(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\nspec: ${spec}\n`).lines.filter((line) =>
      line.includes(" schema/"),
    );
  expect(of("example.org/v1", "Widget", "{ size: 1 }")).toEqual([]);
  expect(of("example.org/v1", "Widget", "{ size: large }")).toEqual(['error schema/fields: expected an integer, found "large"']);
  expect(of("example.org/v2", "Widget")).toEqual([
    "error schema/api-version: the cluster doesn't serve example.org/v2 Widget, as of prod.yaml",
  ]);
  expect(of("example.org/v1", "Wigdet")).toEqual([
    "error schema/api-version: the cluster doesn't serve example.org/v1 Wigdet, as of prod.yaml",
  ]);
  expect(of("other.example/v1", "Thing")).toEqual([
    "error schema/api-version: the cluster doesn't serve other.example/v1 Thing, as of prod.yaml",
  ]);
  expect(of("cert-manager.io/v1", "ClusterIssuer", "{ selfSigned: {} }")).toEqual([
    "warning schema/api-version: the cluster doesn't serve cert-manager.io/v1 ClusterIssuer, as of prod.yaml",
  ]);
  const defined = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.other.example }
spec: { group: other.example, scope: Cluster, names: { kind: Thing, plural: things }, versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }] }
---
apiVersion: other.example/v1
kind: Thing
metadata: { name: a }
`;
  expect(found(defined).lines.filter((line) => line.includes("Thing,"))).toEqual([]);
});

describe("the command", () => {
  const manifest = "apiVersion: example.org/v1\nkind: Widget\nmetadata: { name: a }\nspec: { size: large }\n";
  const schema = (more: object = {}) =>
    JSON.stringify({
      type: "object",
      properties: { spec: { type: "object", properties: { size: { type: ["integer", "null"] } }, ...more } },
    });
  const project = new Project({
    "manifests/widget.yaml": manifest,
    "clusters/prod.yaml": snapshot,
    "catalog/example.org/widget_v1.json": schema(),
    "flat/widget-example.org-v1.json": schema(),
    "short/widget-example-v1.json": schema(),
    "crds/widget.yaml": `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: widgets.example.org }\nspec: { group: example.org, scope: Cluster, names: { kind: Widget, plural: widgets }, versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: ${crd} } }] }\n`,
    "broken/example.org/widget_v1.json": "{",
    "deep/example.org/widget_v1.json": `${'{"items":'.repeat(3000)}1${"}".repeat(3000)}`,
    "odd/example.org/widget_v1.json":
      '{"type":["object","x"],"properties":{"__proto__":{"type":"string"},"spec":true},"required":1,"pattern":5,"allOf":{},"$ref":"#/definitions/a"}',
  });
  const run = (...args: string[]) => {
    const { stdout, stderr, status } = project.slipway("check", "manifests", "--format", "json", ...args);
    if (stdout === "") return { stderr, status, findings: [] };
    const { findings } = JSON.parse(stdout) as { findings: { severity: string; message: string; fix: string; file: string }[] };
    return { stderr, status, findings: findings.map(({ severity, message, fix, file }) => ({ severity, message, fix, file })) };
  };

  test.each([
    ["--snapshot", "clusters/prod.yaml", "clusters/prod.yaml"],
    ["--schemas", "crds", "crds/widget.yaml"],
    ["--schemas", "catalog", "catalog/example.org/widget_v1.json"],
    ["--schemas", "flat/", "flat/widget-example.org-v1.json"],
    ["--schemas", "short", "short/widget-example-v1.json"],
  ])("%s %s gives the schema, and the finding names it", (option, value, source) => {
    expect(run(option, value).findings).toEqual([
      {
        severity: "error",
        file: "manifests/widget.yaml",
        message: 'expected an integer, found "large"',
        fix: expect.stringMatching(new RegExp(`The schema is that of ${source}\\.$`)),
      },
    ]);
  });

  test("the snapshot counts before a folder of schemas", () => {
    expect(run("--schemas", "catalog", "--snapshot", "clusters/prod.yaml").findings[0]?.fix).toMatch(/that of clusters\/prod\.yaml/);
  });

  test.each([
    ["broken", "isn't JSON"],
    ["deep", "is nested too deep"],
  ])("a JSON schema that can't be used is a finding: %s", (folder, message) => {
    expect(run("--schemas", folder).findings).toEqual([
      expect.objectContaining({ severity: "error", file: `${folder}/example.org/widget_v1.json`, message }),
    ]);
  });

  test("what a JSON schema says in another way than a CRD is left open", () => {
    expect(run("--schemas", "odd").findings).toEqual([]);
  });

  test("a missing snapshot or folder is a problem with its fix", () => {
    expect(run("--snapshot", "nowhere.yaml")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/the file nowhere\.yaml does not exist\n.*slipway cluster snapshot --out nowhere\.yaml/),
    });
    expect(run("--snapshot", "manifests/widget.yaml")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/isn't a snapshot of a cluster/),
    });
    expect(run("--schemas", "nowhere")).toMatchObject({ status: 2, stderr: expect.stringMatching(/nowhere: isn't a folder/) });
  });
});

describe("an environment that names a snapshot", () => {
  const [environment] = Object.values(overlays);
  const rendering = render(environment as (typeof overlays)["dev"]);
  const withSnapshot = {
    ...rendering,
    settings: { ...rendering.settings, kubernetes: "1.34", cluster: { name: "prod", snapshot: "clusters/prod.yaml" } },
  };

  test("is checked by it, and says where its version differs", () => {
    expect(checkable(withSnapshot, "dist", () => snapshot)).toMatchObject({ cluster: { file: "clusters/prod.yaml", kubernetes: "1.34" } });
    const { findings } = check([checkable(withSnapshot, "dist", () => snapshot.replace("1.34", "1.33"))], "2030-01-01");
    expect(findings.filter(({ rule }) => rule === "fleet/snapshot-version")).toEqual([
      expect.objectContaining({
        severity: "warning",
        file: "clusters/prod.yaml",
        message: "the cluster had Kubernetes 1.33, and the environment is for 1.34",
      }),
    ]);
  });

  test("whose file is missing or wrong is a problem", () => {
    expect(() => checkable(withSnapshot, "dist", () => undefined)).toThrow(
      /cluster\.snapshot: the file clusters\/prod\.yaml does not exist/,
    );
    expect(() => checkable(withSnapshot, "dist", () => "a: [")).toThrow(/clusters\/prod\.yaml.*isn't valid YAML/);
  });
});
