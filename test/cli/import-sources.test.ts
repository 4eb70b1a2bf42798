import { describeWithTools } from "../tools.ts";
import { deployment, folderWith, imported, installed } from "./import-project.ts";

const configMap = (name: string, data: string, metadata = "") => `apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, namespace: shop${metadata} }
data: ${data}
`;
const documents = (...texts: string[]) => texts.join("---\n");

describeWithTools(["kustomize", "helm"], "what slipway import makes of sources", () => {
  test("an object with generateName, and one without a name, are problems that say which they are", () => {
    const job = "apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: migrate- }\n";
    const project = folderWith({ "dev.yaml": documents(configMap("a", "{}"), job, "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n") });
    const { status, stderr } = imported(project, "dev=dev.yaml");
    expect(status).toBe(1);
    expect(stderr).toContain('"Job" with generateName "migrate-" is another object each time it is created');
    expect(stderr).toContain('an object ("ConfigMap") lacks metadata.name');
  });

  test("names what every cluster makes by itself, and leaves it out however it was read", () => {
    const token =
      "apiVersion: v1\nkind: Secret\nmetadata: { name: sh.token, namespace: shop }\ntype: kubernetes.io/service-account-token\ndata: { token: aGk= }\n";
    const project = folderWith({ "dev.yaml": documents(configMap("a", "{}"), configMap("kube-root-ca.crt", "{ ca.crt: x }"), token) });
    expect(imported(project, "dev=dev.yaml")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("1 object in 1 environment"),
      stderr: "dev: 2 objects of dev.yaml left out, which the cluster makes by itself: ConfigMap kube-root-ca.crt, Secret sh.token\n",
    });
  });

  test("takes an object with kubectl's record of it for one of a cluster", () => {
    const record = ', annotations: { kubectl.kubernetes.io/last-applied-configuration: "{}" }';
    const project = folderWith({ "dev.yaml": configMap("a", "{ a: b }", record) });
    expect(imported(project, "dev=dev.yaml").status).toBe(0);
    expect(project.read("overlays/dev/shared.yaml")).not.toContain("last-applied");
  });

  test("keeps the empty directories of a cluster's dump", () => {
    const volumes = "      volumes: [{ name: data, emptyDir: {} }]\n";
    const dump = `${deployment}${volumes}`.replace("namespace: shop, ", "namespace: shop, uid: a, ");
    const project = folderWith({ "dev.yaml": dump });
    expect(imported(project, "dev=dev.yaml").status).toBe(0);
    expect(project.read("overlays/dev/web.yaml")).toContain("emptyDir: {}");
  });

  test("says that a document isn't imported where others of its file are", () => {
    const project = folderWith({
      "dev.yaml": documents("x-common: { a: b }\n", configMap("a", "{}")),
      "dev/notes.yaml": "a: b\n",
      "dev/b.yaml": configMap("b", "{}"),
    });
    expect(imported(project, "dev=dev.yaml", "dev=dev").stderr).toBe(
      "dev: a document of dev.yaml isn't imported: neither a manifest nor a list of them: it has no apiVersion and no kind\n" +
        "dev: dev/notes.yaml isn't imported: neither a manifest nor a list of them: it has no apiVersion and no kind\n",
    );
  });

  test("an integer that would be rounded is a problem, and the rest is imported", () => {
    const widget = "apiVersion: shop.example/v1\nkind: Widget\nmetadata: { name: a, namespace: shop }\nspec: { id: 9007199254740993 }\n";
    const project = folderWith({ "dev.yaml": documents(configMap("a", "{}"), widget) });
    expect(imported(project, "dev=dev.yaml")).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("1 object in 1 environment: nothing changes"),
      stderr: expect.stringContaining("dev.yaml:9: dev: holds the integer 9007199254740993, which can't be kept to its last digit\n"),
    });
  });

  test("whatever the sources refer to and don't hold is provided, other errors are waived for each object, and synth writes", () => {
    const pods = (name: string) =>
      deployment
        .replaceAll("web", name)
        .replace("    spec:\n", "    spec:\n      serviceAccountName: robot\n")
        .replace(
          "name: server\n",
          "name: server\n          ports: [{ containerPort: 80, name: http }, { containerPort: 81, name: http }]\n",
        );
    const others = "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: other, namespace: shop }\n";
    const project = folderWith({ "dev.yaml": documents(...["a", "b", "c"].map(pods), others) });
    expect(imported(project, "dev=dev.yaml").status).toBe(0);
    const index = project.read("overlays/dev/index.ts");
    expect(index).toContain('robot: { kind: "ServiceAccount", name: "robot" },');
    expect(index).toContain('db: { kind: "Secret", name: "db" },');
    for (const name of ["a", "b", "c"]) expect(index).toContain(`resource: "Deployment shop/${name}"`);
    const { status, stderr } = installed(project).slipway("synth");
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining("0 errors") });
    expect(JSON.parse(project.read("import-report.json"))).toMatchObject({
      environments: [{ provided: ["ConfigMap shop/settings", "Secret shop/db", "ServiceAccount shop/robot"], waivers: 3 }],
    });
  });

  test("overlays don't say that something exists which they can't name", () => {
    const project = folderWith({ "dev.yaml": deployment.replaceAll("namespace: shop", 'namespace: "$(namespace)"') });
    expect(imported(project, "dev=dev.yaml").stderr).not.toContain("provided");
  });

  test("takes a source after an option of several names for a source", () => {
    const files = { "dev.yaml": deployment };
    expect(imported(folderWith(files), "--literal-secrets", "dev", "dev=dev.yaml").status).toBe(0);
    const project = folderWith(files);
    expect(imported(project, "--model", "web", "dev=dev.yaml").stdout).toContain("web: 1 object in the model");
    expect(imported(project, "--app", "web", "dev=dev.yaml").stdout).toContain("Nothing was written.");
  });

  test.each([
    [["--literal-secrets", "prd"], 'no environment is called "prd"\n  Name one of prod.'],
    [["--waive-until", "2020-01-01"], "--waive-until: 2020-01-01 is over"],
    [["--namespace", "Bad_NS"], '--namespace: "Bad_NS" is no name of a namespace'],
    [["--repository", ""], "--repository: expected a URL, found nothing"],
  ])("refuses %j, and writes nothing", (args, message) => {
    const project = folderWith({ "prod.yaml": deployment });
    const { status, stderr } = imported(project, "prod=prod.yaml", ...args);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
    expect(project.files("overlays")).toEqual({});
  });

  test("writes characters that can't be seen as escapes", () => {
    const text = '{ a: "\\uFEFFx\\u2028\\u202E", b: "1\\u00852\\n3\\n4\\n" }';
    const project = folderWith({ "dev.yaml": configMap("web", text) });
    expect(imported(project, "dev=dev.yaml", "--model", "--all").status).toBe(0);
    const written = project.read("overlays/base/shared.ts");
    expect(written).toContain(String.raw`a: "\ufeffx\u2028\u202e"`);
    expect(written).toContain(String.raw`b: "1\u00852\n3\n4\n"`);
  });

  describe("in environments that put a prefix before names", () => {
    const prefixed = (prefix: string, level: string) =>
      documents(
        deployment
          .replaceAll("name: web,", `name: ${prefix}web,`)
          .replaceAll("app: web", `app: ${prefix}web`)
          .replace("name: settings", `name: ${prefix}web-settings`),
        configMap(`${prefix}web-settings`, `{ LEVEL: ${level}, FORMAT: text }`),
      );
    const controller = deployment.replaceAll("name: web,", "name: controller,").replaceAll("app: web", "app: controller");

    test("a workload without it leaves the others as they are", () => {
      const project = folderWith({
        "dev.yaml": documents(prefixed("dev-", "debug"), controller),
        "prod.yaml": documents(prefixed("prod-", "warn"), controller),
      });
      expect(imported(project, "dev=dev.yaml", "prod=prod.yaml").status).toBe(0);
      expect(Object.keys(project.files("overlays/base")).filter((path) => path.endsWith(".ts"))).toEqual(["controller.ts", "web.ts"]);
    });

    test("the model's own names are without it, so that environments share what is the same", () => {
      const project = folderWith({ "dev.yaml": prefixed("dev-", "debug"), "prod.yaml": prefixed("prod-", "warn") });
      expect(imported(project, "dev=dev.yaml", "prod=prod.yaml", "--model", "--all").status).toBe(0);
      expect(project.read("overlays/base/web.ts")).toContain('envFrom: { "web-settings": { config:');
      expect(project.read("overlays/prod/index.ts")).toContain(
        'configMaps: { settings: { name: "prod-web-settings", data: { LEVEL: "warn" } } }',
      );
    });
  });

  test("an image that each environment has in a registry of its own has one name, and is pinned to the registry", () => {
    const at = (registry: string) => deployment.replace("nginx:1.27", `${registry}/shop/web:1.27`);
    const project = folderWith({
      "dev.yaml": at("dev.example:5000"),
      "prod.yaml": at("prod.example/live"),
      "qa.yaml": at("dev.example:5000"),
    });
    const sources = ["dev=dev.yaml", "prod=prod.yaml", "qa=qa.yaml"];
    expect(imported(project, ...sources, "--model", "--all").stdout).toContain("3 objects in 3 environments: nothing changes");
    expect(project.read("overlays/base/web.ts")).toContain('image: "shop/web"');
    expect(project.read("overlays/prod/kustomization.yaml")).toContain(
      'images:\n- name: shop/web\n  newName: prod.example/live/shop/web\n  newTag: "1.27"\n',
    );
    expect(project.read("overlays/prod/index.ts")).toContain("apps: [web]");
    expect(imported(project, ...sources).stdout).toContain("Nothing was written.");
    expect(installed(project).slipway("image", "set", "prod", "prod.example/live/shop/web:1.28").status).toBe(0);
    expect(project.read("overlays/prod/kustomization.yaml")).toContain('newName: prod.example/live/shop/web\n  newTag: "1.28"\n');
  });

  test("Applications decide which app an object belongs to that says nothing itself", () => {
    const application = (name: string, path: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ${name}, namespace: argocd }
spec: { project: default, source: { repoURL: "https://git.example/a.git", path: ${path} }, destination: { namespace: shop } }
`;
    const named = (name: string) => deployment.replaceAll("web", name);
    const project = folderWith({
      ".git/HEAD": "ref: refs/heads/main\n",
      "apps/one/web.yaml": named("web"),
      "apps/one/more/extra.yaml": configMap("extra", "{ a: b }"),
      "apps/two/api.yaml": named("api"),
      "argocd.yaml": documents(application("one", "./apps/one/"), application("two", "apps/two")),
      "dump.yaml": documents(
        ...[named("mail"), configMap("left", "{ a: b }")].map((text) =>
          text.replace(
            "namespace: shop",
            'namespace: shop, uid: a, annotations: { argocd.argoproj.io/tracking-id: "three:apps/Deployment:shop/x" }',
          ),
        ),
      ),
    });
    expect(imported(project, "dev=apps", "dev=argocd.yaml", "dev=dump.yaml").status).toBe(0);
    expect(project.read("import-report.md")).toContain("ConfigMap shop/extra: is deployed with it by Application one");
    expect(project.read("import-report.md")).toContain("ConfigMap shop/left: is deployed with it by Application three");
  });

  test("one container is the main one in all environments, wherever it stands", () => {
    const pods = (...containers: string[]) => deployment.replace(/ {8}- name: server.*/s, containers.join(""));
    const [server, proxy] = ["        - { name: server, image: web:1 }\n", "        - { name: proxy, image: proxy:1 }\n"];
    const project = folderWith({ "dev.yaml": pods(server, proxy), "prod.yaml": pods(proxy, server), "eu.yaml": pods(server, proxy) });
    const { status, stdout } = imported(project, "dev=dev.yaml", "eu=eu.yaml", "prod=prod.yaml", "--model", "--all");
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("web: 3 objects in the model; one rollout") });
    expect(project.read("overlays/prod/index.ts")).toContain('apps: [web.with({ containerOrder: ["proxy"] })]');
  });
});
