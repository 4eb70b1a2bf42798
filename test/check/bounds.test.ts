import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { boardOf, boardPage } from "../../lib/board/index.ts";
import { readFolder } from "../../lib/check/folder.ts";
import { check, writeReport } from "../../lib/check/index.ts";
import { readManifests } from "../../lib/kubernetes/index.ts";
import type { KubernetesObject } from "../../lib/manifest/index.ts";
import { fitsGlob, fitsPattern } from "../../lib/outside/index.ts";
import { review, treeOf, writeReview } from "../../lib/review/index.ts";
import { Project } from "../project.ts";
import { sized } from "../sizes.ts";

const today = "2026-01-01";
const checked = (objects: readonly object[]) =>
  check(
    [{ name: "test", kubernetes: "1.34", manifests: objects.map((object) => ({ object: object as KubernetesObject, app: "web" })) }],
    today,
  );
const tree = (objects: readonly object[]) =>
  treeOf(new Map(objects.map((object, index) => [`web/${index}.json`, JSON.stringify(object)])), "test");

/** Everything that reads objects, and everything that writes what it found. */
function everything(objects: readonly object[]): void {
  const report = checked(objects);
  for (const format of ["text", "json", "codequality", "sarif", "github"] as const) writeReport(report, format, true);
  for (const [before, after] of [
    [[], objects],
    [objects, []],
    [objects, objects.map((object) => JSON.parse(JSON.stringify(object).replace(/"replicas":\d+/, '"replicas":9')) as object)],
  ] as const) {
    const found = review(tree(before), tree(after));
    for (const format of ["text", "markdown", "json", "html", "codequality"] as const) writeReview(found, format, true);
  }
  const manifests = objects.map((object) => ({ environment: "test", app: "web", file: "a", object: object as KubernetesObject }));
  boardPage(boardOf([{ name: "test", kubernetes: "1.34", manifests, pinnedAt: new Map(), holds: new Map() }], today));
}

/** Of everything what differs most: all rules, and one report of each that escapes what it shows. */
function most(objects: readonly object[]): void {
  writeReport(checked(objects), "text", true);
  const found = review(tree([]), tree(objects));
  for (const format of ["text", "markdown", "html"] as const) writeReview(found, format, true);
}

function seconds(action: () => unknown): number {
  const started = performance.now();
  action();
  return (performance.now() - started) / 1000;
}

/** An object of a kind with many fields, each of them this text. */
function everyText(text: string): object[] {
  const metadata = {
    name: "web",
    namespace: "shop",
    labels: { app: text, [text]: text },
    annotations: { "argocd.argoproj.io/sync-wave": text, "argocd.argoproj.io/sync-options": text },
  };
  const container = {
    name: text,
    image: text,
    env: [
      { name: text, value: text },
      { name: "DATABASE_PASSWORD", value: text },
    ],
    command: [text],
    args: [`--${text}`],
    ports: [{ name: text, containerPort: 80, protocol: text }],
    resources: { requests: { cpu: text, memory: text, [text]: text }, limits: { cpu: `${text}m` } },
    livenessProbe: { httpGet: { path: text, port: text, host: text } },
    volumeMounts: [{ name: text, mountPath: text, subPath: text }],
  };
  const template = {
    metadata: { labels: { app: text } },
    spec: {
      containers: [container],
      volumes: [{ name: text, configMap: { name: text } }],
      serviceAccountName: text,
      nodeSelector: { [text]: text },
    },
  };
  return [
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: 1, selector: { matchLabels: { app: text } }, template } },
    { apiVersion: "batch/v1", kind: "CronJob", metadata, spec: { schedule: text, timeZone: text, jobTemplate: { spec: { template } } } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        selector: { app: text },
        clusterIP: text,
        externalName: text,
        loadBalancerSourceRanges: [text],
        ports: [{ name: text, port: 80, targetPort: text }],
      },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata,
      spec: {
        ingressClassName: text,
        tls: [{ hosts: [text], secretName: text }],
        rules: [
          { host: text, http: { paths: [{ path: text, pathType: text, backend: { service: { name: text, port: { name: text } } } }] } },
        ],
      },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata,
      spec: { podSelector: { matchLabels: { app: text } }, ingress: [{ from: [{ ipBlock: { cidr: text } }], ports: [{ port: text }] }] },
    },
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { [text]: text, password: text }, binaryData: { a: text } },
    { apiVersion: "v1", kind: "Secret", metadata, type: text, data: { [text]: text, a: text } },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata,
      spec: { accessModes: [text], storageClassName: text, resources: { requests: { storage: text } } },
    },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: text, labels: { "pod-security.kubernetes.io/enforce": text } } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata,
      rules: [{ verbs: [text], apiGroups: [text], resources: [text] }],
    },
    {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata,
      spec: {
        project: text,
        destination: { server: text, namespace: text },
        source: { repoURL: text, path: text },
        syncPolicy: { syncOptions: [text] },
      },
    },
    {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "AppProject",
      metadata,
      spec: { sourceRepos: [text, `*${text}*`], destinations: [{ server: `*${text}*`, namespace: text }] },
    },
    { apiVersion: text, kind: text, metadata, spec: { [text]: text } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: text, namespace: text, finalizers: [text] } },
  ];
}

/** Seconds: many times what it takes on a busy machine, and far less than what grows by the square takes. */
const bound = sized(60, 240);

const kilobytes = sized(3, 100);
test.each(["a", "-", ".", " ", "0", "/", "[", '"', "\\", ":", "=", "*", "@", "`", "\n", "(", "A", "a.", "-a", '["', "0.", "://a:"])(
  `texts of ${kilobytes} kB of %j take no longer than their length`,
  (part) => {
    const objects = everyText(part.repeat((kilobytes * 1000) / part.length));
    expect(seconds(() => (part === "a" ? everything(objects) : most(objects)))).toBeLessThan(bound);
  },
);

const [labelCount, nameCount, characters, items] = [sized(3000, 60_000), sized(2000, 20_000), sized(5e5, 6e6), sized(25_000, 250_000)];
const labels = Object.fromEntries(Array.from({ length: labelCount }, (_name, index) => [`key-${index}!`, "a value"]));
const names = Array.from({ length: nameCount }, (_name, index) => `name-${index}`);
test.each<[string, () => unknown]>([
  [
    `${labelCount} keys of a map`,
    () =>
      readManifests(
        `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n${Object.keys(labels)
          .map((key) => `  ${key}: a\n`)
          .join("")}`,
      ),
  ],
  [
    `${labelCount} labels`,
    () => everything([{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "b", labels }, data: labels }]),
  ],
  [
    "digits of a quantity",
    () =>
      everything([
        {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata: { name: "a" },
          spec: { resources: { requests: { storage: `${"9".repeat(300_000)}Gi` } } },
        },
      ]),
  ],
  [
    `${nameCount} variables`,
    () =>
      everything([
        {
          apiVersion: "v1",
          kind: "Pod",
          metadata: { name: "a" },
          spec: {
            containers: [
              { name: "a", image: "a:1", env: names.map((name) => ({ name, valueFrom: { configMapKeyRef: { name, key: "a" } } })) },
            ],
          },
        },
      ]),
  ],
  [
    `a Secret of ${characters} characters`,
    () =>
      everything([
        { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, data: { a: "A".repeat(characters), b: `${"A".repeat(characters)}!` } },
      ]),
  ],
  [
    "verbs by resources",
    () =>
      everything([
        {
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "Role",
          metadata: { name: "a" },
          rules: [{ apiGroups: [""], verbs: names, resources: names }],
        },
      ]),
  ],
  ["a pattern of a CRD", () => fitsPattern("^(a+)+$", `${"a".repeat(100_000)}!`)],
  ["a glob of 30 stars", () => fitsGlob("a*".repeat(30), `${"a".repeat(100_000)}b`)],
])("%s are read in time", (_name, action) => {
  expect(seconds(action)).toBeLessThan(bound);
});

test(`a List of ${items} items that aren't objects of Kubernetes is read whole`, () => {
  const project = new Project({ "dist/web/list.json": `{"kind":"List","items":[${Array(items).fill("{}").join(",")}]}` });
  expect(readFolder(join(project.folder, "dist"), "dist").manifests).toHaveLength(items);
});

test.each([
  ["a long pattern", "a".repeat(10_001), "a"],
  ["a long text", "a", "a".repeat(100_001)],
  ["a pattern of many instructions", "((a{1,100}){1,10}b){1,1}c".repeat(9), "a"],
  ["a pattern and text that are large together", "(a{1,900}b)", "a".repeat(99_000)],
])("%s isn't held against what it would take too long with", (_name, pattern, text) => {
  expect(seconds(() => expect(fitsPattern(pattern, text)).toBe("too large"))).toBeLessThan(5);
});

test("a CRD's pattern decides as the server's RE2 does", () => {
  const crd = (pattern: string) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "things.example.org" },
    spec: {
      group: "example.org",
      scope: "Namespaced",
      names: { kind: "Thing", plural: "things" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties: { a: { type: "string", pattern } } } } },
          },
        },
      ],
    },
  });
  const thing = (a: string) => ({ apiVersion: "example.org/v1", kind: "Thing", metadata: { name: "a", namespace: "b" }, spec: { a } });
  const messages = (pattern: string, a: string) =>
    checked([crd(pattern), thing(a)])
      .findings.filter(({ path }) => path === "spec.a")
      .map(({ message }) => message);
  expect(messages("^(a+)+$", `${"a".repeat(50)}!`)).toHaveLength(1);
  expect(messages("^(a+)+$", "aaa")).toEqual([]);
  expect(messages("^(?P<first>[[:alpha:]]+)\\z", "abc")).toEqual([]);
  expect(messages("^(?i)ABC$", "abd")).toHaveLength(1);
  expect(messages("a".repeat(10_001), "a")).toEqual([expect.stringContaining("wasn't checked against the pattern")]);
});

test.each(["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"])("names of prototypes (%s) are names as others", (name) => {
  const metadata = {
    name: name.toLowerCase().replaceAll("_", "a"),
    namespace: name,
    labels: { [name]: name },
    annotations: { [name]: name },
  };
  const pod = {
    containers: [
      {
        name,
        image: name,
        env: [{ name, value: name }],
        ports: [{ name, containerPort: 80, protocol: name }],
        resources: { requests: { [name]: "1" }, limits: { [name]: "1" } },
      },
    ],
    volumes: [{ name, [name]: {} }],
    restartPolicy: name,
    securityContext: { sysctls: [{ name, value: "1" }] },
  };
  const object = (text: string) => JSON.parse(text.replaceAll("NAME", name)) as object;
  const objects = [
    { apiVersion: "v1", kind: name, metadata },
    { apiVersion: name, kind: name, metadata },
    { apiVersion: `${name}/v1`, kind: name, metadata, spec: pod },
    { apiVersion: "apps/v1", kind: name, metadata },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { selector: { matchLabels: { [name]: name } }, template: { metadata: { labels: { [name]: name } }, spec: pod } },
    },
    { apiVersion: "v1", kind: "Pod", metadata, spec: pod },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: { [name]: name }, type: name, ports: [{ name, port: 80, targetPort: name }] },
    },
    object('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"b"},"data":{"NAME":"NAME"},"NAME":{"NAME":1}}'),
    object('{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","namespace":"b"},"type":"NAME","data":{"NAME":"NAME"}}'),
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata,
      spec: { scaleTargetRef: { kind: name, name }, maxReplicas: 2, metrics: [{ type: name, resource: { name, target: { type: name } } }] },
    },
    {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata,
      spec: { project: name, destination: { name }, source: { path: name }, syncPolicy: { syncOptions: [`${name}=true`] } },
    },
    object(
      '{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"a"},"spec":{"group":"x.example","names":{"kind":"NAME"},"versions":[{"name":"v1","schema":{"openAPIV3Schema":{"$ref":"#/definitions/NAME","type":"object","required":["NAME"],"properties":{"NAME":{"$ref":"#/definitions/NAME"}}}}}]}}',
    ),
    { apiVersion: "x.example/v1", kind: name, metadata, spec: {}, status: name },
  ];
  expect(checked(objects).findings.filter(({ message }) => message.includes("failed on these manifests"))).toEqual([]);
  everything(objects);
  const [without, withIt] = [{}, JSON.parse(`{"${name}":"a"}`) as object].map((data) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a" },
    data,
  }));
  expect(review(tree([without as object]), tree([withIt as object])).changes).toMatchObject([
    { fields: [{ path: `data.${name}`, after: "a" }] },
  ]);
});

test("a rule that fails is a finding, and the others' findings stay", () => {
  const spec = { containers: [{ name: "a", image: "a:latest" }] };
  // Only what asks for the field by its name meets it, as rules do.
  Object.defineProperty(spec, "serviceAccountName", {
    get() {
      throw new TypeError("a value of a secret");
    },
  });
  const broken = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", namespace: "b" }, spec };
  const { findings } = checked([
    broken,
    { apiVersion: "v1", kind: "Pod", metadata: { name: "c", namespace: "b" }, spec: { containers: [{ name: "a", image: "a" }] } },
  ]);
  expect(findings.map(({ rule }) => rule)).toContain("security/image-tag");
  expect(findings.filter(({ message }) => /failed/.test(message)).length).toBeGreaterThan(0);
  expect(JSON.stringify(findings)).not.toContain("a value of a secret");
});

test("pipes, devices and links in a file's place are named, and nobody waits for them", () => {
  const good = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: b }\n";
  const run = (place: (path: string) => void, file = "slipway.waivers.yaml") => {
    const project = new Project({ "manifests/a.yaml": good });
    place(join(project.folder, "manifests", file));
    return project.slipway("check", "manifests");
  };
  expect(run((path) => execFileSync("mkfifo", [path]))).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("slipway.waivers.yaml: is not a file"),
  });
  expect(run((path) => symlinkSync("/dev/zero", path))).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("slipway.waivers.yaml: is not a file"),
  });
  expect(run((path) => symlinkSync("/dev/zero", path), "b.yaml").stdout).toContain("is a link that leads out of the folder");
});
