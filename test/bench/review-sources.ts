/**
 * `npm run bench:review`: `slipway review` of a repository of 200 kustomizations with one file changed, beside `kustomize build` of what that
 * file reaches, on both sides, as ratios of one run. slipway is run as npm publishes it. kustomize takes part where it is on the PATH or built by `npm run tools`.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { stringify } from "yaml";
import { unpacked } from "../pack.ts";
import { tools } from "../tools-folder.ts";
import { appObjects } from "./objects.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
const cache = join(folder, "cache");
const repository = join(folder, "repository");
const environment = { ...process.env, PATH: `${process.env.PATH}${delimiter}${tools}` };

function write(path: string, value: string | object): void {
  const file = join(repository, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof value === "string" ? value : stringify(value));
}

/** A base of some apps of four objects each, a file an object. */
function writeBase(path: string, prefix: string, apps: number): void {
  const files = Array.from({ length: apps }, (_app, index) => appObjects(`${prefix}-${index}`, "registry.example/app:1.0.0")).flatMap(
    (objects, app) => objects.map((object) => [`app-${app}-${object.kind.toLowerCase()}.yaml`, object] as const),
  );
  for (const [name, object] of files) write(`${path}/${name}`, object);
  write(`${path}/kustomization.yaml`, { resources: files.map(([name]) => name) });
}

const tag = (newTag: string) => ({ images: [{ name: "registry.example/app", newTag }] });
for (let index = 0; index < 99; index++) {
  writeBase(`apps/${index}/base`, `small-${index}`, 1);
  for (const name of ["staging", "prod"])
    write(`apps/${index}/${name}/kustomization.yaml`, { resources: ["../base"], namespace: `app-${index}-${name}`, ...tag("1.0.0") });
}
for (const base of ["a", "b", "c", "d", "e", "f"]) writeBase(`platform/${base}`, base, 25);
for (const name of ["staging", "prod"])
  write(`platform/${name}/kustomization.yaml`, {
    resources: ["a", "b", "c", "d", "e", "f"].map((base) => `../${base}`),
    namespace: `platform-${name}`,
    ...tag("1.0.0"),
  });
writeBase("company/base", "company", 1);
const members = Array.from({ length: 200 }, (_member, index) => `company/${index}`);
for (const [index, member] of members.entries())
  write(`${member}/kustomization.yaml`, { resources: ["../base"], namespace: `company-${index}`, ...tag("1.0.0") });
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=Bench", "-c", "user.email=bench@shop.example", ...args], { cwd: repository, stdio: "pipe" });
git("init", "--quiet");
git("add", "--all");
git("commit", "--quiet", "--message=First");

function timed(command: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}): number {
  const started = performance.now();
  execFileSync(command, args, {
    cwd: repository,
    env: { ...environment, ...variables },
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 28,
  });
  return performance.now() - started;
}

mkdirSync(join(folder, "slipway"));
const program = unpacked(join(folder, "slipway"));
const review = (variables: Readonly<Record<string, string>>) => () =>
  timed(process.execPath, [program, "review", "--base", "HEAD"], variables);

/** The fastest of some rounds of each way, in which the ways take turns, so that a busy moment strikes all alike. */
function measure({ file, sources, change, rounds }: Reaching): readonly string[] {
  const text = readFileSync(join(repository, file), "utf8");
  write(file, text.replace(...change));
  const ways: Readonly<Record<string, () => number>> = {
    kustomize: () => [...sources, ...sources].reduce((sum, source) => sum + timed("kustomize", ["build", source]), 0),
    "without what was kept": review({ SLIPWAY_CACHE: "off" }),
    again: review({ SLIPWAY_CACHE: cache }),
    start: () => timed(process.execPath, [program, "review", "--help"]),
  };
  for (const run of Object.values(ways)) run();
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, Number.POSITIVE_INFINITY]));
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(ways)) times[name] = Math.min(times[name] ?? 0, run());
  write(file, text);
  const floor = times.kustomize ?? 0;
  return Object.values(times).map((time) => `${(time / 1000).toFixed(2)} s (${(time / floor).toFixed(2)}x)`);
}

/** A change, and the kustomizations that it reaches. */
interface Reaching {
  readonly file: string;
  readonly sources: readonly string[];
  /** What stands in the file, and what takes its place. */
  readonly change: readonly [before: string, after: string];
  readonly rounds: number;
}

const release = ["1.0.0", "1.0.1"] as const;
const rows: Readonly<Record<string, Reaching>> = {
  "1 kustomization of 4 objects": { file: "apps/7/prod/kustomization.yaml", sources: ["apps/7/prod"], change: release, rounds: 7 },
  "1 kustomization of 600 objects": { file: "platform/prod/kustomization.yaml", sources: ["platform/prod"], change: release, rounds: 7 },
  "200 kustomizations of 4 objects": {
    file: "company/base/app-0-deployment.yaml",
    sources: members,
    change: ["registry.example/app:1.0.0", "registry.example/other:1.0.0"],
    rounds: 3,
  },
};
process.stdout.write(
  [
    "| the changed file reaches | `kustomize build`, both sides | `slipway review` | again | `slipway review --help` |",
    "| --- | --- | --- | --- | --- |",
    ...Object.entries(rows).map(([name, reaching]) => `| ${[name, ...measure(reaching)].join(" | ")} |`),
    "",
  ].join("\n"),
);
rmSync(folder, { recursive: true });
