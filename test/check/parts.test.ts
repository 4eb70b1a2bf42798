import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { type CheckedEnvironment, check, rules } from "../../lib/check/index.ts";
import { Project } from "../project.ts";
import { describeWithTools } from "../tools.ts";
import { tools } from "../tools-folder.ts";

const objectsIn = (yaml: string) => parseAllDocuments(yaml, { uniqueKeys: false }).map((document) => document.toJS());
const reportOf = (yaml: string, more: Partial<CheckedEnvironment> = {}) =>
  check(
    [{ name: "test", kubernetes: "1.34", manifests: objectsIn(yaml).map((object) => ({ object, app: "", file: "a.yaml" })), ...more }],
    "2030-01-01",
  );
const outcome = (yaml: string, more: Partial<CheckedEnvironment> = {}) =>
  reportOf(yaml, more).findings.map(({ rule, severity }) => `${severity} ${rule}`);

describe("an object's namespace", () => {
  /** Examples all of whose namespaced objects name the namespace shop, now written for the server's default. */
  const examples = rules.flatMap(({ id, bad, good }) =>
    [bad, good].filter((yaml) => /namespace: shop\b/.test(yaml)).map((yaml) => [id, yaml.replaceAll("shop", "default")] as const),
  );
  const withoutLine = (yaml: string) =>
    yaml.replace(/(metadata: \{ name: [^,{}]+), namespace: default/g, "$1").replace(/^ +namespace: default\n/gm, "");

  test(`is the default where the line is missing: ${examples.length} examples of rules have the same findings with and without it`, () => {
    const changed = examples.filter(([, yaml]) => withoutLine(yaml) !== yaml);
    expect(changed.length).toBeGreaterThan(80);
    for (const [id, yaml] of changed) expect([id, outcome(withoutLine(yaml))]).toEqual([id, outcome(yaml)]);
  });

  const reader = (metadata: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: ${metadata}\nspec: { containers: [{ name: a, image: 'a:1', envFrom: [{ configMapRef: { name: settings } }] }] }\n`;
  const settings = (metadata: string) => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: ${metadata}\n`;

  test("comes from the command line, and messages don't name what the author didn't", () => {
    const yaml = `${reader("{ name: a }")}${settings("{ name: settings, namespace: shop }")}`;
    expect(outcome(yaml, { namespace: "shop" })).not.toContain("error references/configuration");
    const [finding] = reportOf(yaml).findings.filter(({ rule }) => rule === "references/configuration");
    expect(finding?.message).toBe('nothing creates the ConfigMap "settings"');
  });

  test("comes from the Application or the Kustomization that applies the folder", () => {
    const appliers = [
      "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: web, namespace: argocd }\nspec: { project: default, source: { repoURL: 'https://git.example/a.git', path: apps/web }, destination: { name: in-cluster, namespace: shop } }\n",
      "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: web, namespace: flux-system }\nspec: { interval: 1m, path: ./apps/web, prune: true, targetNamespace: shop, sourceRef: { kind: GitRepository, name: a } }\n",
    ];
    for (const applier of appliers) {
      const manifests = [
        ...objectsIn(applier).map((object) => ({ object, app: "", file: "clusters/web.yaml" })),
        ...objectsIn(reader("{ name: a }")).map((object) => ({ object, app: "", file: "apps/web/pod.yaml" })),
        ...objectsIn(settings("{ name: settings, namespace: shop }")).map((object) => ({ object, app: "", file: "more/settings.yaml" })),
      ];
      const { findings } = check([{ name: "test", kubernetes: "1.34", manifests }], "2030-01-01");
      expect(findings.filter(({ rule }) => rule === "references/configuration")).toEqual([]);
    }
  });

  test("is none for a kind without one, by its CRD too", () => {
    const crd =
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: doors.shop.example }\nspec:\n  group: shop.example\n  scope: Cluster\n  names: { kind: Door, plural: doors, singular: door }\n  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]\n";
    const door = (metadata: string) => `---\napiVersion: shop.example/v1\nkind: Door\nmetadata: ${metadata}\n`;
    expect(outcome(`${crd}${door("{ name: a, namespace: shop }")}${door("{ name: a }")}`)).toEqual([
      "error schema/duplicate-object",
      "warning schema/name",
    ]);
  });
});

const deployment = (more: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: shop }\nspec:\n  selector: { matchLabels: { app: web } }\n  template:\n    metadata: { labels: { app: web } }\n    spec: { containers: [{ name: web, image: 'web:1', resources: { requests: { memory: 1Mi } }, ${more} }] }\n`;
const readsSecret = deployment("envFrom: [{ secretRef: { name: database } }]");

describe("what isn't among the manifests", () => {
  const found = (yaml: string, more: Partial<CheckedEnvironment> = {}) =>
    reportOf(yaml, more).findings.filter(({ rule }) => rule.startsWith("references/"));

  test("is an error in a whole set, and info in a part, counted by kind", () => {
    expect(found(readsSecret)).toMatchObject([{ severity: "error", rule: "references/configuration" }]);
    const part = reportOf(readsSecret, { isPart: true });
    expect(part.findings.filter(({ rule }) => rule === "references/configuration")).toMatchObject([
      { severity: "info", outside: { kind: "Secret", namespace: "shop", name: "database" } },
    ]);
    expect(part.coverage.referencesOutside).toEqual([{ kind: "Secret", count: 1 }]);
  });

  test.each([
    ["databsae", "warning"],
    ["databse", "warning"],
    ["database-2", "info"],
    ["postgres", "info"],
  ])("is a probable slip where %s is there: %s", (name, severity) => {
    const yaml = `${readsSecret}---\napiVersion: v1\nkind: Secret\nmetadata: { name: ${name}, namespace: shop }\n`;
    expect(found(yaml, { isPart: true })).toMatchObject([{ severity }]);
  });

  test("is one finding however many read it", () => {
    const yaml = `${readsSecret}---\n${readsSecret.replace("name: web, namespace", "name: worker, namespace")}`;
    expect(found(yaml)).toMatchObject([{ message: 'nothing creates the Secret "database" in shop (Deployment worker also refers to it)' }]);
  });

  const account =
    "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: { name: default, namespace: shop }\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: a, namespace: shop }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: a }\nsubjects: [{ kind: ServiceAccount, name: default, namespace: shop }]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: a, namespace: shop }\n";
  const application = (namespace: string) =>
    `---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: redis, namespace: argocd }\nspec: { project: default, source: { repoURL: 'https://charts.example', chart: redis, targetRevision: 1.0.0 }, destination: { name: in-cluster, namespace: ${namespace} } }\n`;
  test.each([
    [
      "a custom resource of an unknown operator",
      "---\napiVersion: db.example/v1\nkind: Database\nmetadata: { name: a, namespace: shop }\n",
      "info",
    ],
    ["one of another namespace", "---\napiVersion: db.example/v1\nkind: Database\nmetadata: { name: a, namespace: other }\n", "error"],
    [
      "a resource that only configures",
      "---\napiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: { name: a, namespace: shop }\nspec: { endpoints: [{ port: http }], selector: {} }\n",
      "error",
    ],
    ["an Application of a chart", application("shop"), "info"],
    ["an Application that goes elsewhere", application("other"), "error"],
    ["an account that may create Secrets", `${account}rules: [{ apiGroups: [''], resources: [secrets], verbs: [create] }]\n`, "info"],
    [
      "an account that may create anything of another group",
      `${account}rules: [{ apiGroups: [monitoring.coreos.com], resources: ['*'], verbs: ['*'] }]\n`,
      "error",
    ],
    [
      "a Gateway, which creates no Secrets",
      "---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: a, namespace: shop }\nspec: { gatewayClassName: a, listeners: [{ name: http, port: 80, protocol: HTTP }] }\n",
      "error",
    ],
    ["an account that may read Secrets", `${account}rules: [{ apiGroups: [''], resources: [secrets], verbs: [get, list] }]\n`, "error"],
  ])("may be created by %s", (_name, more, severity) => {
    expect(found(`${readsSecret}${more}`)).toMatchObject([{ severity, rule: "references/configuration" }]);
  });

  test("is looked for in the kind's group, whether the reference names one or not", () => {
    const scaled =
      "---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: a, namespace: shop }\nspec: { scaleTargetRef: { kind: Deployment, name: web }, triggers: [{ type: cron, metadata: {} }] }\n";
    expect(found(`${deployment("ports: [{ containerPort: 80 }]")}${scaled}`)).toEqual([]);
    const certificate =
      "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: { name: a, namespace: shop }\nspec: { secretName: a-tls, dnsNames: [a.example], issuerRef: { kind: ClusterIssuer, name: pubilc } }\n---\napiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata: { name: public }\nspec: { selfSigned: {} }\n";
    expect(found(certificate)).toMatchObject([{ rule: "references/issuer", fix: 'Did you mean "public"?' }]);
  });

  test("isn't a second finding where an object that would have it doesn't fit its schema", () => {
    const service =
      "---\napiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { selector: { app: web }, ports: [{ port: 80 }] }\n";
    expect(outcome(`${deployment("env: [{ name: A, value: 1 }]")}${service}`)).toEqual(["error schema/fields"]);
  });

  test.each([
    ["statefulset.kubernetes.io/pod-name: web-0", "StatefulSet"],
    ["pod-template-hash: abc", "Deployment"],
  ])("isn't a label that a controller adds: %s to pods of a %s", (label, kind) => {
    const other = kind === "StatefulSet" ? "Deployment" : "StatefulSet";
    const service = `---\napiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { clusterIP: None, selector: { app: web, ${label} }, ports: [{ port: 80 }] }\n`;
    const all = (workload: string) =>
      `${deployment("ports: [{ containerPort: 80 }]")
        .replace("kind: Deployment", `kind: ${workload}`)
        .replace("spec:", `spec:${workload === "StatefulSet" ? "\n  serviceName: web" : ""}`)}${service}`;
    expect(found(all(kind))).toEqual([]);
    expect(found(all(other))).toMatchObject([{ rule: "references/service-selector" }]);
  });
});

describe("slipway check DIR", () => {
  const json = (project: Project, ...args: string[]) => {
    const { status, stdout } = project.slipwayWith(
      { PATH: `${tools}:${process.env.PATH}` },
      "check",
      "manifests",
      "--format",
      "json",
      ...args,
    );
    return { status, ...(JSON.parse(stdout) as ReturnType<typeof check>) };
  };
  const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\n";
  const others: Readonly<Record<string, string>> = {
    "values.yaml": "replicas: 2\n",
    "compose.yml": "services: { web: { image: 'web:1' } }\n",
    "workflow.yaml": "name: ci\non: [push]\njobs: {}\n",
    "patch.json": '[{"op":"replace","path":"/spec/replicas","value":3}]',
    "kind.yaml": "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\n",
    "kubeconfig.yaml": "apiVersion: v1\nkind: Config\nclusters: []\n",
    "template.yaml": 'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ template "name" . }}\n{{- if .Values.a }}\n',
    "text.yaml": "just text\n",
  };

  test("skips files that are no manifests, counts them, and passes folders of tools over", () => {
    const project = new Project({
      "manifests/a.yaml": configMap,
      ...Object.fromEntries(Object.entries(others).map(([name, text]) => [`manifests/${name}`, text])),
      "manifests/.github/workflows/a.yaml": "apiVersion: v1\nkind: Broken\n",
      "manifests/node_modules/a/a.yaml": "apiVersion: v1\nkind: Broken\n",
    });
    const { status, findings, coverage } = json(project);
    expect({ status, findings }).toEqual({ status: 0, findings: [] });
    expect(coverage.skipped.map(({ file }) => file).sort()).toEqual(
      Object.keys(others)
        .map((name) => `manifests/${name}`)
        .sort(),
    );
    const { stdout } = project.slipway("check", "manifests");
    expect(stdout).toContain("skipped 8 documents: ");
  });

  test("of a template skips the documents that are to be filled in, keeps the others, and counts as a gap", () => {
    const project = new Project({
      "manifests/a.yaml": `${configMap}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Name }}" }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: b, namespace: shop }\ndata: { text: "{{ kept }}" }\n`,
    });
    const { findings, coverage, summary } = json(project);
    expect({ findings, manifests: summary.manifests, skipped: coverage.skipped.length }).toEqual({
      findings: [],
      manifests: 2,
      skipped: 1,
    });
    expect(json(project, "--strict").status).toBe(1);
  });

  test.each([
    ["a name that is a map", "apiVersion: v1\nkind: ConfigMap\nmetadata: { generateName: a-, name: { toString: 1 } }\n", "schema/object"],
    ["a namespace that is a map", "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: { toString: 1 } }\n", "schema/object"],
    [
      "a CRD whose group is a map",
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: a.b }\nspec: { group: { toString: a }, names: { kind: A, plural: a }, scope: Namespaced, versions: [] }\n",
      "schema/fields",
    ],
  ])("reads on after %s", (_name, text, rule) => {
    const { findings } = json(new Project({ "manifests/a.yaml": text, "manifests/b.yaml": `${configMap}unknown: 1\n` }));
    expect(findings.map((finding) => finding.rule)).toContain(rule);
    expect(findings.map(({ message }) => message)).toContain('unknown field "unknown"');
  });

  test("takes what sops encrypted for unknown", () => {
    const secret =
      "apiVersion: v1\nkind: Secret\nmetadata: { name: a, namespace: shop }\ndata: { password: 'ENC[AES256_GCM,data:p0=,iv:A,tag:B,type:str]' }\nsops: { version: 3.9.0 }\n";
    expect(json(new Project({ "manifests/a.yaml": secret })).findings).toEqual([]);
  });

  test("says which kinds it doesn't know and what it doesn't evaluate; --strict makes that status 1", () => {
    const project = new Project({
      "manifests/a.yaml": "apiVersion: shop.example/v1\nkind: Door\nmetadata: { name: a, namespace: shop }\n",
    });
    const { status, coverage } = json(project);
    expect({ status, unknown: coverage.withoutSchema }).toEqual({
      status: 0,
      unknown: [{ apiVersion: "shop.example/v1", kind: "Door", count: 1 }],
    });
    expect(project.slipway("check", "manifests").stdout).toContain("no schema is known for 1 object: 1 shop.example/v1 Door");
    expect(json(project, "--strict").status).toBe(1);
    expect(json(new Project({ "manifests/a.yaml": configMap }), "--strict").status).toBe(0);
  });

  test("--complete makes a missing object an error", () => {
    const project = new Project({ "manifests/a.yaml": readsSecret });
    expect(json(project).status).toBe(0);
    expect(project.slipway("check", "manifests").stdout).toContain("1 reference led outside what was given: 1 Secret");
    expect(json(project, "--complete").status).toBe(1);
  });

  test("a key that stands twice is a warning", () => {
    const { status, findings } = json(new Project({ "manifests/a.yaml": `${configMap}data:\n  a: one\n  a: two\n` }));
    expect({ status, findings }).toMatchObject({ status: 0, findings: [{ rule: "schema/duplicate-key", severity: "warning", line: 6 }] });
  });

  test("a kustomization with a remote base isn't rendered, and coverage says so", () => {
    const project = new Project({
      "manifests/prod/kustomization.yaml": "resources: ['https://user:secret@git.example/base?ref=v1']\n",
      "manifests/plain/a.yaml": configMap,
    });
    const { status, coverage, summary } = json(project);
    expect({ status, manifests: summary.manifests }).toEqual({ status: 0, manifests: 1 });
    expect(coverage.notRendered).toEqual([
      { source: "manifests/prod/kustomization.yaml", reason: "it includes https://git.example/base?ref=v1, and nothing is fetched" },
    ]);
  });

  describeWithTools(["kustomize", "helm"], "renders sources:", () => {
    test("kustomizations that no other includes, each a part of its own", () => {
      const project = new Project({
        "manifests/base/kustomization.yaml": "resources: [all.yaml]\nconfigMapGenerator: [{ name: settings, literals: [A=b] }]\n",
        "manifests/base/all.yaml": deployment("envFrom: [{ configMapRef: { name: settings } }]"),
        "manifests/base/forgotten.yaml": configMap,
        "manifests/prod/kustomization.yaml": "namespace: prod\nresources: [../base]\npatches: [{ path: patch.yaml }]\n",
        "manifests/prod/patch.yaml":
          "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: shop }\nspec: { replicas: -1 }\n",
      });
      const { findings, coverage, summary } = json(project, "--complete");
      expect(findings.filter(({ severity }) => severity === "error")).toMatchObject([
        {
          environment: "manifests/prod",
          file: "manifests/prod/kustomization.yaml",
          path: "spec.replicas",
          resource: { namespace: "prod" },
        },
      ]);
      expect(summary.manifests).toBe(2);
      expect(coverage.skipped).toEqual([
        { file: "manifests/base/forgotten.yaml", reason: "it lies beside a kustomization, and no kustomization lists it" },
      ]);
    });

    test("with what a kustomization says in long texts, and a waiver that one of several parts needs", () => {
      const rendered = `namespace: shop\nresources: [a.yaml]\ncommonAnnotations: { description: "${"long ".repeat(150)}https://shop.example/a" }\n`;
      const pod =
        "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: 'a:latest', resources: { requests: { memory: 1Mi } } }] }\n";
      const project = new Project({
        "manifests/one/kustomization.yaml": rendered,
        "manifests/one/a.yaml": pod,
        "manifests/two/kustomization.yaml": rendered,
        "manifests/two/a.yaml": configMap,
        "manifests/slipway.waivers.yaml":
          "waivers:\n  a: { rule: security/image-tag, resource: Pod a, reason: the vendor pushes latest only, until: '2999-01-31' }\n  b: { rule: security/image-tag, resource: Pod b, reason: the vendor pushes latest only, until: '2999-01-31' }\n",
      });
      const { findings, coverage } = json(project);
      expect(coverage.notRendered).toEqual([]);
      expect(findings.map(({ rule, resource, waived }) => [rule, resource.name, waived !== undefined]).sort()).toEqual([
        ["fleet/waiver", "b", false],
        ["security/image-tag", "a", true],
      ]);
    });

    test("but no chart with a link that leads out of it", () => {
      const project = new Project({ "manifests/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n", "secret.txt": "a" });
      symlinkSync(join(project.folder, "secret.txt"), join(project.folder, "manifests/web/linked.txt"));
      expect(json(project).coverage.notRendered).toEqual([
        { source: "manifests/web/Chart.yaml", reason: "linked.txt is a link that leads out of the chart" },
      ]);
    });

    test("charts with their own values, and what refuses to render is said", () => {
      const chart = (name: string) => `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`;
      const project = new Project({
        "manifests/web/Chart.yaml": chart("web"),
        "manifests/web/values.yaml": "key: 'not valid!'\n",
        "manifests/web/templates/a.yaml":
          "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }} }\ndata: { {{ .Values.key | quote }}: a }\n",
        "manifests/broken/Chart.yaml": chart("broken"),
        "manifests/broken/templates/a.yaml": '{{ fail "set the host" }}\n',
      });
      const { findings, coverage } = json(project);
      expect(findings).toMatchObject([{ environment: "manifests/web", file: "manifests/web/templates/a.yaml", severity: "error" }]);
      expect(coverage.notRendered).toMatchObject([
        { source: "manifests/broken/Chart.yaml", reason: "helm fails at broken/templates/a.yaml:1:3; run it on this folder to see why" },
      ]);
    });
  });
});
