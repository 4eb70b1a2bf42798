import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject } from "slipway";
import { kubectl, snapshotText, takeSnapshot } from "../../lib/cluster/index.ts";
import { slipwayIn } from "../project.ts";
import { writeFiles } from "../write-files.ts";
import { ApiServer, describeWithServers, folder as servers } from "./api-server.ts";

const object = (apiVersion: string, kind: string, name: string, members: object = {}, metadata: object = {}): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, ...metadata },
  ...members,
});
const inShop = (apiVersion: string, kind: string, name: string, members: object = {}, annotations: Record<string, string> = {}) =>
  object(apiVersion, kind, name, members, { namespace: "shop", annotations });

const secretValue = "a-value-nobody-may-see";
const configValue = "a-setting-nobody-may-see";
const annotation = { note: "an-annotation-nobody-may-see" };
const hidden = [secretValue, configValue, annotation.note].flatMap((text) => [
  text,
  Buffer.from(text).toString("base64").replace(/=+$/, ""),
]);

const crd = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.org", {
  spec: {
    group: "example.org",
    scope: "Cluster",
    names: { kind: "Widget", plural: "widgets" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            description: "a widget",
            properties: { spec: { type: "object", properties: { size: { type: "integer", description: "how large" } } } },
          },
        },
      },
    ],
  },
});

const objects: readonly KubernetesObject[] = [
  crd,
  object("v1", "Namespace", "shop", {}, { labels: { "pod-security.kubernetes.io/enforce": "restricted" } }),
  inShop("v1", "Secret", "database", { type: "Opaque", stringData: { password: secretValue } }, annotation),
  inShop("v1", "Secret", "sh.helm.release.v1.web.v1", { type: "helm.sh/release.v1", stringData: { release: secretValue } }),
  inShop("v1", "ConfigMap", "settings", { data: { "web.yaml": configValue }, binaryData: { logo: "AAAA" } }, annotation),
  inShop("v1", "ServiceAccount", "web", {}, annotation),
  inShop("v1", "Service", "web", { spec: { ports: [{ name: "http", port: 80 }] } }, annotation),
  inShop("v1", "Service", "members", { spec: { clusterIP: "None", ports: [{ port: 5432 }] } }),
  inShop("v1", "ResourceQuota", "few", { spec: { hard: { pods: "1" } } }),
  inShop("v1", "LimitRange", "small", { spec: { limits: [{ type: "Container", max: { memory: "1Gi" } }] } }),
  object("scheduling.k8s.io/v1", "PriorityClass", "urgent", { value: 1000 }, { annotations: annotation }),
  object("storage.k8s.io/v1", "StorageClass", "fast", { provisioner: "example.org/disk", parameters: { key: secretValue } }),
  object("networking.k8s.io/v1", "IngressClass", "public", { spec: { controller: "example.org/ingress" } }),
  object("node.k8s.io/v1", "RuntimeClass", "sandbox", { handler: "sandbox" }),
  object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "named", {
    spec: {
      matchConstraints: { resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }] },
      validations: [{ expression: "object.metadata.name != 'x'" }],
    },
  }),
];

const webhook = (caBundle: string) =>
  object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "gate", {
    webhooks: [
      {
        name: "gate.example.org",
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        failurePolicy: "Ignore",
        clientConfig: { url: "https://gate.example.org/", caBundle },
        rules: [{ apiGroups: ["example.org"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["gates"] }],
      },
    ],
  });

const deployment = (spec: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: ${spec}
`;

describeWithServers("cluster snapshot", () => {
  const server = new ApiServer();
  const project = mkdtempSync(join(tmpdir(), "slipway-snapshot-"));
  const environment = { PATH: `${servers}:${process.env.PATH}` };
  const take = (...args: string[]) => slipwayIn(project, environment, "cluster", "snapshot", ...args);
  const check = (...args: string[]) => {
    const { stdout } = slipwayIn(project, environment, "check", ...args, "--format", "json");
    const { findings } = JSON.parse(stdout) as { findings: { rule: string; severity: string; message: string }[] };
    return findings.map(({ rule, severity, message }) => `${severity} ${rule}: ${message}`);
  };
  let kubeconfig = "";
  beforeAll(async () => {
    await server.start();
    kubeconfig = server.kubeconfig();
    for (const each of [...objects, webhook(readFileSync(server.file("ca.crt")).toString("base64"))]) await server.create(each);
    for (let tries = 0; (await server.ask("GET", "/apis/example.org/v1/widgets")).status !== 200 && tries < 100; tries++)
      await new Promise((next) => setTimeout(next, 100));
    process.env.PATH = environment.PATH;
  }, 90_000);
  afterAll(() => {
    server.stop();
    rmSync(project, { recursive: true });
  });

  test("has what manifests depend on, and nothing that is secret or changes", async () => {
    const { status, stderr } = take("--kubeconfig", kubeconfig, "--out", "clusters/prod.yaml");
    expect([status, stderr]).toEqual([0, ""]);
    const first = readFileSync(join(project, "clusters/prod.yaml"), "utf8");
    await server.create(objects[3] as KubernetesObject);
    const { stdout } = take("--kubeconfig", kubeconfig);
    expect(stdout).toBe(first);
    for (const text of [...hidden, "annotations", "uid", "resourceVersion", "managedFields", "status:", "sh.helm", "caBundle"])
      expect(first).not.toContain(text);
    const { namespaces, classes, kubernetes } = await takeSnapshot(kubectl({ kubeconfig }));
    expect(kubernetes).toBe("1.34");
    expect(namespaces.shop).toEqual({
      labels: { "pod-security.kubernetes.io/enforce": "restricted" },
      secrets: { database: "Opaque" },
      configMaps: { settings: ["logo", "web.yaml"] },
      serviceAccounts: ["web"],
      services: { members: { headless: true, ports: [{ port: 5432 }] }, web: { ports: [{ name: "http", port: 80 }] } },
      resourceQuotas: { few: { hard: { pods: "1" } } },
      limitRanges: { small: { limits: [expect.objectContaining({ type: "Container", max: { memory: "1Gi" } })] } },
    });
    expect(classes).toMatchObject({
      IngressClass: { public: { spec: { controller: "example.org/ingress" } } },
      PriorityClass: { urgent: { value: 1000 } },
      RuntimeClass: { sandbox: { handler: "sandbox" } },
      StorageClass: { fast: { provisioner: "example.org/disk" } },
    });
  });

  test("no value of a Secret or ConfigMap reaches the process, whatever it asks kubectl", async () => {
    const ask = kubectl({ kubeconfig });
    const printed: string[] = [];
    const snapshot = await takeSnapshot(async (...args) => {
      const answer = await ask(...args);
      if ("text" in answer) printed.push(answer.text);
      return answer;
    });
    expect(printed.length).toBeGreaterThan(20);
    // The list of StorageClasses has their parameters, and that of Services annotations; neither is kept.
    const values = [secretValue, configValue].flatMap((value) => [value, Buffer.from(value).toString("base64").replace(/=+$/, "")]);
    const others = printed.filter((text) => !text.includes("StorageClassList"));
    expect(others.filter((text) => values.some((value) => text.includes(value)))).toEqual([]);
    expect(snapshotText(snapshot)).not.toMatch(/nobody-may-see/);
  });

  test("check knows the cluster by it", () => {
    const container =
      "containers: [{ name: web, image: 'web:1', envFrom: [{ secretRef: { name: database } }, { secretRef: { name: nowhere } }] }]";
    const manifests = {
      "manifests/web.yaml": deployment(`{ priorityClassName: urgent, serviceAccountName: web, ${container} }`),
      "widgets/widget.yaml": "apiVersion: example.org/v1\nkind: Widget\nmetadata: { name: a }\nspec: { size: large }\n",
      "widgets/gadget.yaml": "apiVersion: example.org/v1\nkind: Gadget\nmetadata: { name: a }\nspec: {}\n",
    };
    writeFiles(project, manifests);
    const [without, within] = [check("manifests", "widgets"), check("manifests", "widgets", "--snapshot", "clusters/prod.yaml")];
    expect(without.filter((line) => /database|nowhere/.test(line))).toEqual([
      expect.stringMatching(/^info .*"database"/),
      expect.stringMatching(/^info .*"nowhere"/),
    ]);
    expect(within.filter((line) => /database|nowhere/.test(line))).toEqual([
      expect.stringMatching(/^warning .*"nowhere".*; the cluster has none either, as of clusters\/prod.yaml$/),
    ]);
    expect(without.filter((line) => /rollout\/quota|pod-security|size|Gadget/.test(line))).toEqual([]);
    expect(within).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^error schema\/fields: expected an integer, found "large"$/),
        expect.stringMatching(/^error schema\/api-version: the cluster doesn't serve example.org\/v1 Gadget, as of clusters\/prod.yaml$/),
        expect.stringMatching(
          /^warning rollout\/quota: ResourceQuota few of the cluster allows 1 pods, and the manifests of shop ask for 2$/,
        ),
        expect.stringMatching(/^error security\/pod-standard: /),
      ]),
    );
  });

  test("what an account may not list is said, and not taken for missing", async () => {
    await server.create(inShop("v1", "ServiceAccount", "reader"));
    const { body } = await server.ask("POST", "/api/v1/namespaces/shop/serviceaccounts/reader/token", { spec: {} }, "application/json");
    const { token } = (body as { status: { token: string } }).status;
    const config = JSON.parse(readFileSync(kubeconfig, "utf8")) as { users: unknown };
    const own = server.file("reader.kubeconfig");
    writeFileSync(own, JSON.stringify({ ...config, users: [{ name: "test", user: { token } }] }), { mode: 0o600 });
    const { status, stderr } = take("--kubeconfig", own, "--out", "clusters/reader.yaml");
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^not allowed to list, .*secrets.*docs\/cluster-snapshot\.md/s)]);
    expect(readFileSync(join(project, "clusters/reader.yaml"), "utf8")).toMatch(/notAllowed:\n(- .*\n)*- secrets\n/);
    expect(check("manifests", "--snapshot", "clusters/reader.yaml").filter((line) => line.includes("nowhere"))).toEqual([
      expect.stringMatching(/^info /),
    ]);
  });
}, ["kubectl"]);
