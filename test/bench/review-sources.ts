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

const rounds = 7;
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
function measure(source: string): readonly string[] {
  const file = `${source}/kustomization.yaml`;
  const text = readFileSync(join(repository, file), "utf8");
  write(file, text.replace("1.0.0", "1.0.1"));
  const ways: Readonly<Record<string, () => number>> = {
    kustomize: () => timed("kustomize", ["build", source]) + timed("kustomize", ["build", source]),
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

process.stdout.write(
  [
    "| the changed kustomization | `kustomize build`, both sides | `slipway review` | again | `slipway review --help` |",
    "| --- | --- | --- | --- | --- |",
    ...(
      [
        ["4 objects of one base", "apps/7/prod"],
        ["600 objects of six bases", "platform/prod"],
      ] as const
    ).map(([name, source]) => `| ${[name, ...measure(source)].join(" | ")} |`),
    "",
  ].join("\n"),
);
rmSync(folder, { recursive: true });
