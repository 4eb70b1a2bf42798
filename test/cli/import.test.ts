import { join } from "node:path";
import { type Project, slipwayIn } from "../project.ts";
import { describeWithTools } from "../tools.ts";
import { deployment, folderWith, imported } from "./import-project.ts";

const service = `apiVersion: v1
kind: Service
metadata: { name: web-http, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;
const secret = `apiVersion: v1
kind: Secret
metadata: { name: db, namespace: shop }
stringData: { password: hunter2 }
`;
const kustomized = {
  "base/web.yaml": [deployment, service, secret].join("---\n"),
  "base/kustomization.yaml": "resources: [web.yaml]\nconfigMapGenerator: [{ name: settings, namespace: shop, literals: [LEVEL=info] }]\n",
  "overlays/dev/kustomization.yaml": "resources: [../../base]\n",
  "overlays/prod/kustomization.yaml": `resources: [../../base]
images: [{ name: nginx, newTag: "1.28" }]
replicas: [{ name: web, count: 3 }]
configMapGenerator: [{ name: settings, namespace: shop, behavior: merge, literals: [LEVEL=warn] }]
`,
};

const both = ["dev=overlays/dev", "prod=overlays/prod"];

describeWithTools(["kustomize", "helm"], "slipway import", () => {
  test("turns kustomizations into an app for each workload, pins, and patches for what differs, and proves them equal", () => {
    const project = folderWith(kustomized);
    const { status, stdout, stderr } = imported(project, ...both, "--waive-until", "2030-01-31");
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("6 objects in 2 environments: nothing changes\n") });
    expect(stderr).toContain("prod: Secret shop/db was left out: put password into the secret store\n");
    const written = (path: string) => project.read(`deployments/overlays/${path}`);
    expect(["base/web.ts", "base/web.yaml", "prod/index.ts", "prod/web-deployment-patch.json"].map(written)).toMatchSnapshot();
    expect(written("prod/kustomization.yaml")).toContain('- name: nginx\n  newTag: "1.28"\n');
    for (const [path, text] of Object.entries(project.files()))
      if (path.startsWith("deployments/")) expect([path, String(text).includes("hunter2")]).toEqual([path, false]);
  });

  test("writes an environment that is nearly the same as another by what differs, also once its apps are lifted", () => {
    const apps = ["web", "cart", "mail", "pay", "jobs"].map((name) => deployment.replaceAll("web", name));
    const project = folderWith({
      "staging.yaml": apps.join("---\n"),
      "prod.yaml": [...apps.slice(0, 3), apps[3]?.replace("replicas: 1", "replicas: 2")].join("---\n"),
    });
    expect(imported(project, "staging=staging.yaml", "prod=prod.yaml").stdout).toContain("9 objects in 2 environments: nothing changes\n");
    expect(project.read("overlays/staging/index.ts")).toMatchSnapshot();
    expect(project.read("import-report.md")).toContain(
      "- staging: extends prod, since they are nearly the same: what prod changes, staging changes too",
    );
    expect(imported(project, "--model", "--all").stdout).toContain("9 objects in 2 environments: nothing changes\n");
    expect(project.read("overlays/staging/index.ts")).toContain("extends: prod,");
    expect(project.read("overlays/staging/index.ts")).toContain("apps: [jobs, pay.with({ workload: { replicas: 1 } })],");
    expect(project.read("overlays/base/cart.ts")).toContain('workload: { kind: "Deployment"');
  });

  test("an app is one in all environments that put a prefix of their own before its name", () => {
    const named = (prefix: string) =>
      ["web", "web-admin"].map((name) =>
        deployment.replaceAll("name: web,", `name: ${prefix}${name},`).replaceAll("app: web", `app: ${prefix}${name}`),
      );
    const project = folderWith({ "dev.yaml": named("dev-").join("---\n"), "prod.yaml": named("live-").join("---\n") });
    const { status, stdout } = imported(project, "dev=dev.yaml", "prod=prod.yaml", "--model", "--all");
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("4 objects in 2 environments: nothing changes\n"),
    });
    expect(project.read("overlays/prod/index.ts")).toContain('workload: { name: "live-web-admin" }');
    expect(project.read("overlays/base/web.ts")).toContain('image: "nginx"');
  });

  test("takes as many environments as there are", () => {
    const names = Array.from({ length: 40 }, (_item, index) => `env-${index}`);
    const config = (name: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: shop }\ndata: { name: ${name} }\n`;
    const project = folderWith(Object.fromEntries(names.map((name) => [`${name}.yaml`, config(name)])));
    expect(imported(project, ...names.map((name) => `${name}=${name}.yaml`)).stdout).toContain(
      "40 objects in 40 environments: nothing changes\n",
    );
  });

  describe("in a repository that has overlays", () => {
    const other = deployment.replaceAll("web", "api").replace("nginx:1.27", "busybox:1.36");
    const apps = (project: Project) => /apps: \[.*\]/s.exec(project.read("overlays/prod/index.ts"))?.[0];

    test("a second run writes nothing, also after apps were lifted and a person has changed settings", () => {
      const project = folderWith(kustomized);
      imported(project, ...both);
      const before = project.files();
      expect(imported(project, ...both)).toMatchObject({
        status: 0,
        stdout: "6 objects in 2 environments: nothing changes\nNothing was written.\n",
      });
      expect(project.files()).toEqual(before);
      slipwayIn(join(project.folder, "deployments"), {}, "import", "--model", "--all");
      const index = "deployments/overlays/prod/index.ts";
      project.write({ [index]: project.read(index).replace("// ours", "").replace("  apps:", "  // Ours.\n  apps:") });
      const lifted = project.files();
      expect(imported(project, ...both).status).toBe(0);
      expect(project.files()).toEqual(lifted);
    });

    test("adds the app that is new in a source, and leaves all else as a person wrote it", () => {
      const project = folderWith({ "prod.yaml": deployment });
      imported(project, "prod=prod.yaml");
      const index = project.read("overlays/prod/index.ts").replace("  apps:", "  // What runs.\n  apps:");
      project.write({ "overlays/prod/index.ts": index, "prod.yaml": [deployment, other].join("---\n") });
      expect(imported(project, "prod=prod.yaml", "--model", "--all")).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("1 object in 1 environment: nothing changes\n"),
      });
      expect(apps(project)).toBe("apps: [web, api]");
      expect(project.read("overlays/prod/index.ts")).toContain("  // What runs.\n");
      expect(project.read("overlays/prod/kustomization.yaml")).toContain('- name: busybox\n  newTag: "1.36"\n');
      const before = project.files();
      expect(imported(project, "prod=prod.yaml").stdout).toContain("2 objects in 1 environment: nothing changes\nNothing was written.\n");
      expect(project.files()).toEqual(before);
    });

    test("adds apps to environments that would be nearly the same", () => {
      const more = ["cart", "mail", "pay", "jobs"].map((name) => deployment.replaceAll("web", name).replace("nginx", name));
      const project = folderWith({ "dev.yaml": deployment, "prod.yaml": deployment });
      imported(project, "dev=dev.yaml", "prod=prod.yaml");
      project.write({ "dev.yaml": [deployment, ...more].join("---\n"), "prod.yaml": [deployment, ...more].join("---\n") });
      expect(imported(project, "dev=dev.yaml", "prod=prod.yaml")).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("8 objects in 2 environments: nothing changes\n"),
      });
      expect(apps(project)).toBe("apps: [web, cart, jobs, mail, pay]");
    });

    test("adds the apps that are named alone", () => {
      const project = folderWith({ "prod.yaml": deployment, "more.yaml": [other, deployment.replaceAll("web", "job")].join("---\n") });
      imported(project, "prod=prod.yaml");
      expect(imported(project, "prod=more.yaml", "--app", "job").status).toBe(0);
      expect(project.has("overlays/base/job.ts")).toBe(true);
      expect(project.has("overlays/base/api.ts")).toBe(false);
    });

    test("adds an environment whose apps have names that others have", () => {
      const project = folderWith({ "prod.yaml": deployment, "dev.yaml": deployment.replace("replicas: 1", "replicas: 2") });
      imported(project, "prod=prod.yaml");
      const before = project.read("overlays/base/web.ts");
      expect(imported(project, "dev=dev.yaml")).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("1 object in 1 environment: nothing changes\n"),
      });
      expect(project.read("overlays/index.ts")).toBe('export { prod } from "./prod/index.ts";\nexport { dev } from "./dev/index.ts";\n');
      expect(project.read("overlays/base/web.ts")).toBe(before);
      expect(project.read("overlays/dev/index.ts")).toContain(
        'web.patch({ kind: "Deployment", name: "web" }, "web-deployment-patch.json")',
      );
    });

    test("an app that is there and runs otherwise in the source is a problem, and stays", () => {
      const project = folderWith({ "prod.yaml": deployment });
      imported(project, "prod=prod.yaml");
      const before = project.files();
      project.write({ "prod.yaml": deployment.replace("nginx:1.27", "nginx:1.28") });
      const { status, stderr } = imported(project, "prod=prod.yaml");
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: expect.stringContaining("web: already exists, and differs from the sources"),
      });
      project.write({ "prod.yaml": deployment });
      expect(project.files()).toEqual(before);
    });

    test("--app needs overlays to add to", () => {
      expect(imported(folderWith({ "prod.yaml": deployment }), "prod=prod.yaml", "--app", "web")).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("--app adds to overlays, and there are none here"),
      });
    });
  });

  test("keeps a chart, and turns its values into those of an app", () => {
    const project = folderWith({
      "charts/shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.1.0\n",
      "charts/shop/values.yaml": "level: info\n",
      "charts/shop/templates/settings.yaml": `apiVersion: v1
kind: ConfigMap
metadata: { name: "{{ .Release.Name }}", namespace: "{{ .Release.Namespace }}" }
data: { level: "{{ .Values.level }}" }
`,
      "prod.yaml": "level: warn\n",
    });
    const { status, stdout, stderr } = imported(project, "prod=charts/shop:prod.yaml", "--namespace", "shop");
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: expect.stringContaining("1 object in 1 environment: nothing changes"),
      stderr: "",
    });
    expect(project.read("overlays/prod/index.ts")).toContain('shop.with({ helm: { values: { level: "warn" } } })');
  });

  describe("of charts", () => {
    const settings = (data: string) => `apiVersion: v1
kind: ConfigMap
metadata: { name: "{{ .Release.Name }}", namespace: "{{ .Release.Namespace }}" }
data: ${data}
`;
    const chart = (folder: string, values: string, data: string) => ({
      [`${folder}/Chart.yaml`]: "apiVersion: v2\nname: shop\nversion: 0.1.0\n",
      [`${folder}/values.yaml`]: values,
      [`${folder}/templates/settings.yaml`]: settings(data),
    });
    const levels = '{ level: "{{ .Values.log.level }}", format: "{{ .Values.log.format }}", size: "{{ .Values.size }}" }';

    test("writes what environments share once, and nothing that the chart says anyway", () => {
      const project = folderWith({
        ...chart("charts/shop", "log: { level: info, format: text }\nsize: 1\n", levels),
        "dev.yaml": "log: { level: debug, format: json }\nsize: 1\n",
        "prod.yaml": "log: { level: info, format: json }\nsize: 3\n",
      });
      expect(imported(project, "dev=charts/shop:dev.yaml", "prod=charts/shop:prod.yaml", "--namespace", "shop").status).toBe(0);
      expect(project.read("overlays/base/shop.ts")).toContain('helm: { chart: "charts/shop", values: { log: { format: "json" } } }');
      expect(project.read("overlays/dev/index.ts")).toContain('shop.with({ helm: { values: { log: { level: "debug" } } } })');
      expect(project.read("overlays/prod/index.ts")).toContain("shop.with({ helm: { values: { size: 3 } } })");
    });

    test("takes a folder that is a chart for one, with its own values", () => {
      const project = folderWith(chart("charts/shop", "log: { level: info, format: text }\nsize: 1\n", levels));
      expect(imported(project, "prod=charts/shop", "--namespace", "shop").status).toBe(0);
      expect(project.read("overlays/base/shop.ts")).toContain('helm: { chart: "charts/shop" }');
    });

    test("writes one as YAML, and says why, whose values are null or whose objects are others each time", () => {
      const project = folderWith({
        ...chart("charts/shop", "log: { level: info, format: text }\nsize: 1\n", "{ level: '{{ default \"none\" .Values.log }}' }"),
        ...chart("charts/dice", "{}", '{ number: "{{ randAlphaNum 12 }}" }'),
        "prod.yaml": "log: null\n",
      });
      const { status, stdout, stderr } = imported(project, "prod=charts/shop:prod.yaml", "prod=charts/dice", "--namespace", "shop");
      expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("2 objects in 1 environment: nothing changes") });
      expect(stderr).toContain(
        "prod: charts/shop:prod.yaml is written as YAML, not as a chart: a value is null, which layers can't say\n" +
          "prod: charts/dice is written as YAML, not as a chart: two renderings of the chart differ: data.number of ConfigMap dice",
      );
      expect(Object.keys(project.files("overlays"))).toEqual([
        "base/shared.ts",
        "index.ts",
        "prod/index.ts",
        "prod/kustomization.yaml",
        "prod/shared.yaml",
      ]);
    });

    test("go to the namespace of each environment, as do objects that name none", () => {
      const bare = (folder: string, data: string) => ({
        ...chart(folder, "level: info\n", data),
        [`${folder}/templates/settings.yaml`]: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: ${data}\n`,
      });
      const project = folderWith({
        ...bare("charts/shop", '{ level: "{{ .Values.level }}" }'),
        ...bare("charts/dice", '{ number: "{{ randAlphaNum 12 }}" }'),
        "slipway.yaml":
          "environments: { dev: { sources: [charts/shop], namespace: shop-dev }, prod: { sources: [charts/shop], namespace: shop-prod } }\n",
        "other.yaml": settings('{ level: "warn" }')
          .replace(/"\{\{ .Release.Name \}\}"/, "settings")
          .replace(/"\{\{ .Release.Namespace \}\}"/, "shop"),
      });
      expect(imported(project).status).toBe(0);
      expect(project.read("overlays/base/shop.ts")).toContain('namespace: "shop-dev"');
      expect(project.read("overlays/prod/index.ts")).toContain('shop.with({ namespace: "shop-prod" })');
      const beside = ["prod=charts/shop", "prod=elsewhere.yaml", "--namespace", "shop", "--out", "beside"];
      project.write({ "elsewhere.yaml": project.read("other.yaml").replace("name: settings", "name: elsewhere") });
      expect(imported(project, ...beside).status).toBe(0);
      // What is there is known by the namespace that it goes to.
      expect(imported(project, ...beside)).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("Nothing was written."),
        stderr: "",
      });
      expect(imported(project, "prod=charts/dice", "--namespace", "shop", "--out", "dice").status).toBe(0);
      expect(project.read("dice/overlays/base/shared.ts")).toContain('namespace: "shop"');
      expect(imported(project, "prod=charts/shop", "prod=other.yaml", "--namespace", "shop", "--out", "twice")).toMatchObject({
        status: 1,
        stderr: expect.stringContaining("ConfigMap settings is also in charts/shop, and differs there; that of charts/shop was imported"),
      });
    });

    test("with an object that has no name is a problem, and the rest of it is imported", () => {
      const project = folderWith({
        ...chart("charts/shop", "level: info\n", '{ level: "{{ .Values.level }}" }'),
        "charts/shop/templates/job.yaml": "apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: once- }\n",
      });
      expect(imported(project, "prod=charts/shop", "--namespace", "shop")).toMatchObject({
        status: 1,
        stdout: expect.stringContaining("1 object in 1 environment: nothing changes"),
        stderr: expect.stringContaining('"Job" with generateName "once-"'),
      });
    });

    test("copies one that lies outside of the repository", () => {
      const project = folderWith({
        ...chart("charts/shop", "log: { level: info, format: text }\nsize: 1\n", levels),
        "new/.git/HEAD": "ref: refs/heads/main\n",
        "prod.yaml": "size: 2\n",
      });
      const args = ["prod=charts/shop:prod.yaml", "--namespace", "shop", "--out", "new"];
      expect(imported(project, ...args)).toMatchObject({ status: 0, stderr: "copied the chart charts/shop to new/charts/shop\n" });
      expect(project.read("new/overlays/base/shop.ts")).toContain('helm: { chart: "charts/shop" }');
      expect(project.read("new/charts/shop/values.yaml")).toBe(project.read("charts/shop/values.yaml"));
      expect(project.read("new/overlays/prod/index.ts")).not.toContain("path:");
      expect(imported(project, ...args)).toMatchObject({ status: 0, stdout: expect.stringContaining("Nothing was written") });
      project.write({ "new/charts/shop/values.yaml": "log: { level: warn }\n" });
      expect(imported(project, ...args)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining("charts/shop: prod: is there already, and isn't charts/shop"),
      });
    });

    test("is beside an app of its name, and keeps its objects where another source has them too", () => {
      const project = folderWith({
        ...chart("charts/web", "{}", '{ level: "info" }'),
        "web.yaml": `${deployment}---\n${settings('{ level: "warn" }')
          .replaceAll(/"\{\{ .Release.Name \}\}"/g, "web")
          .replaceAll(/"\{\{ .Release.Namespace \}\}"/g, "shop")}`,
      });
      const { status, stdout, stderr } = imported(project, "prod=charts/web", "prod=web.yaml", "--namespace", "shop");
      expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining("2 objects in 1 environment: nothing changes") });
      expect(stderr).toContain("ConfigMap web is also in charts/web, and differs there; that of charts/web was imported");
      expect(project.read("overlays/prod/index.ts")).toContain("  apps: [webDeployment, web],\n");
    });

    test("writes one as YAML that makes a Secret, whose values stay out of the repository", () => {
      const project = folderWith({
        ...chart("charts/shop", "level: info\n", '{ level: "{{ .Values.level }}" }'),
        "charts/shop/templates/secret.yaml":
          'apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: shop }\nstringData: { password: "{{ .Values.password }}" }\n',
        "prod.yaml": "level: warn\npassword: hunter2\n",
      });
      const { status, stdout, stderr } = imported(project, "prod=charts/shop:prod.yaml", "--out", "new", "--namespace", "shop");
      expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("1 object in 1 environment: nothing changes") });
      expect(stderr).toBe(
        "prod: charts/shop:prod.yaml is written as YAML, not as a chart: it makes Secret db with its values\n" +
          "prod: Secret shop/db was left out: put password into the secret store\n",
      );
      for (const [path, text] of Object.entries(project.files("new")))
        expect([path, String(text).includes("hunter2")]).toEqual([path, false]);
      const literal = imported(
        project,
        "prod=charts/shop:prod.yaml",
        "--out",
        "literal",
        "--namespace",
        "shop",
        "--literal-secrets",
        "prod",
      );
      expect(literal).toMatchObject({ status: 0, stdout: expect.stringContaining("2 objects in 1 environment: nothing changes") });
      expect(project.read("literal/overlays/base/shop.ts")).toContain("helm: { chart: ");
    });
  });

  test("takes out of a cluster's dump what the server and controllers set", () => {
    const project = folderWith({
      "dump.yaml": `apiVersion: v1
kind: List
items:
  - apiVersion: apps/v1
    kind: Deployment
    metadata:
      { name: web, namespace: shop, uid: a, resourceVersion: "1", generation: 2, annotations: { deployment.kubernetes.io/revision: "2" } }
    spec:
      replicas: 2
      progressDeadlineSeconds: 600
      revisionHistoryLimit: 10
      selector: { matchLabels: { app: web } }
      template:
        metadata: { creationTimestamp: null, labels: { app: web } }
        spec:
          containers: [{ name: web, image: "nginx:1.27", imagePullPolicy: IfNotPresent, resources: {}, terminationMessagePolicy: File }]
          dnsPolicy: ClusterFirst
          restartPolicy: Always
    status: { readyReplicas: 2 }
  - apiVersion: v1
    kind: Pod
    metadata: { name: web-1, namespace: shop, uid: b, ownerReferences: [{ kind: ReplicaSet, name: web, uid: c, apiVersion: apps/v1 }] }
    spec: { containers: [{ name: web, image: "nginx:1.27" }] }
`,
    });
    const { status, stderr } = imported(project, "prod=dump.yaml");
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining("1 object of dump.yaml left out") });
    expect(project.read("overlays/prod/web.yaml")).toBe(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: nginx
`);
  });

  test("an environment that doesn't render is a problem, and the others are imported", () => {
    const project = folderWith({ ...kustomized, "overlays/prod/kustomization.yaml": "resources: [missing.yaml]\n" });
    const { status, stdout, stderr } = imported(project, ...both);
    expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining("3 objects in 1 environment: nothing changes") });
    expect(stderr).toContain("missing.yaml");
    expect(project.has("deployments/overlays/prod")).toBe(false);
  });

  test("an object that two sources have, and that differs, is imported from neither", () => {
    const project = folderWith({ "a.yaml": service, "b.yaml": service.replace("port: 80", "port: 81"), "web.yaml": deployment });
    const { status, stderr } = imported(project, "prod=a.yaml", "prod=b.yaml", "prod=web.yaml");
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("Service web-http is also in b.yaml") });
  });

  test("accepts until a day what check finds in what runs, and images without a tag", () => {
    const project = folderWith({ "web.yaml": deployment.replace("nginx:1.27", "nginx").replace("replicas: 1", "replicas: 1\n  typo: 1") });
    const { status, stdout } = imported(project, "prod=web.yaml", "--waive-until", "2030-01-31");
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("nothing changes") });
    expect(project.read("overlays/prod/index.ts")).toContain('until: "2030-01-31"');
    expect(project.read("overlays/base/web.ts")).toContain('imagesAsIs: ["nginx"]');
  });

  test("an image of which one environment runs two versions keeps its versions in all of them", () => {
    const other = deployment.replaceAll("web", "api").replace("nginx:1.27", "nginx:1.26");
    const project = folderWith({ "dev.yaml": deployment, "prod.yaml": [deployment, other].join("---\n") });
    const { status, stdout } = imported(project, "dev=dev.yaml", "prod=prod.yaml");
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("3 objects in 2 environments: nothing changes") });
    expect(project.read("overlays/base/web.yaml")).toContain("image: nginx:1.27\n");
  });

  test("writes a plan, and follows what a person made of it", () => {
    const project = folderWith(kustomized);
    const { status, stdout } = imported(project, ...both, "--plan", "plan.yaml");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "Wrote plan.yaml. Edit it, and run the same command again.\n" });
    expect(project.has("deployments")).toBe(false);
    const plan = project.read("plan.yaml");
    expect(plan).toContain("  web:\n    - ConfigMap shop/settings-");
    expect(plan).toContain("    - Service shop/web-http # selects its pods\n");
    project.write({
      "plan.yaml": plan.replace("    - Service shop/web-http # selects its pods\n", "  edge:\n    - Service shop/web-http\n"),
    });
    expect(imported(project, ...both, "--plan", "plan.yaml").stdout).toContain("6 objects in 2 environments: nothing changes\n");
    expect(project.read("deployments/overlays/base/edge.yaml")).toContain("name: web-http\n");
    expect(project.read("deployments/import-report.md")).toContain("- edge\n  - Service shop/web-http: as planned\n");
  });

  test("refuses a plan that names what isn't there, or an object twice", () => {
    const project = folderWith({
      "web.yaml": deployment,
      "plan.yaml": "apps:\n  web: [Deployment shop/web, Service shop/web]\n  Other: []\n  more: [Deployment shop/web]\n",
    });
    const { status, stderr } = imported(project, "prod=web.yaml", "--plan", "plan.yaml");
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining("plan.yaml:3: apps.Other: expected a key of at most 52 lower-case letters"),
    });
    project.write({ "plan.yaml": project.read("plan.yaml").replace("  Other: []\n", "") });
    const again = imported(project, "prod=web.yaml", "--plan", "plan.yaml").stderr;
    expect(again).toContain("apps.web[1]: no source has Service shop/web\n");
    expect(again).toContain("apps.more[0]: Deployment shop/web is in web already\n");
  });

  test("tells apps and environments apart whose names would be one variable", () => {
    const named = ["web-1", "web1", "prod"].map((name) =>
      deployment.replaceAll("name: web,", `name: ${name},`).replaceAll("app: web", `app: ${name}`),
    );
    const project = folderWith({ "prod.yaml": named.join("---\n") });
    expect(imported(project, "prod=prod.yaml", "--model", "--all").stdout).toContain("3 objects in 1 environment: nothing changes\n");
    expect(project.read("overlays/index.ts")).toContain("export { prodEnvironment }");
  });

  test("names from a source lead nowhere else, and run nowhere", () => {
    const exit = "process.exit(7)";
    const odd = deployment.replace("    spec:\n", `    spec:\n      "odd\\n${exit}; //": "$\{${exit}}"\n`);
    const object = (kind: string, name: string) =>
      `apiVersion: example.com/v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop }\n`;
    const hostile = [object('"X/../../../../../out"', "a"), object("Thing", '"*/\\n;"'), object("Thing", '"../../out"')];
    const project = folderWith({ "prod.yaml": [odd, ...hostile].join("---\n"), "dev.yaml": deployment });
    const { status, stdout, stderr } = imported(project, "prod=prod.yaml", "dev=dev.yaml", "--model", "--all");
    expect({ status, stdout }).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("2 objects in 2 environments: nothing changes\n"),
    });
    expect(stderr).toContain('no object can be of the kind "X/../../../../../out"\n');
    expect(stderr).toContain('no object can have the name "../../out"\n');
    expect(Object.keys(project.files()).filter((path) => path.includes("out"))).toEqual([]);
    expect(project.read("overlays/prod/index.ts")).toContain(
      `// Not in the model: spec.template.spec.odd ${exit}; // of Deployment web.\n`,
    );
  });

  test("finds names for environments that overlays can't have", () => {
    const project = folderWith({ "web.yaml": deployment });
    const { status, stderr } = imported(project, "default=web.yaml", "Prod_EU=web.yaml", "base=web.yaml");
    expect(status).toBe(0);
    for (const [given, name] of [
      ["default", "default-env"],
      ["Prod_EU", "prod-eu"],
      ["base", "base-env"],
    ]) {
      expect(stderr).toContain(`${name}: written as ${name}, since overlays can't have an environment called ${given}\n`);
      expect(project.has(`overlays/${name}/index.ts`)).toBe(true);
    }
  });

  test("takes environments from slipway.yaml", () => {
    const project = folderWith({
      "slipway.yaml": 'environments:\n  prod: { sources: [web.yaml], kubernetes: "1.34", namespace: shop }\n',
      "web.yaml": deployment.replace(", namespace: shop", ""),
    });
    expect(imported(project).stdout).toContain("1 object in 1 environment: nothing changes\n");
    expect(project.read("overlays/prod/index.ts")).toContain('kubernetes: "1.34"');
    expect(project.read("overlays/base/web.ts")).toContain('namespace: "shop"');
  });

  describe("--model", () => {
    const runs = ["prod=overlays/prod", "dev=overlays/dev"];
    const written = (project: Project, path: string) => project.read(`deployments/overlays/${path}`);
    const lifted = (project: Project, ...args: string[]) => slipwayIn(join(project.folder, "deployments"), {}, "import", ...args);

    test("lifts apps while they are imported, and proves them equal", () => {
      const project = folderWith(kustomized);
      const { status, stdout } = imported(project, ...runs, "--model", "--all", "--waive-until", "2030-01-31");
      expect({ status, stdout }).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("web: 6 objects in the model; one rollout would drop the container's name"),
      });
      expect(stdout).toContain("6 objects in 2 environments: nothing changes\n");
      expect(["base/web.ts", "prod/index.ts"].map((path) => written(project, path))).toMatchSnapshot();
      expect(project.has("deployments/overlays/base/web.yaml")).toBe(false);
      expect(JSON.parse(project.read("deployments/import-report.json")).models).toEqual([
        { app: "web", modelled: 6, patched: [], included: [], rollout: ["the container's name"], rolledOut: false },
      ]);
    });

    test("lifts apps of a repository that was imported before, with what a person changed beside them, and once only", () => {
      const project = folderWith(kustomized);
      imported(project, ...runs, "--waive-until", "2030-01-31");
      const index = "deployments/overlays/prod/index.ts";
      project.write({ [index]: project.read(index).replace('cluster: { name: "prod" },', 'cluster: { name: "live" }, // ours') });
      const { status, stdout } = lifted(project, "--model", "web");
      expect({ status, stdout }).toEqual({
        status: 0,
        stdout: `web: 6 objects in the model; one rollout would drop the container's name
6 objects in 2 environments: nothing changes
Wrote 3 files, and removed overlays/base/web.yaml, overlays/dev/web.yaml, overlays/dev/web-deployment-patch.json, overlays/prod/web.yaml.
`,
      });
      expect(project.read(index)).toContain('cluster: { name: "live" }, // ours');
      expect(written(project, "base/web.ts")).toContain('workload: { kind: "Deployment"');
      for (const path of ["base/web.yaml", "prod/web.yaml", "prod/web-deployment-patch.json"])
        expect([path, project.has(`deployments/overlays/${path}`)]).toEqual([path, false]);
      const before = project.files();
      expect(lifted(project, "--model", "web").stdout).toContain("web: stays as it is: the model says it already\n");
      expect(project.files()).toEqual(before);
    });

    test("keeps a file that another app is patched by, too, and names those that it removes", () => {
      const api = deployment.replaceAll("web", "api");
      const project = folderWith({ "dev.yaml": [deployment, api].join("---\n"), "prod.yaml": [deployment, api].join("---\n") });
      imported(project, "dev=dev.yaml", "prod=prod.yaml");
      const index = "overlays/prod/index.ts";
      project.write({
        "overlays/prod/two.json": '[{ "op": "replace", "path": "/spec/replicas", "value": 2 }]\n',
        [index]: project
          .read(index)
          .replace("apps: [api, web]", 'apps: [api.patch("Deployment", "two.json"), web.patch("Deployment", "two.json")]'),
      });
      expect(imported(project, "--model", "web")).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("Wrote 2 files, and removed overlays/base/web.yaml.\n"),
      });
      expect(project.has("overlays/prod/two.json")).toBe(true);
      expect(imported(project, "--model", "api").stdout).toContain("removed overlays/base/api.yaml, overlays/prod/two.json.\n");
      expect(project.read(index)).toContain("apps: [api.with({ workload: { replicas: 2 } }), web.with({ workload: { replicas: 2 } })]");
    });

    test("leaves an app as it is where a person's work would be lost", () => {
      const project = folderWith(kustomized);
      imported(project, ...runs);
      project.write({
        "deployments/overlays/base/web.ts": `// The shop's pages.\n${written(project, "base/web.ts").replace("app(", "/* ours */ app(")}`,
      });
      const before = project.files();
      expect(lifted(project, "--model", "--all")).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("web: stays as it is: overlays/base/web.ts has comments, which would be lost\n"),
      });
      expect(project.files()).toEqual(before);
    });

    test("drops with --accept-rollout what only keeps pods from being replaced, and names what rolls", () => {
      const project = folderWith(kustomized);
      const { status, stdout } = imported(project, ...runs, "--model", "web", "--accept-rollout");
      expect({ status, stdout }).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("6 objects in 2 environments: nothing changes but the pods of 2 workloads\n"),
      });
      expect(written(project, "base/web.ts")).not.toContain("containerName");
    });

    test("says in a patch what the model lacks, and why", () => {
      const odd = deployment.replace("    spec:\n", "    spec:\n      setHostnameAsFQDN: true\n");
      const project = folderWith({ "prod.yaml": odd, "dev.yaml": deployment });
      const { status, stdout } = imported(project, "prod=prod.yaml", "dev=dev.yaml", "--model", "--all");
      expect({ status, stdout }).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("web: 2 objects in the model, 1 of them with a patch"),
      });
      expect(project.read("overlays/prod/index.ts")).toContain(
        `// Not in the model: spec.template.spec.setHostnameAsFQDN of Deployment web.
      .patch({ kind: "Deployment", name: "web" }, "web-deployment-patch.json")`,
      );
    });

    test("allows the folders of nodes that an app mounts", () => {
      const mounting = deployment.replace("    spec:\n", "    spec:\n      volumes: [{ name: logs, hostPath: { path: /var/log } }]\n");
      const project = folderWith({ "prod.yaml": mounting });
      expect(imported(project, "prod=prod.yaml", "--model", "--all").stdout).toContain("1 object in 1 environment: nothing changes\n");
      expect(project.read("overlays/prod/index.ts")).toContain('hostPaths: { web: ["/var/log"] }');
    });

    test.each([
      [["prod=web.yaml", "--model"], "--model takes names of apps, or --all"],
      [["prod=web.yaml", "--model", "web", "--all"], "--model takes names of apps, or --all"],
      [["prod=web.yaml", "--all"], "--all goes with --model"],
      [["prod=web.yaml", "--accept-rollout"], "--accept-rollout goes with --model"],
      [["prod=web.yaml", "--adopt-labels"], "--adopt-labels goes with --model"],
      [["prod=web.yaml", "--model", "wbe"], "wbe: there is no such app to lift"],
      [[], "expected ENVIRONMENT=SOURCE, found nothing"],
    ])("refuses %j, and writes nothing", (args, message) => {
      const project = folderWith({ "web.yaml": deployment });
      const before = project.files();
      expect(imported(project, ...args)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
      expect(project.files()).toEqual(before);
    });
  });

  test.each([
    [["prod"], 'expected ENVIRONMENT=SOURCE, found "prod"'],
    [["Prod=web.yaml", "prod=web.yaml"], "Prod and prod would both be the environment prod"],
    [["dev=-", "prod=-"], "standard input is named twice"],
    [["prod=nowhere"], "there is no such file or folder"],
    [["prod=web.yaml", "--waive-until", "soon"], `--waive-until: expected a day, found "soon"`],
  ])("refuses %j, and writes nothing", (args, message) => {
    const project = folderWith({ "web.yaml": deployment });
    const before = project.files();
    expect(imported(project, ...args)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
    expect(project.files()).toEqual(before);
  });
});
