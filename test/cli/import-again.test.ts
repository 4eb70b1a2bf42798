import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describeWithTools } from "../tools.ts";
import { deployment, folderWith, imported } from "./import-project.ts";

const named = (name: string, text = deployment) => text.replaceAll("web", name);
const documents = (...texts: string[]) => texts.join("---\n");
const secret = "apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: shop }\nstringData: { password: hunter2 }\n";
const recordIn = (project: ReturnType<typeof folderWith>) => JSON.parse(project.read("import-report.json"));

describeWithTools(["kustomize", "helm"], "slipway import in a repository that was imported before", () => {
  test("adds steps and a report for an environment that comes later, beside those that are there", () => {
    const project = folderWith({ "dev.yaml": documents(deployment, secret), "prod.yaml": documents(named("api"), secret) });
    imported(project, "dev=dev.yaml");
    expect(imported(project, "prod=prod.yaml")).toMatchObject({ status: 0 });
    const migration = project.read("MIGRATION.md");
    expect(migration.match(/^## .*/gm)).toEqual(["## Before you start", "## 1. dev", "## 2. prod", "## Afterwards", "## The way back"]);
    expect(migration).toContain("npx slipway review prod.yaml dist/prod");
    expect(migration.match(/kubectl annotate secret db/g)).toHaveLength(2);
    const record = recordIn(project);
    expect(record.environments.map(({ name, objects }: { name: string; objects: number }) => [name, objects])).toEqual([
      ["dev", 1],
      ["prod", 1],
    ]);
    expect(record.secrets).toHaveLength(2);
    expect(project.read("import-report.md")).toContain("## dev\n");
  });

  describe("an environment that comes later", () => {
    const config = (level: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\ndata: { LEVEL: ${level}, FORMAT: text, SIZE: big }\n`;
    const later = documents(deployment.replace("replicas: 1", "replicas: 3").replace("nginx:1.27", "nginx:1.28"), config("warn"));
    const files = { "dev.yaml": documents(deployment, config("debug")), "prod.yaml": later };
    const kept = (project: ReturnType<typeof folderWith>) => Object.keys(project.files("overlays/base"));

    test("shares what is included, with patches for what differs", () => {
      const project = folderWith(files);
      imported(project, "dev=dev.yaml");
      const base = kept(project);
      expect(imported(project, "prod=prod.yaml")).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("2 objects in 1 environment: nothing changes"),
      });
      expect(kept(project)).toEqual(base);
      expect(project.read("overlays/prod/index.ts")).toContain('.patch({ kind: "Deployment", name: "web" }, "web-deployment-patch.json")');
      expect(imported(project, "dev=dev.yaml", "prod=prod.yaml").stdout).toContain("Nothing was written.");
    });

    test("shares what the model says, with a layer for what differs", () => {
      const project = folderWith(files);
      imported(project, "dev=dev.yaml", "--model", "--all");
      const base = project.files("overlays/base");
      expect(imported(project, "prod=prod.yaml").status).toBe(0);
      expect(project.files("overlays/base")).toEqual(base);
      expect(project.read("overlays/prod/index.ts")).toContain(
        'apps: [web.with({ workload: { replicas: 3 }, configMaps: { settings: { data: { LEVEL: "warn" } } } })]',
      );
      expect(imported(project, "dev=dev.yaml", "prod=prod.yaml").stdout).toContain("Nothing was written.");
    });

    test("shares a chart, whose values it says over those of base", () => {
      const project = folderWith({
        "charts/shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.1.0\n",
        "charts/shop/values.yaml": "level: info\nsize: 1\n",
        "charts/shop/templates/a.yaml":
          'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\ndata: { a: "{{ .Values.level }}", b: "{{ .Values.size }}" }\n',
        "dev.yaml": "level: debug\nsize: 2\n",
        "qa.yaml": "level: debug\n",
        "prod.yaml": "size: 3\n",
      });
      imported(project, "dev=charts/shop:dev.yaml", "qa=charts/shop:qa.yaml", "--namespace", "shop");
      expect(imported(project, "prod=charts/shop:prod.yaml", "--namespace", "shop").status).toBe(0);
      expect(project.read("overlays/prod/index.ts")).toContain("apps: [shop.with({ helm: { values: { level: null, size: 3 } } })]");
    });

    test("has a file of its own for an app that lacks an object of base, or whose module a person has added to", () => {
      const project = folderWith({ ...files, "prod.yaml": deployment });
      imported(project, "dev=dev.yaml");
      expect(imported(project, "prod=prod.yaml").status).toBe(0);
      expect(kept(project)).toContain("web.prod.ts");
      const other = folderWith(files);
      imported(other, "dev=dev.yaml");
      const text = other.read("overlays/base/web.ts").replace('"slipway";', '"slipway";\nimport { version } from "node:process";');
      other.write({ "overlays/base/web.ts": `${text}export const ours = version;\n` });
      expect(imported(other, "prod=prod.yaml").status).toBe(0);
      expect(kept(other)).toContain("web.prod.ts");
    });
  });

  test("the report says what became of apps that were lifted later", () => {
    const project = folderWith({ "dev.yaml": deployment });
    imported(project, "dev=dev.yaml");
    imported(project, "--model", "--all");
    expect(recordIn(project).models).toMatchObject([{ app: "web", modelled: 1 }]);
    expect(project.read("import-report.md")).toContain("## In the model\n\n- web: 1 object in the model");
    expect(Object.keys(recordIn(project).files)).not.toContain("overlays/dev/web.yaml");
  });

  test("is written anew when the sources are corrected and nobody has changed it, and only then", () => {
    const more = deployment.replace("replicas: 1", "replicas: 2");
    const service =
      "apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { selector: { app: web }, ports: [{ port: 80 }] }\n";
    const project = folderWith({ "dev.yaml": documents(deployment, service), "more.yaml": documents(more, service) });
    expect(imported(project, "dev=dev.yaml", "dev=more.yaml", "prod=dev.yaml").status).toBe(1);
    const again = imported(project, "dev=more.yaml", "prod=dev.yaml");
    expect(again).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("Replaced overlays: nobody had changed what the last import wrote."),
    });
    expect(imported(project, "dev=more.yaml", "prod=dev.yaml").stdout).toContain("Nothing was written.");
    const index = project.read("overlays/dev/index.ts").replace('podSecurity: "privileged"', 'podSecurity: "baseline"');
    project.write({ "overlays/dev/index.ts": index });
    const refused = imported(project, "dev=dev.yaml", "prod=dev.yaml");
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining("already exists, and differs from the sources") });
    expect(project.read("overlays/dev/index.ts")).toBe(index);
  });

  describe("with a record that left something out", () => {
    const digest = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    const changed = deployment.replace("replicas: 1", "replicas: 2");
    function withProblem(): ReturnType<typeof folderWith> {
      const project = folderWith({ "dev.yaml": deployment, "api.yaml": named("api"), "broken.yaml": "a: [", "elsewhere/keep.txt": "a" });
      expect(imported(project, "dev=dev.yaml", "dev=api.yaml", "dev=broken.yaml").status).toBe(1);
      project.write({ "dev.yaml": changed });
      return project;
    }
    const record = (project: ReturnType<typeof folderWith>, more: object) =>
      project.write({ "import-report.json": JSON.stringify({ ...recordIn(project), ...more }) });

    test.each(["overlays/../elsewhere/keep.txt", "overlays/link/keep.txt"])("deletes nothing elsewhere, whatever it says: %s", (path) => {
      const project = withProblem();
      symlinkSync("../elsewhere", join(project.folder, "overlays/link"));
      record(project, { files: { ...recordIn(project).files, [path]: digest } });
      expect(imported(project, "dev=dev.yaml", "dev=api.yaml").status).toBe(1);
      expect(project.read("elsewhere/keep.txt")).toBe("a");
    });

    test.each([{ environments: [null] }, { files: { overlays: digest } }, { secrets: 1 }])(
      "is none with %j, and no reason to fail",
      (more) => {
        const project = withProblem();
        record(project, more);
        expect(imported(project, "dev=dev.yaml", "dev=api.yaml")).toMatchObject({
          status: 1,
          stderr: expect.stringContaining("already exists, and differs from the sources"),
        });
      },
    );

    test("drops no app whose source isn't named again, and no note of a person", () => {
      const project = withProblem();
      expect(imported(project, "dev=dev.yaml").status).toBe(1);
      expect(Object.keys(project.files("overlays/base"))).toContain("api.ts");
      const migration = `${project.read("MIGRATION.md")}Ours.\n`;
      project.write({ "MIGRATION.md": migration });
      expect(imported(project, "dev=dev.yaml", "dev=api.yaml").status).toBe(1);
      expect(project.read("MIGRATION.md")).toBe(migration);
    });

    test("a report that isn't one stays", () => {
      const project = withProblem();
      project.write({ "import-report.json": "<<<<<<< HEAD\n", "new.yaml": named("new") });
      expect(imported(project, "dev=new.yaml")).toMatchObject({
        status: 0,
        stderr: expect.stringContaining("import-report.json isn't as it was written, and stays"),
      });
      expect(project.read("import-report.json")).toBe("<<<<<<< HEAD\n");
    });
  });

  test("an environment goes without an app that is added to the one it extends alone", () => {
    const apps = ["web", "cart", "mail", "pay"].map((name) => named(name));
    const project = folderWith({ "prod.yaml": documents(...apps), "dev.yaml": documents(...apps) });
    imported(project, "dev=dev.yaml", "prod=prod.yaml");
    expect(project.read("overlays/dev/index.ts")).toContain("extends: prod");
    project.write({ "prod.yaml": documents(...apps, named("extra").replace("nginx:1.27", "busybox:1.36")) });
    expect(imported(project, "prod=prod.yaml").status).toBe(0);
    expect(project.read("overlays/dev/index.ts")).toContain('without: ["extra"]');
    expect(imported(project, "dev=dev.yaml", "prod=prod.yaml").stdout).toContain("Nothing was written.");
  });

  test("names an app that no source has any more, and refuses one that none has", () => {
    const project = folderWith({ "dev.yaml": documents(deployment, named("api"), named("mail")) });
    imported(project, "dev=dev.yaml");
    project.write({ "dev.yaml": documents(deployment, named("api")) });
    expect(imported(project, "dev=dev.yaml")).toMatchObject({
      status: 0,
      stderr: "dev: mail is in overlays, and no source has it\n",
    });
    project.write({ "new.yaml": named("jobs") });
    expect(imported(project, "dev=new.yaml")).toMatchObject({ status: 0, stderr: "" });
    expect(imported(project, "dev=dev.yaml", "--app", "wbe")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no source has such an app\n  Did you mean "web"?'),
    });
  });

  test("an environment inherits an app that is added to the one it extends", () => {
    const apps = ["web", "cart", "mail", "pay"].map((name) => named(name));
    const project = folderWith({ "prod.yaml": documents(...apps), "prod-eu.yaml": documents(...apps) });
    imported(project, "prod=prod.yaml", "prod-eu=prod-eu.yaml");
    expect(project.read("overlays/prod-eu/index.ts")).toContain("extends: prod");
    const more = documents(...apps, named("extra").replaceAll("shop", "elsewhere"));
    project.write({ "prod.yaml": more, "prod-eu.yaml": more });
    expect(imported(project, "prod=prod.yaml", "prod-eu=prod-eu.yaml").status).toBe(0);
    expect(project.read("overlays/prod/index.ts")).toContain("extra");
    expect(project.read("overlays/prod-eu/index.ts")).not.toMatch(/extra|elsewhere/);
  });

  test("--accept-rollout drops from an app that was lifted what the model would drop, once", () => {
    const project = folderWith({ "dev.yaml": deployment, "prod.yaml": deployment });
    imported(project, "dev=dev.yaml", "prod=prod.yaml");
    expect(imported(project, "--model", "web").stdout).toContain("one rollout would drop the container's name");
    expect(imported(project, "--model", "web", "--accept-rollout").stdout).toBe(
      "web: 2 objects in the model\n2 objects in 2 environments: nothing changes but the pods of 2 workloads\nWrote 1 file.\n",
    );
    expect(project.read("overlays/base/web.ts")).not.toContain("containerName");
    expect(imported(project, "--model", "web", "--accept-rollout").stdout).toContain(
      "web: stays as it is: the model says it already, and there is nothing that a rollout would drop",
    );
  });

  test("names what --all leaves as it is: charts, and what a person has written comments into", () => {
    const project = folderWith({
      "charts/shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.1.0\n",
      "charts/shop/templates/a.yaml": 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\ndata: { a: "#" }\n',
      "dev.yaml": documents(...["a", "b", "c", "d"].map((name) => named(name))),
    });
    imported(project, "dev=dev.yaml", "dev=charts/shop", "--namespace", "shop");
    const base = (name: string) => `overlays/base/${name}.ts`;
    project.write({
      [base("a")]: `// Ours.\n${project.read(base("a"))}`,
      [base("b")]: project.read(base("b")).replace("export const", "// By ops.\nexport const"),
      "overlays/dev/c.yaml": project.read("overlays/dev/c.yaml").replace("replicas: 1", "replicas: 1 # by ops"),
    });
    expect(imported(project, "--model", "--all").stdout).toBe(
      "a: stays as it is: overlays/base/a.ts has comments, which would be lost\n" +
        "b: stays as it is: overlays/base/b.ts has comments, which would be lost\n" +
        "c: stays as it is: overlays/dev/c.yaml has comments, which would be lost\n" +
        "d: 1 object in the model; one rollout would drop the container's name\n" +
        "shop: stays as it is: it is a chart\n" +
        "5 objects in 1 environment: nothing changes\nWrote 1 file, and removed overlays/dev/d.yaml.\n",
    );
  });

  test("carries over what slipway.yaml says, and names what overlays can't", () => {
    const project = folderWith({
      "dev.yaml": deployment,
      "slipway.yaml": `podSecurity: baseline
provided: [{ kind: Secret, name: "d*" }]
rules: { rollout/requests: { severity: info, reason: "They are small, all of them." } }
waivers:
  Old One: { rule: references/configuration, resource: Deployment web, reason: "It is made by hand.", until: "2099-01-31" }
environments: { dev: { sources: [dev.yaml] } }
`,
    });
    expect(imported(project)).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("overlays have no place for rules of slipway.yaml"),
    });
    const index = project.read("overlays/dev/index.ts");
    expect(index).toContain('podSecurity: "baseline"');
    expect(index).toContain('d: { kind: "Secret", name: "d*" }');
    expect(index).toContain('"old-one": {');
    expect(index).not.toContain("imported-");
  });
});
