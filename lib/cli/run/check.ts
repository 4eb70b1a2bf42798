import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import {
  type CheckedEnvironment,
  type Choice,
  check,
  chosenRules,
  type Format,
  foreignFindings,
  hasGaps,
  type PodSecurityLevel,
  readFolder,
  readRendered,
  readWaivers,
  skippedFiles,
  writeReport,
} from "../../check/index.ts";
import { type ForeignFiles, fileProblem, foreignFiles, placeInDist } from "../../dist/index.ts";
import { knownVersions } from "../../kubernetes/index.ts";
import { errorCode, readText, UnreadableError } from "../../outside/index.ts";
import { chosen } from "../../overlay/index.ts";
import { InputError } from "../../problem/index.ts";
import { loadEnvironments, projectAt } from "../../project/index.ts";
import { discover, render as renderSource, type Source } from "../../sources/index.ts";
import { checkable, render } from "../../synth/index.ts";
import { printReport } from "../output.ts";
import { requireFolders } from "./require-folders.ts";

interface Options extends Choice {
  readonly env?: string[];
  readonly kubernetes?: string;
  readonly podSecurity?: PodSecurityLevel;
  readonly namespace?: string;
  readonly complete?: true;
  readonly strict?: true;
  readonly format: Format;
}

/** `slipway check`: status 0 when no finding is an error, 1 otherwise. */
export async function checkCommand(folders: readonly string[], options: Options): Promise<void> {
  const { kubernetes, format } = options;
  if (kubernetes !== undefined && !/^1\.\d+$/.test(kubernetes))
    throw new InputError([{ message: `--kubernetes: expected a minor version, found "${kubernetes}"`, fix: "Give it as 1.34." }]);
  if (folders.length > 0 && options.env)
    throw new InputError([
      { message: "--env is for the environments of overlays/, and folders were given", fix: "Use either --env or folders." },
    ]);
  const asked = chosenRules(options);
  const environments = folders.length > 0 ? foldersOf(folders, options) : await environmentsOf(options);
  const report = check(environments, new Date().toISOString().slice(0, 10), asked);
  printReport(writeReport(report, format, process.stdout.isTTY));
  if (report.summary.errors > 0 || (options.strict && hasGaps(report.coverage))) process.exitCode = 1;
}

async function environmentsOf({ env, kubernetes, podSecurity }: Options): Promise<CheckedEnvironment[]> {
  const project = projectAt();
  const environments = chosen(await loadEnvironments(project.root), env, "environment");
  const dist = join(project.root, "dist");
  const foreign = foreignFiles(dist, "", true);
  const skipped = existsSync(dist) ? skippedFiles(dist, "dist") : [];
  return environments.map((environment) => ({
    ...checkable(render(environment, project)),
    unread: [
      ...foreignFindings(ofEnvironment(foreign, environment.name), "dist"),
      ...skipped.filter(({ file }) => file.startsWith(`dist/${environment.name}/`)),
    ],
    ...(kubernetes ? { kubernetes } : {}),
    ...(podSecurity ? { podSecurity } : {}),
  }));
}

/** An environment's own, and what stands in the place of dist itself. */
const ofEnvironment = (files: ForeignFiles, name: string): ForeignFiles =>
  new Map([...files].filter(([, { environment }]) => environment === name || environment === ""));

function foldersOf(folders: readonly string[], { kubernetes, podSecurity, complete, namespace }: Options): CheckedEnvironment[] {
  requireFolders(folders);
  return folders.flatMap((folder) => {
    const waiverFile = join(folder, "slipway.waivers.yaml");
    const shown = folder.replace(/\/+$/, "");
    const { sources, unnamed, isApart } = discover(folder);
    const { manifests, unread, skipped: others } = readFolder(folder, shown, isApart);
    const place = placeInDist(folder);
    const foreign = place === undefined ? [] : foreignFindings(foreignFiles(folder, place, true), shown);
    const name = basename(resolve(folder));
    const version = kubernetes ?? knownVersions().at(-1) ?? "";
    const beside = "it lies beside a kustomization, and no kustomization lists it";
    const skipped = [...others, ...unnamed.map((path) => ({ file: `${shown}/${path}`, reason: beside }))];
    const common = {
      kubernetes: version,
      ...(podSecurity ? { podSecurity } : {}),
      isPart: !complete,
      root: shown,
      ...(namespace ? { namespace } : {}),
      waivers: waiversOf(waiverFile),
      waiverFile,
    };
    const rendered = sources.map((source) => ({
      ...common,
      name: source.path === "" ? name : `${name}/${source.path}`,
      ...manifestsOf(folder, shown, source, version, namespace),
    }));
    const isEmpty = rendered.length > 0 && manifests.length + unread.length + foreign.length + skipped.length === 0;
    const holdsNothing = sources.length === 0 && manifests.length + unread.length + foreign.length === 0;
    const notRendered = holdsNothing ? [{ source: shown, reason: "no manifests were found in it" }] : [];
    return isEmpty ? rendered : [{ ...common, name, manifests, unread: [...unread, ...foreign], skipped, notRendered }, ...rendered];
  });
}

/** The manifests of a kustomization or chart, or why there are none. */
function manifestsOf(
  root: string,
  shown: string,
  source: Source,
  version: string,
  namespace: string | undefined,
): Pick<CheckedEnvironment, "manifests" | "unread" | "notRendered"> {
  const rendered = renderSource(root, source, version, namespace);
  if ("text" in rendered) return readRendered(rendered.text, `${shown}/${source.file}`);
  return { manifests: [], notRendered: [{ source: `${shown}/${source.file}`, reason: rendered.reason }] };
}

function waiversOf(file: string): CheckedEnvironment["waivers"] & object {
  try {
    return readWaivers(readText(file), file);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return {};
    if (error instanceof InputError) throw error;
    throw new InputError([
      error instanceof UnreadableError ? { file, message: error.message, fix: "Replace it with a text file." } : fileProblem(error, file),
    ]);
  }
}
