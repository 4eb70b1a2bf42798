import { parseAllDocuments } from "yaml";
import { Project } from "../project.ts";
import { describeWithTools } from "../tools.ts";
import { imported } from "./import-project.ts";

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, labels: { team: front } }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "nginx:1.27", volumeMounts: [{ name: data, mountPath: /data }] }] }
`;
const set = deployment
  .replace("Deployment", "StatefulSet")
  .replace("  replicas: 1\n", "  replicas: 1\n  serviceName: web\n")
  .replace(
    /$/,
    "  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]\n",
  );
const cron = `apiVersion: batch/v1
kind: CronJob
metadata: { name: job, namespace: shop }
spec:
  schedule: "@daily"
  jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: job, image: "nginx:1.27" }] } } } }
`;
const service = (labels = "{ team: front }") => `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop, labels: ${labels} }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 80 }] }
`;
const account = `apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: shop }
`;
const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, ingress: [{}] }
`;
const monitor = (labels: string) => `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: all, namespace: shop }
spec: { selector: { matchLabels: ${labels} }, endpoints: [{ targetPort: 80 }] }
`;
const documents = (...texts: string[]) => texts.join("---\n");
const running = documents(
  set.replace("spec: { containers", "spec: { serviceAccountName: web, containers"),
  service(),
  account,
  policy,
  cron,
);
const labels = ["--model", "--all", "--adopt-labels"];

interface Labelled {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: object };
  readonly spec?: object;
}
const objectsIn = (text: string) => parseAllDocuments(text).map((document) => document.toJSON() as Labelled);
const key = ({ kind, metadata }: Labelled) => `${kind} ${metadata.name}`;

/** What Argo CD will apply. */
function rendered(project: Project): Map<string, Labelled> {
  const { status, stderr } = project.slipway("synth");
  expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
  const files = Object.entries(project.files("dist/prod")).filter(([path]) => path.endsWith(".k8s.yaml") && !path.startsWith("argocd/"));
  return new Map(files.flatMap(([, text]) => objectsIn(text).map((object) => [key(object), object] as const)));
}

describeWithTools(["kustomize", "helm"], "slipway import --model --adopt-labels", () => {
  const expectLabelled = (project: Project) => {
    const objects = rendered(project);
    const source = objectsIn(project.read("prod.yaml"));
    for (const object of source) expect([key(object), objects.get(key(object))?.spec]).toEqual([key(object), object.spec]);
    const labelsOf = (name: string) => objects.get(name)?.metadata.labels;
    expect(source.map((object) => [key(object), labelsOf(key(object))])).toEqual([
      ["StatefulSet web", { team: "front", app: "web" }],
      ["Service web", { team: "front", app: "web" }],
      ["ServiceAccount web", { team: "front", app: "web" }],
      // The model doesn't say it as the app's own.
      ["NetworkPolicy web", undefined],
      ["CronJob job", { app: "job" }],
    ]);
    const review = project.slipway("review", "prod.yaml", "dist/prod", "--expect", "in-place", "--format", "json");
    expect(review.status).toBe(0);
    const { changes } = JSON.parse(review.stdout) as { changes: { impact: string; fields: { path: string }[] }[] };
    expect(changes).toHaveLength(4);
    for (const { impact, fields } of changes) {
      expect(impact).toBe("in-place");
      for (const { path } of fields) expect(path).toMatch(/^metadata\.labels\./);
    }
  };
  const sentence = "5 objects in 1 environment: nothing changes but labels of 4 objects\n";

  test("gives objects the labels of their app, and leaves pods, selectors and templates as they are", () => {
    const project = new Project({ "prod.yaml": running });
    const { status, stdout } = imported(project, "prod=prod.yaml", ...labels);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining(sentence) });
    expect(project.read("overlays/base/web.ts")).toContain('  labels: { team: "front", app: "web" },\n');
    expect(project.read("overlays/base/web.ts").match(/labels/g)).toHaveLength(1);
    expect(project.read("import-report.md")).toContain("nothing changes but labels of 4 objects.");
    expect(project.read("import-report.md")).toContain("- prod: ServiceAccount shop/web: app=web, team=front\n");
    expect(project.read("MIGRATION.md")).toContain("npx slipway review prod.yaml dist/prod --expect in-place\n");
    expectLabelled(project);
    expect(imported(project, "prod=prod.yaml", ...labels).stdout).toContain("Nothing was written.\n");
  });

  test.each([
    ["that were included", []],
    ["that were lifted", ["--model", "--all"]],
  ])("gives objects of a repository %s the labels of their app", (_what, first) => {
    const project = new Project({ "prod.yaml": running });
    expect(imported(project, "prod=prod.yaml", ...first).stdout).toContain("5 objects in 1 environment: nothing changes\n");
    expect(imported(project, ...labels).stdout).toContain(sentence);
    expect(JSON.parse(project.read("import-report.json")).relabelled).toHaveLength(4);
    expectLabelled(project);
    expect(imported(project, ...labels).stdout).toContain("Nothing was written.\n");
  });

  test("without the option nothing gets a label", () => {
    const project = new Project({ "prod.yaml": running });
    expect(imported(project, "prod=prod.yaml", "--model", "--all").stdout).toContain("5 objects in 1 environment: nothing changes\n");
    expect(rendered(project).get("CronJob job")?.metadata).toEqual({ name: "job", namespace: "shop" });
  });

  test.each([
    ["a selector would find", service("{}"), monitor("{ app: web }"), "a selector would find Service shop/web by it"],
    ["has another value of it", service("{ app: site }"), policy, "Service shop/web has app: site"],
  ])("an app one of whose objects %s keeps its labels, and the reason is said", (_what, own, other, reason) => {
    const project = new Project({ "prod.yaml": documents(deployment.replace(/, volumeMounts: .*?\]/, ""), own, other) });
    const { status, stdout } = imported(project, "prod=prod.yaml", ...labels);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining(`; without the label app: web, since ${reason}\n`) });
    expect(rendered(project).get("Deployment web")?.metadata.labels).toEqual({ team: "front" });
  });

  test("a label that most objects have isn't given to one that a selector would find by it", () => {
    const plain = deployment.replace(/, volumeMounts: .*?\]/, "");
    const config = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web, namespace: shop, labels: { team: front } }\ndata: { a: b }\n";
    const project = new Project({ "prod.yaml": documents(plain, config, service("{}"), monitor("{ team: front }")) });
    expect(imported(project, "prod=prod.yaml", ...labels).stdout).toContain("nothing changes but labels of 3 objects\n");
    expect(rendered(project).get("Service web")?.metadata.labels).toEqual({ app: "web" });
  });

  test("a label with a domain, which somebody reads, isn't given to others", () => {
    const own = "app: web, velero.io/exclude-from-backup: 'true'";
    const plain = deployment.replace(/, volumeMounts: .*?\]/, "").replace("team: front", own);
    const config = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web, namespace: shop }\ndata: { a: b }\n";
    const project = new Project({ "prod.yaml": documents(plain, service(`{ ${own} }`), config) });
    expect(imported(project, "prod=prod.yaml", ...labels).stdout).toContain("nothing changes but labels of 1 object\n");
    expect(rendered(project).get("ConfigMap web")?.metadata.labels).toEqual({ app: "web" });
  });

  test("an app that can't be lifted keeps its labels", () => {
    const twice = documents(
      deployment.replace(/, volumeMounts: .*?\]/, "").replace("spec: { containers", "spec: { setHostnameAsFQDN: true, containers"),
      deployment.replace(/, volumeMounts: .*?\]/, "").replaceAll("namespace: shop", "namespace: other"),
    );
    const project = new Project({ "prod.yaml": twice, "plan.yaml": "apps:\n  web: [Deployment shop/web, Deployment other/web]\n" });
    const { stdout } = imported(project, "prod=prod.yaml", "--plan", "plan.yaml", ...labels);
    expect(stdout).toContain("web: stays as it is: two objects are called Deployment web\n");
    expect(stdout).toContain("2 objects in 1 environment: nothing changes\n");
  });

  test("an environment that is added gets labels too, and its objects are compared with those", () => {
    const project = new Project({ "dev.yaml": running, "prod.yaml": running });
    imported(project, "dev=dev.yaml", ...labels);
    expect(imported(project, "prod=prod.yaml", ...labels)).toMatchObject({ status: 0, stdout: expect.stringContaining(sentence) });
    expect(project.read("MIGRATION.md").match(/--expect in-place/g)).toHaveLength(2);
    expect(JSON.parse(project.read("import-report.json")).relabelled).toHaveLength(8);
  });
});
