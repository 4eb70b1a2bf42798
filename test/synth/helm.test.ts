import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Project } from "../project.ts";
import { describeWithTools } from "../tools.ts";
import { tools } from "../tools-folder.ts";

const chart = {
  "charts/cache/Chart.yaml": "apiVersion: v2\nname: cache\nversion: 1.2.3\n",
  "charts/cache/values.yaml": "image: registry.example/cache\nreplicas: 1\npassword: ''\nmemory: 64Mi\n",
  "charts/cache/crds/caches.yaml": `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: caches.shop.example }
spec:
  group: shop.example
  scope: Namespaced
  names: { kind: Cache, plural: caches }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
`,
  "charts/cache/templates/deployment.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  annotations: { kubernetes: "{{ .Capabilities.KubeVersion.Minor }}" }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: cache } }
  template:
    metadata: { labels: { app: cache } }
    spec:
      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: cache
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
          image: {{ required "image is needed" .Values.image }}
          resources: { limits: { memory: {{ .Values.memory }} } }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: {{ .Release.Name }} }
rules: []
`,
  "charts/cache/templates/tests/test.yaml":
    'apiVersion: v1\nkind: Pod\nmetadata: { name: test, annotations: { "helm.sh/hook": test } }\nspec: { containers: [] }\n',
  "charts/cache/templates/secret.yaml":
    '{{ if .Values.secret }}apiVersion: v1\nkind: Secret\nmetadata: { name: {{ .Release.Name }} }\nstringData: { password: "{{ .Values.password | default (randAlphaNum 20) }}" }\n{{ end }}',
};
const pins = (tag: string) =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages:\n- name: registry.example/cache\n  newTag: ${tag}\n`;
const overlay = (dev: string, prod: string, more = "") => `
import { app, environment } from "slipway";
const cache = app("cache", { namespace: "shop", helm: { chart: "charts/cache", values: { replicas: 2 } } });
const settings = { registry: "registry.example", argocd: { repository: "https://git.example/x.git" } } as const;
export const dev = environment("dev", { ...settings, kubernetes: "1.34", cluster: { name: "dev" }, ${more} apps: [cache${dev}] });
export const prod = environment("prod", { ...settings, kubernetes: "1.33", cluster: { name: "prod" }, apps: [cache${prod}] });
`;

const project = new Project({
  ...chart,
  "overlays/dev/kustomization.yaml": pins("1.0.0"),
  "overlays/prod/kustomization.yaml": pins("0.9.0"),
});
const values = (text: string) => `.with({ helm: { values: ${text} } })`;
const slipway = (...args: string[]) => project.slipwayWith({ PATH: `${tools}${delimiter}${process.env.PATH}` }, ...args);

describeWithTools(["helm"], "an app that is a vendored Helm chart", () => {
  test("renders with each environment's values, version and pins, each object a file of its own", () => {
    project.write({ "overlays/index.ts": overlay("", values('{ replicas: 5, memory: "1Gi" }')) });
    expect(slipway("synth")).toMatchObject({ status: 0, stderr: "" });
    expect(Object.keys(project.files("dist/prod")).filter((path) => !path.startsWith("argocd/"))).toEqual([
      "cache/Deployment.cache.k8s.yaml",
      "kustomization.yaml",
      "shared/ClusterRole.cache.k8s.yaml",
      "shared/CustomResourceDefinition.caches.shop.example.k8s.yaml",
      "shared/Namespace.shop.k8s.yaml",
    ]);
    const [dev, prod] = ["dev", "prod"].map((name) => project.read(`dist/${name}/cache/Deployment.cache.k8s.yaml`));
    expect(dev).toContain("replicas: 2\n");
    expect(dev).toContain("image: registry.example/cache:1.0.0\n");
    expect(dev).toContain('kubernetes: "34"');
    expect(dev).toContain("namespace: shop\n");
    expect(prod).toContain("replicas: 5\n");
    expect(prod).toContain("memory: 1Gi\n");
    expect(prod).toContain("image: registry.example/cache:0.9.0\n");
    expect(prod).toContain('kubernetes: "33"');
    expect(slipway("synth", "--check").status).toBe(0);
  });

  test("a misspelt value is a warning that says what the chart has, and everything is written", () => {
    project.write({ "overlays/index.ts": overlay("", values('{ memroy: "1Gi" }')) });
    const { status, stderr } = slipway("synth");
    const warning =
      'overlays/index.ts:6: prod/cache: helm.values.memroy: the chart has no value "memroy", and Helm passes over it\n  Did you mean "memory"?\n';
    expect({ status, stderr }).toEqual({ status: 0, stderr: warning });
    expect(slipway("check")).toMatchObject({ status: 0, stderr: warning });
    const json = slipway("check", "--format", "json");
    expect(json).toMatchObject({ status: 0, stderr: warning });
    expect(JSON.parse(json.stdout)).toMatchObject({ summary: { errors: 0 } });
    expect(slipway("check", "--env", "dev").stderr).toBe("");
  });

  test("a slip in a file of values is one problem, with its line quoted", () => {
    project.write({
      "overlays/index.ts": overlay("", '.with({ helm: { valueFiles: ["prod.yaml"] } })'),
      "prod.yaml": "replicas: 2\nmemory 1Gi\nimage: a\n",
    });
    const { status, stderr } = slipway("synth");
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^prod\.yaml:2: prod\/cache: .*a colon is missing after it\n {2}2 \| memory 1Gi\n {2}Correct the YAML there\.\n\n1 problem; /,
    );
  });

  test("explain says which layer set a value of the chart", () => {
    project.write({ "overlays/index.ts": overlay("", values('{ replicas: 5, memory: "1Gi" }')) });
    const { stdout } = slipway("explain", "prod", "cache", "helm.values.replicas");
    expect(stdout).toMatch(/5.*\n.*with\(\).*overlays\/index.ts:6/);
    expect(stdout).toMatch(/base.*overlays\/index.ts:3/);
  });

  test("a chart that draws anew at each rendering is refused, and reported where, until the value is given", () => {
    const drawing = overlay(values("{ secret: true }"), "", "secrets: { literals: true },");
    project.write({ "overlays/index.ts": drawing });
    const before = project.files();
    const { status, stderr } = slipway("synth");
    expect(status).toBe(2);
    expect(stderr).toContain(
      "dev/cache: helm.chart: two renderings of the chart differ: stringData.password of Secret cache. Every synth would change it\n  Give the value",
    );
    expect(project.files()).toEqual(before);
    project.write({ "overlays/index.ts": drawing.replace("secret: true", 'secret: true, password: "dummy"') });
    expect(slipway("synth").status).toBe(0);
    expect(project.read("dist/dev/cache/Secret.cache.k8s.yaml")).toContain("password: dummy\n");
  });

  test("a literal secret of a chart is refused where the environment allows none", () => {
    project.write({ "overlays/index.ts": overlay("", values('{ secret: true, password: "dummy" }')) });
    expect(slipway("synth")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^prod\/cache: Secret shop\/cache: is a literal secret, which this environment doesn't allow\n/),
    });
  });

  test.each([
    [
      "a value it requires",
      values('{ image: "" }'),
      /^overlays\/index.ts:\d+: dev\/cache: helm: helm refuses the chart: .*image is needed\n/,
    ],
    [
      "a folder without chart",
      '.with({ helm: { chart: "charts/none" } })',
      /^overlays\/index.ts:\d+: dev\/cache: helm.chart: there is no chart in charts\/none\n/,
    ],
    [
      "a misspelt key",
      ".with({ helm: { value: {} } } as never)",
      /^overlays\/index.ts:\d+: dev\/cache: helm.value: unknown key "value"\n {2}Did you mean "values"\?/,
    ],
    ["an image without tag", values('{ image: "registry.example/other" }'), /"registry.example\/other" has neither tag nor digest/],
  ])("%s is reported", (_name, dev, message) => {
    project.write({ "overlays/index.ts": overlay(dev, "") });
    const { status, stderr } = slipway("synth");
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });

  test("Helm 4 writes the same dist as Helm 3", () => {
    if (!existsSync(join(tools, "helm4/helm"))) {
      process.stderr.write("skipped: Helm 4 isn't built; npm run tools installs it\n");
      return;
    }
    project.write({ "overlays/index.ts": overlay("", values('{ replicas: 5, memory: "1Gi" }')) });
    expect(slipway("synth")).toMatchObject({ status: 0, stderr: "" });
    const byHelm4 = project.slipwayWith({ PATH: `${join(tools, "helm4")}${delimiter}${process.env.PATH}` }, "synth", "--check");
    expect(byHelm4).toMatchObject({ status: 0, stderr: "" });
  });

  test("without helm the error says what to install", () => {
    project.write({ "overlays/index.ts": overlay("", "") });
    const { status, stderr } = project.slipwayWith({ PATH: "/nowhere" }, "synth");
    expect(status).toBe(2);
    expect(stderr).toContain(
      "overlays/index.ts:3: dev, prod: cache: helm: the app is a Helm chart, and `helm` isn't installed\n  Install Helm 3 or 4: https://helm.sh/",
    );
  });
});
