import { importReport, migrationText } from "../../lib/import/index.ts";
import { newestVersion } from "../../lib/kubernetes/index.ts";

const environment = {
  name: "prod",
  sources: ["old/prod"],
  kubernetes: newestVersion(),
  said: {},
  isFromCluster: false,
  objects: [],
  charts: [],
  secrets: [],
  problems: [],
  notes: [],
};
const imported = {
  files: new Map(),
  environments: [{ name: "prod", sources: ["old/prod"], objects: 0, apps: [], provided: [], waivers: 0 }],
  differences: [],
  rollouts: [],
  relabelled: [],
  models: [],
  copies: [],
  notes: [],
  problems: [],
};
const secret = { environment: "prod", namespace: "shop", name: "db", keys: ["password"] };

/** The commands of MIGRATION.md that begin with a word. */
const commands = (start: string, sources: object = {}, out = ".") => {
  const environments = [{ ...environment, ...sources }];
  return migrationText(importReport(imported, environments), environments, out)
    .split("\n")
    .filter((line) => line.startsWith(start));
};

test.each([
  ["a source whose objects name their namespace", {}, ".", ["npx slipway review old/prod dist/prod --expect none"]],
  ["another folder", {}, "new place", ["npx slipway review old/prod 'new place/'dist/prod --expect none"]],
  ["a source with spaces", { sources: ["it's old"] }, ".", [`npx slipway review 'it'\\''s old' dist/prod --expect none`]],
  [
    "objects without a namespace",
    { assumedNamespace: "shop" },
    ".",
    ["npx slipway review old/prod dist/prod --namespace shop --expect none"],
  ],
  ["an older cluster", { kubernetes: "1.30" }, ".", ["npx slipway review old/prod dist/prod --kubernetes 1.30 --expect none"]],
  ["Secrets that were left out", { secrets: [secret] }, ".", ["npx slipway review old/prod dist/prod"]],
  ["several sources", { sources: ["a.yaml", "b.yaml"] }, ".", []],
  ["standard input", { sources: ["-"] }, ".", []],
  ["a dump of a cluster", { isFromCluster: true }, ".", []],
])("the review of a step is one that certifies it: %s", (_case, sources, out, expected) => {
  expect(commands("npx slipway review", sources, out)).toEqual(expected);
});

test("where objects get labels, the review and the comparison expect these, and nothing else", () => {
  const report = { ...imported, relabelled: [{ environment: "prod", object: "Service shop/web", labels: { app: "web" } }] };
  const text = (own: object = {}) => {
    const environments = [{ ...environment, ...own }];
    return migrationText(importReport(report, environments), environments, ".");
  };
  expect(text()).toContain("nothing changes but labels of 1 object. Comments");
  expect(text()).toContain("The review must say that labels change in place.\n");
  expect(text()).toContain("npx slipway review old/prod dist/prod --expect in-place\n");
  expect(text()).toContain("It must print the labels that objects get, and nothing else.\n");
  expect(text({ secrets: [secret] })).toContain("labels that change in place and the Secrets that were left out, and nothing else.\n");
  expect(text({ name: "dev" })).not.toContain("in-place");
});

test("what the cluster holds is compared whatever the source was", () => {
  for (const sources of [["old/prod"], ["-"], ["a.yaml", "b.yaml"]])
    expect(commands("kubectl diff", { sources })).toEqual([
      "kubectl diff --server-side --force-conflicts --field-manager=slipway -k dist/prod",
    ]);
});

test("each Secret that was left out is kept from pruning, after the old Application is gone and before the new ones come", () => {
  const text = migrationText(importReport(imported, [{ ...environment, secrets: [secret] }]), [{ ...environment, secrets: [secret] }], ".");
  const places = ["kubectl delete application OLD", "kubectl annotate secret db -n shop", "kubectl apply -n argocd"].map((command) =>
    text.indexOf(command),
  );
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places.every((place) => place > 0)).toBe(true);
  expect(commands("kubectl annotate")).toEqual([]);
});
