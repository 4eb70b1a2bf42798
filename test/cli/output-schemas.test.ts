import { readFileSync } from "node:fs";
import Ajv from "ajv";
import { review, treeOf, writeReview } from "../../lib/review/index.ts";
import { threeSeverities } from "../check/reports.ts";
import { Project } from "../project.ts";
import { pairs } from "../review/pairs.ts";
import { ofEveryKind } from "../upgrade/manifests.ts";

type Json = { [name: string]: unknown };
const schemaOf = (command: string) =>
  new Ajv.default({ allErrors: true }).compile(JSON.parse(readFileSync(`schemas/${command}.schema.json`, "utf8")));
const problemsOf = (isValid: ReturnType<typeof schemaOf>, report: unknown) => (isValid(report) ? [] : (isValid.errors ?? []));
const [isCheckReport, isReviewReport] = [schemaOf("check"), schemaOf("review")];

/** Each object of a report, but for values of manifests, which may be any. */
const objectsIn = (value: unknown): Json[] => {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== "object" || value === null) return [];
  return [
    value as Json,
    ...Object.entries(value).flatMap(([name, member]) => (name === "before" || name === "after" ? [] : objectsIn(member))),
  ];
};

/** Adds a member to each object of a report in turn: none may have one more. */
function expectClosed(isValid: ReturnType<typeof schemaOf>, report: Json): void {
  for (const object of objectsIn(report)) {
    object.invented = 1;
    expect([object, isValid(report)]).toEqual([object, false]);
    delete object.invented;
  }
  expect(problemsOf(isValid, report)).toEqual([]);
}

/** What newer versions ignore or no longer find. */
const leftBehind = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: old, namespace: shop }
spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: extensions/v1beta1, kind: Deployment, name: old } }
---
apiVersion: v1
kind: Pod
metadata: { name: old, namespace: shop, annotations: { seccomp.security.alpha.kubernetes.io/pod: runtime/default } }
spec: { containers: [{ name: old, image: "old:1" }] }
`;

describe("schemas/check.schema.json", () => {
  const project = new Project({
    "manifests/web.yaml": threeSeverities,
    "manifests/broken.yaml": "a: [",
    "manifests/other.yaml": threeSeverities.replace("name: web, namespace", "name: other, namespace"),
    "manifests/slipway.waivers.yaml":
      "waivers:\n  a: { rule: security/image-tag, resource: Deployment other, reason: the vendor pushes latest only, until: '2999-01-31' }\n  b: { rule: security/image-tag, resource: Deployment x, reason: the vendor pushes latest only, until: '2999-01-31' }\n",
  });
  const report = (...args: string[]) => JSON.parse(project.slipway("check", ...args, "--format", "json").stdout) as Json;

  test("holds for findings of every severity, waived ones, and files that can't be read", () => {
    const found = report("manifests") as { findings: { severity: string; waived?: object; line?: number }[] } & Json;
    expect(Object.entries(found).slice(0, 2)).toEqual([
      ["apiVersion", "slipway/v1"],
      ["kind", "CheckReport"],
    ]);
    expect(new Set(found.findings.map(({ severity }) => severity))).toEqual(new Set(["error", "warning", "info"]));
    expect(found.findings.filter(({ waived }) => waived)).toHaveLength(1);
    expectClosed(isCheckReport, found);
  });

  test("holds where nothing is found, and where rules are skipped", () => {
    expect(problemsOf(isCheckReport, report("manifests", "--rule", "fleet/application"))).toEqual([]);
    expectClosed(isCheckReport, report("manifests", "--skip", "schema/*"));
  });

  test("refuses a report that lacks a member", () => {
    const found = report("manifests");
    for (const name of ["apiVersion", "kind", "findings", "summary"]) expect(isCheckReport({ ...found, [name]: undefined })).toBe(false);
  });
});

describe("schemas/review.schema.json", () => {
  const custom = (size: string) => ({ apiVersion: "shop.example/v1", kind: "Valve", metadata: { name: "web" }, spec: { size } });

  test("holds for every impact, flag and kind", () => {
    const seen = new Set<unknown>();
    for (const { before, after } of pairs) {
      const tree = (objects: readonly object[]) =>
        treeOf(new Map(objects.map((object, index) => [`web/${index}.json`, JSON.stringify(object)])), "test");
      for (const [old, now] of [
        [before, after],
        [before, []],
        [[], after],
        [[custom("1")], [custom("2")]],
      ] as const) {
        const report = JSON.parse(writeReview(review(tree(old), tree(now)), "json", false)) as Json;
        expect(problemsOf(isReviewReport, report)).toEqual([]);
        for (const object of objectsIn(report)) for (const name of ["impact", "flag", "action"]) seen.add(object[name]);
      }
    }
    const { definitions } = JSON.parse(readFileSync("schemas/review.schema.json", "utf8")) as {
      definitions: Record<"impact" | "flag", { enum: string[] }>;
    };
    const missing = [...definitions.impact.enum, ...definitions.flag.enum].filter((word) => !seen.has(word));
    // Nothing changes and nothing moves between Applications in these pairs.
    expect(missing.filter((word) => !["none", "ownership"].includes(word))).toEqual([]);
  });

  test("holds for what the command prints, and is closed", () => {
    const project = new Project({
      "old/web.yaml": threeSeverities,
      "new/web.yaml": threeSeverities.replace("web:latest", "web:2").replace("port: 1, ", ""),
      "same/web.yaml": threeSeverities,
    });
    const report = (now: string) => JSON.parse(project.slipway("review", "old", now, "--format", "json").stdout) as Json;
    const changed = report("new");
    expect(Object.entries(changed).slice(0, 2)).toEqual([
      ["apiVersion", "slipway/v1"],
      ["kind", "ReviewReport"],
    ]);
    expect(changed).toMatchObject({ changes: [expect.anything()], summary: { images: [expect.anything()] } });
    expectClosed(isReviewReport, changed);
    const stack = (seconds: number) => `{"Resources":{"Jobs":{"Type":"AWS::SQS::Queue","Properties":{"DelaySeconds":${seconds}}}}}`;
    project.write({ "old/web.yaml": stack(1), "stacks/web.yaml": stack(2) });
    const ofStacks = report("stacks");
    expect(ofStacks).toMatchObject({ isOfStacks: true });
    expectClosed(isReviewReport, ofStacks);
    project.write({ "old/web.yaml": threeSeverities });
    expectClosed(isReviewReport, report("same"));
  });
});

describe("schemas/upgrade.schema.json", () => {
  const isUpgradeReport = schemaOf("upgrade");

  test("holds for every kind of difference that a command shows, and for what --write did", () => {
    const project = new Project({ "manifests/all.yaml": ofEveryKind, "manifests/left.yaml": leftBehind, "manifests/broken.yaml": "a: [" });
    const report = (from: string, to: string, ...args: string[]) =>
      JSON.parse(
        project.slipway("review", "manifests", "--kubernetes-from", from, "--kubernetes-to", to, "--format", "json", ...args).stdout,
      ) as Json;
    const seen = new Set<unknown>();
    for (const [from, to] of [
      ["1.34", "1.37"],
      ["1.37", "1.34"],
      ["1.27", "1.37"],
      ["1.22", "1.31"],
    ] as const) {
      const found = report(from, to);
      expectClosed(isUpgradeReport, found);
      for (const { kind } of objectsIn(found)) seen.add(kind);
    }
    const { definitions } = JSON.parse(readFileSync("schemas/upgrade.schema.json", "utf8")) as {
      definitions: { difference: { properties: { kind: { enum: string[] } } } };
    };
    // Only charts and overlays are rendered otherwise.
    const missing = definitions.difference.properties.kind.enum.filter((kind) => kind !== "rendering" && !seen.has(kind));
    expect(missing).toEqual([]);
    const written = report("1.34", "1.37", "--write");
    expect(written).toMatchObject({ written: [expect.anything()], notWritten: [expect.anything()] });
    expectClosed(isUpgradeReport, written);
  });
});

describe("schemas/import.schema.json", () => {
  const isImportReport = schemaOf("import");
  const secret = "apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: shop }\nstringData: { password: a }\n";
  const project = new Project({
    "dev.yaml": threeSeverities,
    "prod.yaml": [threeSeverities, secret].join("---\n"),
    "other.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: other }\ndata: { a: b }\n",
    "broken.yaml": "a: [",
  });
  const report = (...sources: string[]) =>
    JSON.parse(project.slipway("import", ...sources, "--format", "json", "--out", "new").stdout) as Json;

  test("holds for apps, Secrets that were left out, notes and problems, and for the file that is written", () => {
    const found = report("dev=dev.yaml", "dev=other.yaml", "prod=prod.yaml", "prod=broken.yaml");
    expect(found).toMatchObject({
      kind: "ImportReport",
      environments: [
        { apps: expect.arrayContaining([{ name: "web", objects: expect.arrayContaining([expect.anything()]) }]) },
        { name: "prod" },
      ],
      secrets: [{ keys: ["password"] }],
      notes: [expect.stringContaining("without a namespace")],
      problems: [{ environment: "prod", file: "broken.yaml" }],
    });
    expectClosed(isImportReport, found);
    const written = JSON.parse(project.read("new/import-report.json"));
    expectClosed(isImportReport, written);
    expect(written).toEqual({ ...found, files: written.files });
  });

  test("holds for what would differ", () => {
    // Nothing is written then, so that no source of a test leads to it.
    const difference = { environment: "dev", object: "Service shop/web", reason: "change: its type changes" };
    expectClosed(isImportReport, { ...(JSON.parse(project.read("new/import-report.json")) as Json), differences: [difference] });
  });

  test("holds for apps in the model, and for those that stay", () => {
    const odd = threeSeverities.replace("spec: { containers", "spec: { setHostnameAsFQDN: true, containers");
    project.write({ "odd.yaml": odd });
    const found = JSON.parse(
      project.slipway("import", "dev=odd.yaml", "--model", "--all", "--accept-rollout", "--format", "json", "--out", "odd").stdout,
    ) as Json;
    expect(found.models).toEqual(expect.arrayContaining([expect.objectContaining({ app: "web" })]));
    expectClosed(isImportReport, found);
  });

  test("holds for objects that get labels, and an app that doesn't get its own", () => {
    const other = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: other, namespace: shop, labels: { app: web } }\ndata: { a: b }\n";
    const plain = threeSeverities.replaceAll("web", "api");
    project.write({ "labels.yaml": [plain, threeSeverities, other].join("---\n"), "plan.yaml": "apps: { api: [ConfigMap shop/other] }\n" });
    const found = JSON.parse(
      project.slipway(
        "import",
        "dev=labels.yaml",
        "--model",
        "--all",
        "--adopt-labels",
        "--plan",
        "plan.yaml",
        "--format",
        "json",
        "--out",
        "labels",
      ).stdout,
    ) as Json;
    expect(found.relabelled).toEqual([expect.anything()]);
    expect(found.models).toEqual(expect.arrayContaining([expect.objectContaining({ app: "api", unlabelled: expect.anything() })]));
    expectClosed(isImportReport, found);
  });
});

describe("schemas/model.schema.json", () => {
  test("holds for a repository whose apps are lifted", () => {
    const project = new Project({ "dev.yaml": threeSeverities });
    project.slipway("import", "dev=dev.yaml", "--out", ".");
    const found = JSON.parse(project.slipway("import", "--model", "--all", "--adopt-labels", "--format", "json").stdout) as Json;
    expect(found.relabelled).not.toEqual([]);
    expect(found).toMatchObject({ kind: "ModelReport", files: expect.arrayContaining(["overlays/base/web.ts"]) });
    expectClosed(schemaOf("model"), found);
  });
});
