import { type Review, review, treeOf, writeReview } from "../../lib/review/index.ts";

const configMap = (name: string, value: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "shop" },
  data: { value },
});
/** A workload that reads a ConfigMap, and bears a checksum as charts write it. */
const workload = (name: string, reads: string, checksum: string, image = "web:1") => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: "shop" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, annotations: { "checksum/config": checksum } },
      spec: { containers: [{ name: "web", image, envFrom: [{ configMapRef: { name: reads } }] }] },
    },
  },
});
const treeOfAll = (...objects: object[]) =>
  treeOf(new Map([["all.json", JSON.stringify({ apiVersion: "v1", kind: "List", items: objects })]]), "test");

/** Everything a chart prints into one file: a read ConfigMap, one that nobody reads, and workloads. */
const side = (version: string) =>
  treeOfAll(
    configMap("read", version),
    configMap("unrelated", version),
    workload("follower", "read", version),
    workload("stranger", "elsewhere", version),
    workload("replaced", "read", "same", `web:${version}`),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: "shop" },
      spec: { ports: [{ port: 80, targetPort: Number(version) }] },
    },
    { apiVersion: "b.example/v1", kind: "Meter", metadata: { name: "meter", namespace: "shop" }, spec: { size: version } },
  );

/** The impacts of objects by kind and name, as a format shows them: that of the line, or what stands beside the object. */
type Impacts = Readonly<Record<string, string>>;
const impactsOf: Readonly<Record<"text" | "markdown" | "html", (report: string) => Impacts>> = {
  text(report) {
    return Object.fromEntries(
      report.split("\n\n").flatMap((block) => objectsOf(/^([\w-]+)/.exec(block)?.[1] ?? "", [...block.matchAll(/^ {4}(\w+ \w.*)$/gm)])),
    );
  },
  markdown(report) {
    const rows = [...report.matchAll(/^\| \S+ ([\w-]+) \| .*: .* \|$/gm)].map(([, impact = ""]) => impact);
    const details = report.split("<details>").slice(1);
    expect(details).toHaveLength(rows.length);
    return Object.fromEntries(details.flatMap((detail, index) => objectsOf(rows[index] ?? "", [...detail.matchAll(/^- (\w+ \w.*)$/gm)])));
  },
  html(report) {
    return Object.fromEntries(
      report
        .split('<details class="line">')
        .slice(1)
        .flatMap((line) => objectsOf(/class="impact ([\w-]+)"/.exec(line)?.[1] ?? "", [...line.matchAll(/<h2>(.*)<\/h2>/g)])),
    );
  },
};

const objectsOf = (impact: string, found: readonly RegExpMatchArray[]): [string, string][] =>
  found.map(([, shown = ""]) => {
    const [, name = "", own = impact] = /^(.*?)(?: \(([\w-]+)\))?$/.exec(shown) ?? [];
    return [name, own];
  });

const judgedImpacts = ({ changes }: Review): Impacts =>
  Object.fromEntries(changes.map(({ resource: { kind, name }, impact }) => [`${kind} ${name}`, impact]));

const found = review(side("1"), side("2"));

test.each(["text", "markdown", "html"] as const)("%s shows each object with the impact that JSON has", (format) => {
  expect(JSON.parse(writeReview(found, "json", false)).changes).toHaveLength(7);
  expect(impactsOf[format](writeReview(found, format, false))).toEqual(judgedImpacts(found));
});

test("a workload that only follows its configuration is joined to what it reads, and to nothing else", () => {
  expect(judgedImpacts(found)).toMatchObject({
    "ConfigMap unrelated": "in-place",
    "ConfigMap read": "in-place",
    "Deployment follower": "rollout",
  });
  const behind = (name: string) => found.changes.find(({ resource }) => resource.name === name)?.behind?.map((resource) => resource.name);
  expect([behind("follower"), behind("stranger"), behind("replaced")]).toEqual([["read"], undefined, undefined]);
  const line = (name: string) =>
    writeReview(found, "text", false)
      .split("\n\n")
      .find((block) => block.includes(`ConfigMap ${name}`));
  expect(line("read")).toMatch(/^rollout[\s\S]*ConfigMap read \(in-place\)[\s\S]*Deployment follower$/m);
});

test("a ConfigMap that nobody reads keeps its own line", () => {
  const alone = review(
    treeOfAll(configMap("unrelated", "1"), workload("stranger", "elsewhere", "1")),
    treeOfAll(configMap("unrelated", "2"), workload("stranger", "elsewhere", "2")),
  );
  expect(writeReview(alone, "text", false)).toMatch(/^in-place +ConfigMap unrelated: value$/m);
});
