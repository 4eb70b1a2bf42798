/**
 * `npm run bench [-- --apps 300,1200] [--json FILE]`: fleets of apps made by slipway and by others, each in a fresh process, as ratios of
 * one run; then what people wait for at their desks. kustomize and helm take part where they are on the PATH or built by `npm run tools`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { tools } from "../tools-folder.ts";
import { ReleasedFleet, timeCommand, timeWatch, writeDist, writeProject } from "./estate.ts";
import { writeChart, writeKustomization } from "./objects.ts";

interface Measure {
  readonly milliseconds: number;
  /** Peak memory; undefined for programs that don't say theirs. */
  readonly megabytes?: number;
}
interface Way {
  readonly name: string;
  /** The largest fleet it is measured on. */
  readonly most: number;
  readonly prepare: (folder: string, apps: number) => void;
  readonly run: (folder: string, apps: number) => number | undefined;
}

const option = (name: string) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const sizes = (option("--apps") ?? "300,400,1200,4800,10000").split(",").map(Number);
const rounds = 3;
const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
process.env.PATH = `${process.env.PATH}${delimiter}${tools}`;

const fleet = fileURLToPath(new URL("fleet.ts", import.meta.url));
const fresh = (place: string) => rmSync(place, { recursive: true, force: true });
const inNode = (name: string, most: number, way = name, prepare: Way["prepare"] = fresh): Way => ({
  name,
  most,
  prepare,
  run: (place, apps) => Number(execFileSync("node_modules/.bin/jiti", [fleet, way, String(apps), place], { encoding: "utf8" })),
});
function program(name: string, most: number, write: Way["prepare"], args: readonly string[]): Way[] {
  if (spawnSync(name, ["version"]).status !== 0) return [];
  const prepare: Way["prepare"] = (place, apps) => {
    fresh(place);
    write(place, apps);
  };
  return [{ name, most, prepare, run: (place) => toFile(name, [...args, place], `${place}.out`) }];
}

function toFile(name: string, args: readonly string[], file: string): undefined {
  execFileSync(name, args, { stdio: ["ignore", openSync(file, "w"), "inherit"] });
}

const ways: readonly Way[] = [
  inNode("bare", 10_000),
  inNode("bare with Applications", 10_000),
  inNode("slipway", 10_000),
  inNode("slipway with checks", 10_000),
  inNode("slipway, nothing changed", 10_000, "slipway", () => {}),
  inNode("one App", 1200),
  inNode("one App of cdk8s-plus", 1200),
  ...program("kustomize", 400, writeKustomization, ["build"]),
  ...program("helm", 10_000, writeChart, ["template", "fleet"]),
];
const names = ways.map(({ name }) => name);
if (!names.includes("kustomize") || !names.includes("helm"))
  process.stderr.write("kustomize or helm is missing: `npm run tools` builds them\n");

/** The fastest of some rounds, in which the ways take turns, so that a busy moment strikes all alike. */
const measures = new Map<string, Measure>();
for (const size of sizes) {
  for (let round = 0; round < rounds; round++) {
    for (const { name, most, prepare, run } of ways) {
      if (size > most) continue;
      const place = join(folder, name.replace(", nothing changed", "").replaceAll(" ", "-"));
      prepare(place, size);
      const started = performance.now();
      const megabytes = run(place, size);
      const milliseconds = Math.round(performance.now() - started);
      const before = measures.get(`${name} ${size}`);
      if (before === undefined || milliseconds < before.milliseconds)
        measures.set(`${name} ${size}`, { milliseconds, ...(megabytes === undefined ? {} : { megabytes }) });
    }
  }
  process.stderr.write(`${size} apps measured\n`);
}

const fastest = (time: () => number) => Math.min(...Array.from({ length: 5 }, time));
const three = ["dev", "staging", "prod"];
const [dozen, hundred, hundreds] = [join(folder, "dozen"), join(folder, "hundred"), join(folder, "hundreds")];
writeProject(dozen, 12, three);
writeProject(hundred, 100, ["dev"]);
writeProject(hundreds, 100, three);
timeCommand(dozen, "synth");
const reviewed = join(folder, "reviewed");
const release = writeDist(reviewed, 1250);
release("1.0.1", 1);
const oneImage = fastest(() => timeCommand(reviewed, "review", "--format", "markdown"));
release("1.0.1", 1250);
const allChanged = fastest(() => timeCommand(reviewed, "review", "--format", "markdown"));
const released = new ReleasedFleet(join(folder, "released"), 1200);
released.timeRelease(); // compiles the overlays
const releases = Array.from({ length: 3 }, () => released.timeRelease());
const writers = await new ReleasedFleet(join(folder, "writers"), 12).timeWriters(20);
const gateway = fileURLToPath(new URL("gateway.ts", import.meta.url));
const gateways = JSON.parse(execFileSync("node_modules/.bin/jiti", [gateway], { encoding: "utf8" })) as Record<string, number>;
const desk = {
  "`slipway --help`": fastest(() => timeCommand(dozen, "--help")),
  "`slipway synth --env prod`, 12 apps, nothing changed": fastest(() => timeCommand(dozen, "synth", "--env", "prod")),
  "`slipway synth --env prod`, 12 apps, all to write": fastest(() => {
    fresh(join(dozen, "dist"));
    return timeCommand(dozen, "synth", "--env", "prod");
  }),
  "`slipway synth --watch`, 100 apps: from save to file": Math.min(...(await timeWatch(hundred, 8))),
  "`slipway synth --watch`, 100 apps in each of 3 environments": Math.min(...(await timeWatch(hundreds, 8))),
  "`slipway release` in an estate of 1,200 apps": Math.min(...releases.map(({ release }) => release)),
  "fetch, `slipway synth` and push alone": Math.min(...releases.map(({ parts }) => parts)),
  "20 `slipway release` at once, 12 apps": writers.together,
  "the same one after the other": writers.alternately,
  "`slipway review` of 5,000 objects, one app's image changed": oneImage,
  "`slipway review` of 5,000 objects, all changed": allChanged,
  ...gateways,
};
rmSync(folder, { recursive: true });

const at = (way: string, size: number) => measures.get(`${way} ${size}`);
function cell(way: string, size: number): string {
  const [own, floor] = [at(way, size), at("bare", size)];
  if (!own || !floor) return "-";
  const memory = own.megabytes === undefined ? "" : `, ${own.megabytes} MB`;
  return `${(own.milliseconds / floor.milliseconds).toFixed(2)}x (${(own.milliseconds / 1000).toFixed(2)} s${memory})`;
}
/** How time grows with size: 1 is linear. Between the two largest sizes, where loading no longer counts. */
function exponent(way: string): string {
  const [large, larger] = sizes.filter((size) => at(way, size)).slice(-2);
  const [a, b] = [at(way, large ?? 0), at(way, larger ?? 0)];
  return a && b && large && larger ? (Math.log(b.milliseconds / a.milliseconds) / Math.log(larger / large)).toFixed(2) : "-";
}
const rows = names.map((way) => `| ${way} | ${sizes.map((size) => cell(way, size)).join(" | ")} | ${exponent(way)} |`);
process.stdout.write(
  [
    `| apps of 4 objects | ${sizes.join(" | ")} | exponent |`,
    `| --- |${" --- |".repeat(sizes.length + 1)}`,
    ...rows,
    "",
    "| at the desk | |",
    "| --- | --- |",
    ...Object.entries(desk).map(([what, milliseconds]) => `| ${what} | ${milliseconds} ms |`),
    "",
  ].join("\n"),
);
const file = option("--json");
if (file) writeFileSync(file, `${JSON.stringify({ measures: Object.fromEntries(measures), desk }, null, 2)}\n`);
