import { writeReview } from "../../lib/review/index.ts";
import { chartReview } from "./chart-pair.ts";

type Schema = Readonly<Record<string, unknown>>;
const definition = (spec: Schema, more: Schema = {}, versions: readonly Schema[] = [], plural = "meters") => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.b.example` },
  spec: {
    group: "b.example",
    scope: "Namespaced",
    names: { kind: `Kind${plural}`, plural },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", ...spec } } } },
      },
      ...versions,
    ],
    ...more,
  },
});
const old = { type: "object", openAPIV3Schema: { type: "object" } };
const other = (name: string, served: boolean) => ({ name, served, storage: false, schema: { openAPIV3Schema: old.openAPIV3Schema } });
const before = definition(
  {
    description: "A meter.",
    properties: {
      gone: { type: "string", description: "Goes." },
      size: { type: "integer", default: 1, maximum: 10 },
      mode: { type: "string", enum: ["a", "b"] },
      name: { type: "string", description: "Its name." },
    },
  },
  {},
  [other("v1alpha1", true), other("v1beta1", true)],
);
const after = definition(
  {
    description: "A meter of something.",
    required: ["name"],
    properties: {
      size: { type: "integer", default: 2, maximum: 20 },
      mode: { type: "string", enum: ["a"] },
      name: { type: "string", description: "The name." },
      fresh: { type: "string", description: "New." },
    },
    "x-kubernetes-validations": [{ rule: "self.size > 0" }],
  },
  { conversion: { strategy: "None" } },
  [other("v1beta1", false), other("v2", true)],
);

test("a CRD has a section of its own: by version what existing objects feel, and descriptions by number", () => {
  const text = writeReview(chartReview({}, { before: [before], after: [after] }), "text", false);
  expect(text.slice(text.indexOf("\nCRDs\n"), text.indexOf("\nPods "))).toMatchSnapshot();
});

test.each(["markdown", "html"] as const)("%s shows the same", (format) => {
  const report = writeReview(chartReview({}, { before: [before], after: [after] }), format, false);
  expect(report).toMatch(format === "html" ? '<h2 class="section">CRDs</h2>' : "#### CRDs");
  for (const line of ["- spec.gone removed", "spec.name made required", "and 2 descriptions", "no longer served"])
    expect(report).toContain(line);
  expect(report).not.toContain("A meter of something.");
});

test("a CRD that the server refuses stands with what is refused", () => {
  const report = writeReview(chartReview({}, { before: [before], after: [definition({}, { scope: "Cluster" })] }), "markdown", false);
  expect(report).toMatch(/\*\*Refused\*\*: CustomResourceDefinition meters\.b\.example/);
  expect(report).toMatch(/^\| 🔴 rejected \| CustomResourceDefinition meters\.b\.example: spec\.scope /m);
  expect(report).not.toContain("#### CRDs");
});

test("many CRDs of which only descriptions change are one line", () => {
  const crds = (text: string) => Array.from({ length: 20 }, (_crd, index) => definition({ description: text }, {}, [], `m${index}`));
  const report = writeReview(chartReview({}, { before: crds("a"), after: crds("b") }), "markdown", false);
  expect(report).toMatch(/^\| 🟢 in-place \| 20 CustomResourceDefinitions: descriptions \| only a description changes \|$/m);
});
