import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chartValues, misspeltValues, readValues } from "../../lib/charts/index.ts";
import { InputError } from "../../lib/problem/index.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-values-"));
  const files = {
    "Chart.yaml": "name: shop\nversion: 1.0.0\ndependencies:\n- { name: redis, alias: cache }\n",
    "values.yaml": "replicaCount: 1\nserviceAccount:\n  create: true\nnodeSelector: {}\ncache: { enabled: true }\n",
    "values.schema.json": JSON.stringify({ properties: { logLevel: {}, probes: { properties: { readiness: {} } } } }),
    "templates/a.yaml": "x: {{ .Values.replicaCounts }}\n",
    "bomb.yaml": `a: &a [1]\n${[..."bcdefghijk"].map((name, index) => `${name}: &${name} [${"*".concat("abcdefghij"[index] ?? "", ", ").repeat(9)}1]`).join("\n")}\n`,
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["a slip at the top", { replicaCuont: 2 }, "replicaCuont", "replicaCount"],
  ["a slip in a map", { serviceAccount: { creat: false } }, "serviceAccount.creat", "create"],
  ["a slip of a name that only the schema has", { logLevle: "info" }, "logLevle", "logLevel"],
  ["a slip in a map that only the schema has", { probes: { readines: {} } }, "probes.readines", "readiness"],
])("%s is found", (_what, given, path, meant) => {
  expect(misspeltValues(given, chartValues(folder))).toEqual([{ path: path.split("."), meant }]);
});

test.each([
  ["what the chart has", { replicaCount: 2, serviceAccount: { create: false } }],
  ["a name that a template reads", { replicaCounts: 2 }],
  ["a name that nothing is near to", { extraManifests: [] }],
  ["members of a map that is empty in values.yaml", { nodeSelector: { disk: "ssd" } }],
  ["values of a chart that it depends on", { cache: { enable: true }, redis: {}, global: { replicaCuont: 1 } }],
  ["a name beside the one it is near to", { replicaCount: 1, replicaCoun: 1 }],
])("%s isn't", (_what, given) => {
  expect(misspeltValues(given, chartValues(folder))).toEqual([]);
});

test("aliases that stand for too much are refused", () => {
  expect(() => readValues(join(folder, "bomb.yaml"), "bomb.yaml")).toThrow(InputError);
});
