import { writeReview } from "../../lib/review/index.ts";
import { chartReview } from "./chart-pair.ts";

const upgrade = {
  image: "web:2",
  verbs: ["get", "list", "watch"],
  settings: "level: debug\nlisteners:\n- name: a\n  port: 80\n",
  serviceName: "stores",
};
const rowsOf = (report: string) => [...report.matchAll(/^\| \S+ ([\w-]+ \| .*) \|$/gm)].map(([, row = ""]) => row);
const rows = (change: Parameters<typeof chartReview>[0]) => rowsOf(writeReview(chartReview(change), "markdown", false));
const account = (name: string, namespace: string) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } });

test("each line of a chart's upgrade names its objects and what carries the impact", () => {
  expect(rows(upgrade)).toEqual([
    expect.stringMatching(/^rejected \| StatefulSet store: spec\.serviceName \| /),
    expect.stringMatching(/^rollout \| Deployments quiet, silent: the chart's version label \| /),
    expect.stringMatching(/^rollout \| Deployments server, worker: image \| /),
    expect.stringMatching(/^rollout \| Deployment reader: checksum\/config \(ConfigMap settings\) \| /),
    expect.stringMatching(/^rollout \| Job migrate: image \| /),
    expect.stringMatching(/^in-place \| ConfigMap settings: LEVEL, settings\.yaml \| /),
    expect.stringMatching(/^in-place \| Role server: may list, watch secrets \| /),
    expect.stringMatching(/^in-place \| Service server: the chart's version label \| /),
  ]);
});

test("what happens to pods, what is refused and what is lost come first", () => {
  const headlines = (report: string) =>
    [...report.matchAll(/^(?:- \*\*)?(Pods|Refused|Lost)(?:\*\*:)? +(.*)$/gm)].map(([, about, text]) => `${about} ${text}`);
  const found = chartReview(upgrade, { before: [account("left", "shop")] });
  const text = headlines(writeReview(found, "text", false));
  expect(text).toEqual([
    "Pods replaced while the app stays up: Deployment quiet, Deployment reader, Deployment server, Deployment silent, Deployment worker; run again: Job migrate",
    "Refused StatefulSet store",
    "Lost deleted: ServiceAccount left",
  ]);
  const markdown = writeReview(found, "markdown", false);
  expect(headlines(markdown)).toEqual(text);
  expect(markdown.indexOf("**Lost**")).toBeLessThan(500);
  const html = writeReview(found, "html", false);
  for (const line of text) expect(html).toContain(line.slice(line.indexOf(" ") + 1));
});

test("what is renamed is lost under its old name", () => {
  const text = writeReview(chartReview({}, { before: [account("left", "shop")], after: [account("right", "shop")] }), "text", false);
  expect(text).toMatch(/^deletion +ServiceAccount left: renamed to right$/m);
  expect(text).toMatch(/^ +ServiceAccount left$/m);
  expect(text).not.toContain("ServiceAccount right");
  expect(text).toMatch(/^Lost +deleted: ServiceAccount left$/m);
});

test("a label of the version that nothing else changes with is one line", () => {
  expect(rows({})).toEqual([
    expect.stringMatching(
      /^rollout \| 5 workloads: the chart's version label \| pods are replaced, each only when its successor is ready; pods are replaced one by one/,
    ),
    expect.stringMatching(/^rollout \| Deployment reader: checksum\/config \| /),
    expect.stringMatching(/^rollout \| Job migrate: the chart's version label \| it is a hook/),
    expect.stringMatching(/^in-place \| ConfigMap settings, Role server, Service server: the chart's version label \| /),
  ]);
});

test("no two rows are word for word the same, and no folder stands before an object", () => {
  const accounts = (namespace: string) => Array.from({ length: 6 }, (_account, index) => account(`a-${index}`, namespace));
  const report = writeReview(chartReview(upgrade, { before: accounts("shop"), after: [account("b", "other")] }), "markdown", false);
  expect(new Set(rowsOf(report)).size).toBe(rowsOf(report).length);
  expect(report).toMatch(/\| 🔴 deletion \| 6 ServiceAccounts: removed \|/);
  expect(report).not.toMatch(/\bnew(\/web)? (Deployment|Role)/);
});

test("where objects are of several namespaces, each is named with its own", () => {
  const report = writeReview(chartReview({}, { after: [account("b", "other")] }), "text", false);
  expect(report).toMatch(/^in-place +ServiceAccount b: added {2}other$/m);
  expect(report).toMatch(/^ {4}shop Deployment reader$/m);
});

test("a role's rights are one line, and one flag", () => {
  const changes = chartReview({ verbs: ["get", "list", "watch"] }).changes.filter(({ resource }) => resource.kind === "Role");
  expect(changes).toMatchObject([
    { rights: { gained: ["list, watch secrets"], lost: [] }, notes: [{ flag: "privilege", text: "may list, watch secrets" }] },
  ]);
  expect(chartReview({ verbs: [] }).changes.find(({ resource }) => resource.kind === "Role")?.rights).toEqual({
    gained: [],
    lost: ["get secrets"],
  });
});

test("a page stays under a megabyte, however much changes", () => {
  const maps = (word: string) =>
    Array.from({ length: 130 }, (_map, index) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: `m-${index}`, namespace: "shop" },
      data: Object.fromEntries(Array.from({ length: 120 }, (_value, key) => [`k${index}-${key}`, word.repeat(50)])),
    }));
  const html = writeReview(chartReview({}, { before: maps("old."), after: maps("new.") }), "html", false);
  expect(Buffer.byteLength(html)).toBeLessThan(1_000_000);
  expect(html).toContain("1 object: the JSON report has them");
  expect(html.match(/<details class="line">/g)?.length).toBeGreaterThan(130);
});

test("many remarks don't push what happens out of sight", () => {
  const remarks = Array.from({ length: 20 }, (_entry, index) => ({
    kind: "not-looked-at" as const,
    text: `file ${index} isn't looked at`,
  }));
  const lines = writeReview({ ...chartReview(upgrade), remarks }, "text", false)
    .trimEnd()
    .split("\n");
  expect(lines.slice(-9, -1)).toEqual(remarks.slice(0, 8).map(({ text }) => `  ${text}`));
  expect(lines.at(-1)).toBe("  and 12 more; --format json lists them");
});
