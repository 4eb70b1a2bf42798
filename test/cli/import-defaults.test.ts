import { describeWithTools } from "../tools.ts";
import { deployment, folderWith, imported } from "./import-project.ts";

const names = ["web", "cart", "mail", "pay", "jobs"];
/** Deployments that agree in what their pods may do. */
const secured = (app: string) =>
  deployment
    .replaceAll("web", app)
    .replace(
      "    spec:\n",
      `    spec:
      securityContext: { fsGroup: 1000, runAsGroup: 1000, runAsNonRoot: true, runAsUser: 1000 }
      priorityClassName: shop
`,
    )
    .replace(
      "          image:",
      `          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] }, privileged: false, readOnlyRootFilesystem: true, seccompProfile: { type: RuntimeDefault } }
          image:`,
    );
const apps = names.map(secured);
const odd = secured("odd").replace("privileged: false", "privileged: true");
const all = ["--model", "--all"];

const said = `  defaults: {
    container: {
      security: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        privileged: false,
        readOnlyRootFilesystem: true,
        seccompProfile: { runtimeDefault: true },
      },
    },
    pod: {
      priorityClass: "shop",
      security: { fsGroup: 1000, runAsGroup: 1000, runAsNonRoot: true, runAsUser: 1000 },
    },
  },
`;
const web = `import { app } from "slipway";

export const web = app("web", {
  namespace: "shop",
  defaults: "environment",
  labels: { app: "web" },
  workload: { kind: "Deployment", replicas: 1 },
  container: {
    image: "nginx",
    env: { B: "1", A: { secret: { name: "db", key: "password" } } },
    envFrom: { settings: { config: "settings" } },
  },
  containerName: "server",
});
`;

describeWithTools(["kustomize", "helm"], "slipway import --model, where most apps agree", () => {
  const estate = () =>
    folderWith({
      "dev.yaml": [...apps, odd].join("---\n"),
      "prod.yaml": [...apps, odd].map((text) => text.replace("replicas: 1", "replicas: 3")).join("---\n"),
    });
  const proven = "12 objects in 2 environments: nothing changes\n";

  test("says once for each environment what they agree in, and leaves an app alone that doesn't", () => {
    const project = estate();
    expect(imported(project, "dev=dev.yaml", "prod=prod.yaml", ...all).stdout).toContain(proven);
    for (const name of ["dev", "prod"]) expect(project.read(`overlays/${name}/index.ts`)).toContain(said);
    expect(project.read("overlays/base/web.ts")).toBe(web);
    expect(project.read("overlays/base/odd.ts")).toContain('defaults: "none"');
    expect(project.read("overlays/base/odd.ts")).toContain('priorityClass: "shop"');
  });

  test("in a repository it writes the same, and keeps the rest of the environment", () => {
    const project = estate();
    imported(project, "dev=dev.yaml", "prod=prod.yaml");
    const index = project.read("overlays/prod/index.ts").replace('  registry: "none",\n', '  // Ours.\n  registry: "none",\n');
    project.write({ "overlays/prod/index.ts": index });
    expect(imported(project, ...all).stdout).toContain(proven);
    for (const name of ["dev", "prod"]) expect(project.read(`overlays/${name}/index.ts`)).toContain(`${said}  apps: [`);
    expect(project.read("overlays/prod/index.ts")).toContain("  // Ours.\n");
    expect(project.read("overlays/base/web.ts")).toBe(web);
    const before = project.files("overlays");
    expect(imported(project, ...all)).toMatchObject({ status: 0, stdout: expect.stringContaining("Nothing was written.\n") });
    expect(project.files("overlays")).toEqual(before);
  });

  test.each([
    ["has defaults", "  defaults: { pod: { enableServiceLinks: false } },\n"],
    ["is written by a person's own code", "  ...ours,\n"],
  ])("in a repository an environment that %s gets no others", (_what, line) => {
    const project = estate();
    imported(project, "dev=dev.yaml", "prod=prod.yaml");
    const index = project.read("overlays/prod/index.ts").replace("  apps: [", `${line}  apps: [`);
    project.write({ "overlays/prod/index.ts": `const ours = {};\n${index}` });
    expect(imported(project, ...all).stdout).toContain(proven);
    expect(project.read("overlays/dev/index.ts")).not.toContain("defaults");
    expect(project.read("overlays/base/web.ts")).not.toContain('defaults: "environment"');
  });

  test("in a repository an app that is lifted later takes what the environment says", () => {
    const project = folderWith({ "prod.yaml": [...apps, odd].join("---\n") });
    imported(project, "prod=prod.yaml");
    expect(imported(project, "--model", ...names.slice(1)).status).toBe(0);
    const index = project.read("overlays/prod/index.ts");
    expect(index).toContain(said);
    expect(imported(project, "--model", "web", "odd").stdout).toContain("6 objects in 1 environment: nothing changes\n");
    expect(project.read("overlays/base/web.ts")).toBe(web);
    expect(project.read("overlays/base/odd.ts")).toContain('defaults: "none"');
    expect(imported(project, "--model", "web", "--accept-rollout")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("nothing changes but the pods of 1 workload\n"),
    });
    expect(project.read("overlays/base/web.ts")).toBe(web.replace('  containerName: "server",\n', ""));
  });

  test("an environment that is imported later says of an app what the others say for it", () => {
    const project = folderWith({ "prod.yaml": apps.join("---\n"), "dev.yaml": secured("web") });
    imported(project, "prod=prod.yaml", ...all);
    expect(imported(project, "dev=dev.yaml")).toMatchObject({ status: 0 });
    expect(project.read("overlays/base/web.ts")).toBe(web);
    expect(project.read("overlays/dev/index.ts")).toContain('defaults: "none"');
    expect(project.read("overlays/dev/index.ts")).toContain("readOnlyRootFilesystem: true");
    expect(imported(project, "prod=prod.yaml", "dev=dev.yaml").stdout).toContain("Nothing was written.\n");
  });

  test("in a repository apps say it themselves where an app of another environment would change", () => {
    const project = folderWith({ "prod.yaml": apps.join("---\n") });
    imported(project, "prod=prod.yaml");
    const index = 'export { prod } from "./prod/index.ts";\nexport { us } from "./us/index.ts";\n';
    project.write({
      "overlays/index.ts": index,
      "overlays/us/index.ts": `import { app, environment } from "slipway";
import { prod } from "../prod/index.ts";

const own = app("own", { namespace: "shop", workload: { kind: "Deployment" }, container: { image: "own:1" } });
export const us = environment("us", { extends: prod, without: ${JSON.stringify(names)}, apps: [own] });
`,
    });
    expect(imported(project, ...all).stdout).toContain("nothing changes\n");
    expect(project.read("overlays/base/web.ts")).toContain('defaults: "none"');
    expect(project.read("overlays/base/web.ts")).toContain('priorityClass: "shop"');
    expect(project.read("overlays/prod/index.ts")).not.toContain("defaults");
  });

  test("an environment that extends another has its defaults", () => {
    const given = ["staging=web.yaml", "prod=web.yaml"];
    for (const steps of [[[...given, ...all]], [given, all]]) {
      const project = folderWith({ "web.yaml": apps.join("---\n") });
      for (const args of steps) expect(imported(project, ...args).stdout).toContain("10 objects in 2 environments: nothing changes\n");
      expect(project.read("overlays/prod/index.ts")).toContain(said);
      expect(project.read("overlays/staging/index.ts")).toContain("extends: prod,");
      expect(project.read("overlays/staging/index.ts")).not.toContain("defaults");
      expect(project.read("overlays/base/web.ts")).toBe(web);
    }
  });

  test("a chart of the environment stays as it is", () => {
    const project = folderWith({
      "prod.yaml": apps.join("---\n"),
      "charts/shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.1.0\n",
      "charts/shop/values.yaml": "{}\n",
      "charts/shop/templates/web.yaml": deployment
        .replaceAll("name: web", 'name: "{{ .Release.Name }}"')
        .replace("namespace: shop", "namespace: tools"),
    });
    expect(imported(project, "prod=prod.yaml", "prod=charts/shop", "--namespace", "tools", ...all).stdout).toContain(
      "6 objects in 1 environment: nothing changes\n",
    );
    expect(project.read("overlays/prod/index.ts")).toContain(said);
    expect(project.read("overlays/base/shop.ts")).toContain('helm: { chart: "charts/shop" }');
  });
});
