import Ajv from "ajv";
import type { Log } from "sarif";
import { check, rules, writeReport } from "../../lib/check/index.ts";
import { reportOf, threeSeverities } from "./reports.ts";

const sarif = (...given: Parameters<typeof reportOf>) => JSON.parse(writeReport(reportOf(...given), "sarif", false)) as Log;
const runOf = (log: Log) => {
  const [run] = log.runs;
  if (!run) throw new Error("a log has one run");
  return run;
};

/** The part of the SARIF 2.1.0 schema that slipway writes, closed so that nothing else is written. */
const closed = (properties: Record<string, object>, optional: readonly string[] = []) => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
const text = { type: "string", minLength: 1 };
const level = { enum: ["error", "warning", "note"] };
const message = closed({ text });
const uri = { type: "string", pattern: "^(file://)?([A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+$" };
const rule = closed({
  id: text,
  shortDescription: message,
  fullDescription: message,
  help: closed({ text, markdown: text }),
  helpUri: { type: "string", pattern: "^https://" },
  defaultConfiguration: closed({ level }),
});
const location = closed({
  physicalLocation: closed({ artifactLocation: closed({ uri }), region: closed({ startLine: { type: "integer", minimum: 1 } }) }, [
    "region",
  ]),
});
const result = closed({
  ruleId: text,
  ruleIndex: { type: "integer", minimum: 0 },
  level,
  message,
  locations: { type: "array", items: location, minItems: 1, maxItems: 1 },
  partialFingerprints: closed({ "slipwayFinding/v1": { type: "string", pattern: "^[0-9a-f]{64}$" } }),
});
const notification = closed({ level, message, associatedRule: closed({ id: text }) });
const invocation = closed(
  { executionSuccessful: { type: "boolean" }, toolExecutionNotifications: { type: "array", items: notification, minItems: 1 } },
  ["toolExecutionNotifications"],
);
const run = closed({
  tool: closed({ driver: closed({ name: { const: "slipway" }, rules: { type: "array", items: rule, uniqueItems: true } }) }),
  invocations: { type: "array", items: invocation, minItems: 1, maxItems: 1 },
  results: { type: "array", items: result },
  columnKind: { const: "utf16CodeUnits" },
});
const isLog = new Ajv.default({ allErrors: true }).compile(
  closed({ $schema: text, version: { const: "2.1.0" }, runs: { type: "array", items: run, minItems: 1, maxItems: 1 } }),
);
const expectLog = (log: Log) => {
  isLog(log);
  expect(isLog.errors ?? []).toEqual([]);
};

test("a log has the results by level, place and rule, and of each rule its help", () => {
  const log = sarif({ "shop/web.yaml": threeSeverities });
  expectLog(log);
  const { results = [], tool } = runOf(log);
  expect(results.map(({ ruleId, level: given }) => [ruleId, given])).toEqual([
    ["rollout/recreate", "note"],
    ["security/image-tag", "warning"],
    ["schema/fields", "error"],
  ]);
  const used = tool.driver.rules ?? [];
  expect(used.map(({ id }) => id)).toEqual(["rollout/recreate", "schema/fields", "security/image-tag"]);
  for (const { ruleId, ruleIndex = -1 } of results) expect(used[ruleIndex]?.id).toBe(ruleId);
  expect(results[2]).toMatchObject({
    message: { text: 'Deployment web spec.template.spec.containers[0].port: unknown field "port". Did you mean "ports"?' },
    locations: [{ physicalLocation: { artifactLocation: { uri: "shop/web.yaml" }, region: { startLine: 9 } } }],
  });
  const fields = rules.find(({ id }) => id === "schema/fields");
  expect(used[1]).toMatchObject({
    fullDescription: { text: fields?.why },
    helpUri: fields?.source,
    help: { text: expect.stringContaining(`Fix: ${fields?.fix}`), markdown: expect.stringContaining("```yaml\n") },
  });
});

test("every rule can be described", () => {
  const findings = rules.map(({ id, severity, fix }) => ({
    rule: id,
    severity,
    environment: "test",
    app: "",
    resource: { apiVersion: "", kind: "", namespace: "", name: "" },
    file: "a.yaml",
    path: "",
    message: "a message",
    fix,
  }));
  const summary = { errors: 0, warnings: 0, waived: 0, manifests: 0 };
  const log = JSON.parse(writeReport({ findings, coverage: check([], "").coverage, summary }, "sarif", false)) as Log;
  expectLog(log);
  expect(runOf(log).tool.driver.rules).toHaveLength(rules.length);
});

test("no findings are a log too, and waived findings aren't in it", () => {
  const none = sarif({});
  expectLog(none);
  expect(runOf(none).results).toEqual([]);
  const waivers = {
    tag: { rule: "security/image-tag", resource: "Deployment web", reason: "the vendor pushes latest only", until: "2031-01-01" },
  };
  const ids = runOf(sarif({ "a.yaml": threeSeverities }, { waivers })).results?.map(({ ruleId }) => ruleId);
  expect(ids).toEqual(["rollout/recreate", "schema/fields"]);
});

test("fingerprints stay when lines move, and are those of GitLab's report", () => {
  const prints = (file: string) =>
    runOf(sarif({ "a.yaml": file })).results?.map(({ partialFingerprints = {} }) => Object.values(partialFingerprints)[0]);
  const before = prints(threeSeverities);
  expect(before).toHaveLength(3);
  expect(prints(`# a comment\n---\n${threeSeverities}`)).toEqual(before);
  const quality = JSON.parse(writeReport(reportOf({ "a.yaml": threeSeverities }), "codequality", false)) as { fingerprint: string }[];
  expect(quality.map(({ fingerprint }) => fingerprint)).toEqual(before);
});

test.each([
  ["./my files/a#1?.yaml", "my%20files/a%231%3F.yaml"],
  ["../b:c.yaml", "../b%3Ac.yaml"],
  ["/tmp/100%.yaml", "file:///tmp/100%25.yaml"],
  ["앱/\ud800.yaml", "%EC%95%B1/%EF%BF%BD.yaml"],
])("the file %j is the URI %s", (file, expected) => {
  const log = sarif({ [file]: threeSeverities });
  expectLog(log);
  expect(runOf(log).results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe(expected);
});

test("a finding without a file is a notification, since GitHub refuses logs with results that have no location", () => {
  const log = sarif({ "": threeSeverities });
  expectLog(log);
  const { results, invocations } = runOf(log);
  expect(results).toEqual([]);
  expect(invocations?.[0]?.executionSuccessful).toBe(false);
  expect(invocations?.[0]?.toolExecutionNotifications?.map(({ associatedRule }) => associatedRule?.id)).toContain("schema/fields");
});

test("a message holds no link that comes from a manifest", () => {
  const log = writeReport(reportOf({ "a.yaml": threeSeverities.replace("port: 1", '"[a](https://evil.example)": 1') }), "sarif", false);
  expect(log).toContain("evil.example");
  expect(JSON.stringify((JSON.parse(log) as Log).runs[0]?.results)).not.toContain("](");
});
