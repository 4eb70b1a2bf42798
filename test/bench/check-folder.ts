/**
 * `npm run bench:check`: `slipway check` of a folder of 1,200 apps of four objects, a file each, beside kubeconform and kube-score, as
 * ratios of one run, and which of eight faults each finds. slipway is run as npm publishes it. The others take part where they are on the PATH:
 * `go install github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0`, `go install github.com/zegl/kube-score/cmd/kube-score@v1.20.0`.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { kubernetesSchemas } from "../../lib/kubernetes/schema/load.ts";
import { unpacked } from "../pack.ts";
import { appNames, appObjects } from "./objects.ts";

const version = "1.34";
const [apps, rounds] = [1200, 5];
const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
const [fleet, schemas, own] = [join(folder, "fleet"), join(folder, "schemas"), join(folder, "slipway")];
let program = "";

/** What somebody may get wrong in one app: a text of one of its files, and what stands there instead. */
const faults: readonly { readonly what: string; readonly from: string; readonly to: string }[] = [
  { what: "a misspelt field", from: "replicas: 1", to: "replica: 1" },
  { what: "a number where a text is expected", from: 'value: "1"', to: "value: 1" },
  { what: "a Service that selects no pod", from: "  selector:\n    app: NAME\n  ports", to: "  selector:\n    app: other\n  ports" },
  { what: "a target port that no container has", from: "targetPort: http", to: "targetPort: web" },
  {
    what: "a ConfigMap that nothing creates",
    from: "name: NAME-config\n          resources",
    to: "name: NAME-settings\n          resources",
  },
  { what: "a selector that the pods' labels don't fit", from: "matchLabels:\n      app: NAME", to: "matchLabels:\n      app: other" },
  {
    what: "an Ingress to a Service that isn't there",
    from: "service:\n                name: NAME",
    to: "service:\n                name: other",
  },
  { what: "the image tag latest", from: ":1.0.0", to: ":latest" },
];

/** Writes the files of an app, with a fault or without. */
function writeApp(folder: string, name: string, fault?: (typeof faults)[number]): void {
  mkdirSync(folder, { recursive: true });
  const texts = appObjects(name).map((object) => [object.kind, stringify(object)] as const);
  const [from = "", to = ""] = [fault?.from, fault?.to].map((text) => text?.replaceAll("NAME", name));
  if (fault && !texts.some(([, text]) => text.includes(from))) throw new Error(`no file holds ${JSON.stringify(from)}`);
  for (const [kind, text] of texts) writeFileSync(join(folder, `${kind}.yaml`), fault ? text.replace(from, to) : text);
}

/** The schemas of Kubernetes as kubeconform looks for them, each field strict. */
function writeSchemas(): void {
  mkdirSync(schemas);
  const { kinds, definitions } = kubernetesSchemas(version);
  const strict = Object.entries(definitions).map(([name, definition]) => {
    if (definition.format === "int-or-string") return [name, { type: ["string", "integer"] }] as const;
    return [name, definition.properties ? { ...definition, additionalProperties: false } : definition] as const;
  });
  writeFileSync(join(schemas, "definitions.json"), JSON.stringify({ definitions: Object.fromEntries(strict) }));
  for (const [key, definition] of Object.entries(kinds)) {
    const [kind = "", ...rest] = key.split("/").reverse();
    const file = [kind, ...rest.reverse()]
      .join("-")
      .toLowerCase()
      .replace(/\.k8s\.io(?=-)/, "");
    writeFileSync(join(schemas, `${file}.json`), JSON.stringify({ $ref: `file://${schemas}/definitions.json#/definitions/${definition}` }));
  }
}

interface Way {
  readonly name: string;
  readonly command: string;
  readonly args: (folder: string) => readonly string[];
}
const location = `${schemas}/{{ .ResourceKind }}{{ .KindSuffix }}.json`;
const kubeconform = ["-strict", "-schema-location", location, "-output", "json"];
const ways: readonly Way[] = [
  {
    name: "slipway check",
    command: process.execPath,
    args: (place) => [program, "check", place, "--complete", "--format", "json"],
  },
  { name: "kubeconform -strict", command: "kubeconform", args: (place) => [...kubeconform, place] },
  { name: "kubeconform -strict -n 1", command: "kubeconform", args: (place) => [...kubeconform, "-n", "1", place] },
  { name: "kube-score score", command: "kube-score", args: (place) => ["score", "--output-format", "ci", ...filesIn(place)] },
];

const filesIn = (place: string) =>
  readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".yaml"))
    .map((path) => join(place, path));

/** Runs a tool on a folder; undefined where it isn't installed. */
function run({ command, args }: Way, place: string): { readonly milliseconds: number; readonly says: string } | undefined {
  const given = [...args(place)];
  const started = performance.now();
  const { error, status, stdout, stderr } = spawnSync(command, given, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  return error
    ? undefined
    : { milliseconds: performance.now() - started, says: inOneOrder(`${status}\n${stdout}\n${stderr}`.replaceAll(place, "")) };
}

/** Tools that work on several files at once print them in any order. */
const inOneOrder = (text: string) => text.split("\n").sort().join("\n");

try {
  mkdirSync(own);
  program = unpacked(own);
  writeSchemas();
  for (const name of appNames(apps)) writeApp(join(fleet, name), name);
  writeApp(join(folder, "clean"), "app");
  for (const [index, fault] of faults.entries()) writeApp(join(folder, `fault-${index}`), "app", fault);
  const fastest = new Map<string, number>();
  for (let round = 0; round < rounds; round++)
    for (const way of ways) {
      const took = run(way, fleet)?.milliseconds;
      if (took !== undefined) fastest.set(way.name, Math.min(fastest.get(way.name) ?? Infinity, took));
    }
  const present = ways.filter(({ name }) => fastest.has(name));
  const floor = fastest.get("kubeconform -strict");
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const time = ({ name }: Way) => {
    const took = fastest.get(name) ?? 0;
    return `${(took / 1000).toFixed(2)} s${floor ? ` (${(took / floor).toFixed(2)}x)` : ""}`;
  };
  /** A tool finds a fault where it says something else of the app than without it. */
  const finds = (way: Way, index: number) => run(way, join(folder, `fault-${index}`))?.says !== run(way, join(folder, "clean"))?.says;
  const lines = [
    row([`${4 * apps} files`, ...present.map(({ name }) => name)]),
    row(["---", ...present.map(() => "---")]),
    row(["time", ...present.map(time)]),
    ...faults.map(({ what }, index) => row([what, ...present.map((way) => (finds(way, index) ? "found" : "-"))])),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
