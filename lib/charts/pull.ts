import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { JSON_SCHEMA, load } from "js-yaml";
import { isRecord } from "../outside/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import { ArchiveError, filesOfArchive } from "./archive.ts";
import { Helm } from "./helm.ts";
import { type ChartLock, keyOf, type LockedChart, lockFileOf, lockText, readLock } from "./lock.ts";
import { type ChartReference, sourceOf } from "./reference.ts";
import { digestOf, digestOfFiles, digestOfFolder } from "./tree-digest.ts";

/** What a pull did. */
export interface PulledChart {
  readonly folder: string;
  readonly chart: LockedChart;
  /** Whether the folder was as it is already. */
  readonly isUnchanged: boolean;
}

interface PullOptions {
  /** The folder that the chart gets. */
  readonly folder: string;
  /** Whether the registry is asked without TLS, as one on this machine. */
  readonly plainHttp?: boolean;
}

/**
 * Pulls a chart by the Helm that is installed, holds it to what its source and the lock say of it, and unpacks it into its folder, whole or
 * not at all.
 * @throws InputError for what isn't there, isn't what it should be, or would overwrite something
 */
export function pullChart(reference: ChartReference, { folder, plainHttp = false }: PullOptions): PulledChart {
  const work = mkdtempSync(join(tmpdir(), "slipway-chart-"));
  try {
    const { archive, digest } = fetched(reference, new Helm(work), work, plainHttp);
    const files = unpacked(archive, reference);
    const { name, version } = reference;
    const chart = { name, version, source: sourceOf(reference), digest, archive: digestOf(archive), files: digestOfFiles(files) };
    const [lockFile, key] = [lockFileOf(folder), keyOf(folder)];
    const lock = readLock(lockFile);
    const problems = problemsWith(folder, lock, chart);
    if (problems.length > 0) throw new InputError(problems);
    const isUnchanged = existsSync(folder) && digestOfFolder(folder) === chart.files;
    if (!isUnchanged) replaceFolder(folder, files);
    replaceText(lockFile, lockText(new Map([...lock, [key, chart]])));
    return { folder, chart, isUnchanged };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

interface Fetched {
  readonly archive: Buffer;
  readonly digest: string;
}

/** Bytes of an archive past which it isn't read: what it may have when it is unpacked. */
const mostOfArchive = 100 * 1024 * 1024;

function fetched(reference: ChartReference, helm: Helm, work: string, plainHttp: boolean): Fetched {
  const destination = join(work, "archive");
  mkdirSync(destination);
  const pull = (chart: string, more: NodeJS.ProcessEnv = {}) => {
    const answer = helm.run(
      ["pull", chart, "--version", reference.version, "--destination", destination, ...(plainHttp ? ["--plain-http"] : [])],
      more,
    );
    const [file] = readdirSync(destination);
    if (file === undefined)
      throw new InputError([{ message: "helm pulled nothing", fix: "Run helm pull by hand, and look at what it says." }]);
    const path = join(destination, file);
    if (statSync(path).size > mostOfArchive)
      throw new InputError([{ message: "the archive is larger than 100 MB", fix: "Don't use it, and ask whoever published the chart." }]);
    return { archive: readFileSync(path), answer };
  };
  if (reference.kind === "registry") {
    const { archive, answer } = pull(reference.address);
    const [, digest] = /^Digest:\s*(sha256:[0-9a-f]{64})$/m.exec(`${answer.stdout}\n${answer.stderr}`) ?? [];
    if (digest === undefined)
      throw new InputError([{ message: "helm doesn't say the digest of what it pulled", fix: "Take Helm 3.8 or newer." }]);
    return { archive, digest };
  }
  return ofRepository(reference, helm, work, pull);
}

function ofRepository(
  reference: Exclude<ChartReference, { kind: "registry" }>,
  helm: Helm,
  work: string,
  pull: (chart: string, more?: NodeJS.ProcessEnv) => { readonly archive: Buffer },
): Fetched {
  const { name } = reference;
  // A list of repositories of this run's own, so that the user's stays as it is.
  const own = reference.kind === "repository" ? { HELM_REPOSITORY_CONFIG: join(work, "repositories.yaml") } : {};
  const repository = reference.kind === "repository" ? "slipway" : reference.repository;
  if (reference.kind === "repository") helm.run(["repo", "add", repository, reference.address], own);
  else helm.run(["repo", "update", repository]);
  const digest = digestInIndex(join(work, "cache", "repository", `${repository}-index.yaml`), reference);
  const { archive } = pull(`${repository}/${name}`, own);
  if (digestOf(archive) !== digest)
    throw new InputError([
      {
        message: `the archive of ${name} ${reference.version} has the digest ${digestOf(archive)}, and the repository's index says ${digest}`,
        fix: "Don't use it: the archive isn't the one that was published. Ask whoever runs the repository.",
      },
    ]);
  return { archive, digest };
}

/** Bytes of an index past which it isn't read; those of large repositories have some 20 MB. */
const mostOfIndex = 64 * 1024 * 1024;

function digestInIndex(file: string, { name, version }: ChartReference): string {
  const wrong = (message: string, fix: string) => new InputError([{ message, fix }]);
  if (statSync(file).size > mostOfIndex) throw wrong("the repository's index is larger than 64 MB", "Take the chart from a registry.");
  let index: unknown;
  try {
    index = load(readFileSync(file, "utf8"), { schema: JSON_SCHEMA });
  } catch {
    throw wrong("the repository's index can't be read", "Check the address: it leads to the folder that holds index.yaml.");
  }
  const entries = isRecord(index) && isRecord(index.entries) ? index.entries : {};
  const charts: unknown = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (!Array.isArray(charts)) throw wrong(`the repository has no chart "${name}"`, "Check the name; helm search repo lists what there is.");
  const plain = (text: unknown) => String(text).replace(/^v/, "");
  const found = charts.filter(isRecord).find((chart) => plain(chart.version) === plain(version));
  if (found === undefined)
    throw wrong(`the repository has no version ${version} of ${name}`, "Check the version; helm search repo --versions lists them.");
  const digest = typeof found.digest === "string" ? found.digest.replace(/^sha256:/, "") : "";
  if (!/^[0-9a-f]{64}$/.test(digest))
    throw wrong(
      `the repository's index has no digest of ${name} ${version}`,
      "Take the chart from a registry, or have the index written anew: helm repo index.",
    );
  return `sha256:${digest}`;
}

function unpacked(archive: Buffer, { name, version }: ChartReference): ReturnType<typeof filesOfArchive> {
  const wrong = (message: string) =>
    new InputError([
      { message: `the archive of ${name} ${version} ${message}`, fix: "Don't use it, and ask whoever published the chart." },
    ]);
  let files: ReturnType<typeof filesOfArchive>;
  try {
    files = filesOfArchive(archive);
  } catch (error) {
    if (error instanceof ArchiveError) throw wrong(error.message);
    throw error;
  }
  const chart = chartIn(files);
  const isSame = String(chart.version ?? "").replace(/^v/, "") === version.replace(/^v/, "");
  if (chart.name !== name || !isSame)
    throw wrong(`holds the chart ${JSON.stringify(chart.name ?? "")} ${JSON.stringify(chart.version ?? "")}`);
  return files;
}

function chartIn(files: ReturnType<typeof filesOfArchive>): Readonly<Record<string, unknown>> {
  const text = files.find(({ path }) => path === "Chart.yaml")?.content.toString("utf8") ?? "";
  try {
    const chart = load(text, { schema: JSON_SCHEMA });
    return isRecord(chart) ? chart : {};
  } catch {
    return {};
  }
}

/** Why a chart may not take its folder: the source gives another one under the same version, or something would be lost. */
function problemsWith(folder: string, lock: ChartLock, chart: LockedChart): Problem[] {
  const locked = lock.get(keyOf(folder));
  const other = [...lock].find(
    ([, known]) => isSameVersion(known, chart) && (known.digest !== chart.digest || known.files !== chart.files),
  );
  if (other !== undefined) {
    const [key, { digest }] = other;
    return [
      {
        file: lockFileOf(folder),
        message: `${chart.source} has another ${chart.name} ${chart.version} now: ${chart.digest}, and the lock says ${digest} of the folder ${key}`,
        fix: "A version that was published must not change: ask whoever did it. To accept it, remove the entry from the lock and the folder first.",
      },
    ];
  }
  if (!existsSync(folder) || digestOfFolder(folder) === (locked?.files ?? chart.files)) return [];
  return [
    {
      file: folder,
      message:
        locked === undefined
          ? "there is something else already, and no lock says that it was pulled"
          : "has been changed since it was pulled",
      fix: "Move the folder away, or give another one with --into. What you changed in a chart belongs into values or patches.",
    },
  ];
}

const isSameVersion = (left: LockedChart, right: LockedChart) =>
  left.source === right.source && left.name === right.name && left.version === right.version;

/** Puts files in the place of a folder, so that whoever reads sees the old chart or the new one. */
function replaceFolder(folder: string, files: readonly { readonly path: string; readonly content: Buffer }[]): void {
  const [fresh, old] = ["new", "old"].map((what) => `${resolve(folder)}.${what}-${randomBytes(6).toString("hex")}`) as [string, string];
  try {
    for (const { path, content } of files) {
      mkdirSync(dirname(join(fresh, path)), { recursive: true });
      writeFileSync(join(fresh, path), content, { flag: "wx" });
    }
    const isThere = existsSync(folder);
    if (isThere) renameSync(folder, old);
    try {
      renameSync(fresh, folder);
    } catch (error) {
      if (isThere) renameSync(old, folder);
      throw error;
    }
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function replaceText(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  writeFileSync(beside, text, { flag: "wx" });
  renameSync(beside, file);
}
