import { parseAllDocuments } from "yaml";
import { check } from "../../lib/check/index.ts";
import type { KubernetesObject } from "../../lib/manifest/index.ts";

/** What is found in manifests: each finding as its rule, path, message and fix. */
function findingsIn(yaml: string, isPart = false) {
  const manifests = parseAllDocuments(yaml).map((document) => ({ object: document.toJS() as KubernetesObject, app: "web" }));
  return check([{ name: "test", kubernetes: "1.34", isPart, manifests }], "2030-01-01").findings.filter(({ rule }) =>
    rule.startsWith("schema/"),
  );
}

const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: a, namespace: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: a } }
  template:
    metadata: { labels: { app: a } }
    spec:
      containers: [{ name: a, image: a:1, env: [{ name: PORT, value: "1" }], ports: [{ containerPort: 80 }] }]
`;

test.each([
  [
    "a number for a text",
    'value: "1"',
    "value: 1",
    "spec.template.spec.containers[0].env[0].value",
    "Put the value in quotes, as you wrote it.",
  ],
  ["a text for a number", "replicas: 1", 'replicas: "1"', "spec.replicas", "Write it without quotes: 1."],
  [
    "no list",
    "ports: [{ containerPort: 80 }]",
    "ports: { containerPort: 80 }",
    "spec.template.spec.containers[0].ports",
    /Write it as a list/,
  ],
  [
    "a missing field",
    "containerPort: 80",
    "name: http",
    "spec.template.spec.containers[0].ports[0].containerPort",
    "Add containerPort: a whole number.",
  ],
  ["a misspelt required field", "selector:", "selectors:", "spec.selectors", 'Did you mean "selector"?'],
  ["a template that wasn't filled in", "replicas: 1", `replicas: "\${REPLICAS}"`, "spec.replicas", /template that nothing filled in/],
  [
    "a field one step too high",
    "    spec:\n      containers:",
    "    containers:",
    "spec.template.containers",
    /belongs at spec\.template\.spec\.containers/,
  ],
  [
    "a field one step too low",
    "image: a:1,",
    "image: a:1, nodeSelector: { a: b },",
    "spec.template.spec.containers[0].nodeSelector",
    /belongs at spec\.template\.spec\.nodeSelector/,
  ],
])("%s is one finding that says what to do", (_what, from, to, path, fix) => {
  const changed = workload.replace(from, to);
  expect(changed).not.toBe(workload);
  const expected = [expect.objectContaining({ path, fix: typeof fix === "string" ? fix : expect.stringMatching(fix) })];
  expect(findingsIn(changed)).toEqual(expected);
});

test.each([
  ["0 24 * * *", 'the hour is "24", and has to be from 0 to 23'],
  ["0 0 * * 8", 'the day of the week is "8", and has to be from 0 to 6'],
  ["0 0 3 * * *", expect.stringMatching(/^expected five fields .* found 6$/)],
])("the schedule %s says which field is wrong", (schedule, message) => {
  const job = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: a, namespace: shop }
spec:
  schedule: "${schedule}"
  jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: a:1 }] } } } }
`;
  expect(findingsIn(job)).toEqual([expect.objectContaining({ path: "spec.schedule", message })]);
});

test.each([
  ["name: false", /is the boolean false/, /Quote the name/],
  ["name: 12", /is the number 12/, /Quote the name/],
])("a name that YAML doesn't read as text says so: %s", (name, message, fix) => {
  expect(findingsIn(`apiVersion: v1\nkind: ConfigMap\nmetadata: { ${name} }\n`)).toEqual([
    expect.objectContaining({ rule: "schema/object", message: expect.stringMatching(message), fix: expect.stringMatching(fix) }),
  ]);
});

test("a misspelt metadata is named", () => {
  expect(findingsIn("apiVersion: v1\nkind: ConfigMap\nmetadta: { name: a }\n")).toEqual([
    expect.objectContaining({ fix: expect.stringMatching(/"metadta" is unknown/) }),
  ]);
});

test("a waiver of a rule that doesn't exist names the rule that is meant", () => {
  const waivers = { a: { rule: "rollout/requsts", resource: "Deployment a", reason: "measured next month", until: "2031-01-01" } };
  const { findings } = check([{ name: "test", kubernetes: "1.34", manifests: [], waivers }], "2030-01-01");
  expect(findings).toEqual([expect.objectContaining({ rule: "fleet/waiver", fix: 'Did you mean "rollout/requests"?' })]);
});
