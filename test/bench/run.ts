/** `npm run bench [-- --apps 300,1200] [--json FILE]`: fleets of apps rendered and written by slipway and by others, each in a cold process, as ratios of one run. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

interface Measure {
  readonly milliseconds: number;
  readonly megabytes: number;
}

/** Each way with the largest fleet it is tried on. */
const ways: readonly (readonly [way: string, most: number])[] = [
  ["bare", 10_000],
  ["slipway", 10_000],
  ["slipway, nothing changed", 10_000],
  ["one App", 1_200],
];
const option = (name: string) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const sizes = (option("--apps") ?? "300,1200,4800,10000").split(",").map(Number);
const rounds = 3;
const fleet = fileURLToPath(new URL("fleet.ts", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
const measures = new Map<string, Measure>();

/** The fastest of some rounds, in which the ways take turns, so that a busy moment strikes all alike. */
for (const size of sizes) {
  for (let round = 0; round < rounds; round++) {
    for (const [way, most] of ways) {
      if (size > most) continue;
      const out = execFileSync(
        "node_modules/.bin/jiti",
        [fleet, way, String(size), join(folder, way.startsWith("slipway") ? "slipway" : way)],
        { encoding: "utf8" },
      );
      const measure = JSON.parse(out) as Measure;
      const key = `${way} ${size}`;
      if (measure.milliseconds < (measures.get(key)?.milliseconds ?? Number.POSITIVE_INFINITY)) measures.set(key, measure);
    }
  }
  process.stderr.write(`${size} apps measured\n`);
}
rmSync(folder, { recursive: true });

const at = (way: string, size: number) => measures.get(`${way} ${size}`);
const ratio = (way: string, size: number) => {
  const [own, floor] = [at(way, size), at("bare", size)];
  return own && floor ? `${(own.milliseconds / floor.milliseconds).toFixed(2)}x (${own.milliseconds} ms, ${own.megabytes} MB)` : "-";
};
const rows = ways.map(([way]) => `| ${way} | ${sizes.map((size) => ratio(way, size)).join(" | ")} |`);
const [from = 0, to = 0] = [sizes.at(0), sizes.at(-1)];
const [small, large] = [at("slipway", from), at("slipway", to)];
const exponent = small && large && to > from ? Math.log(large.milliseconds / small.milliseconds) / Math.log(to / from) : undefined;
process.stdout.write(
  [
    `| apps of 4 objects | ${sizes.join(" | ")} |`,
    `| --- |${" --- |".repeat(sizes.length)}`,
    ...rows,
    "",
    `Ratios to bare cdk8s (constructs, toJson, the yaml library; one App for each app), whole cold processes, fastest of ${rounds}. slipway also validates, and writes an Application for each app.`,
    exponent === undefined ? "" : `Growth from ${from} to ${to} apps: exponent ${exponent.toFixed(2)}.`,
    "",
  ].join("\n"),
);
const file = option("--json");
if (file) writeFileSync(file, `${JSON.stringify({ measures: Object.fromEntries(measures), exponent }, null, 2)}\n`);
