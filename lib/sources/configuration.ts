import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { z } from "zod";
import { isLabel, versionProblem } from "../kubernetes/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import { readData } from "../validation/index.ts";
import { isInside } from "./is-inside.ts";
import { type NamedSource, namedSource } from "./named-source.ts";
import { textOfFile } from "./places.ts";

/** The file in which a repository says what slipway can't see. */
const configurationFile = "slipway.yaml";

/** Whether a text is a day that the calendar has, as 2030-01-31. */
export const isDay = (text: string) => {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};
const reason = z.string().min(10, { error: "a reason of at least 10 characters, which others can judge" });
const glob = z
  .string()
  .min(1)
  .max(253)
  .refine((text) => !/\s/.test(text), { error: "a name, in which * stands for any text" });

/** Findings that are accepted until a day, by names. */
export const waiversSchema = z
  .record(
    z.string(),
    z.strictObject({
      rule: z.string().describe("Id of the rule."),
      resource: z
        .string()
        .regex(/^[A-Z]\w+ \S+$/, { error: "a kind and a name, as Deployment backend-app or Deployment shop/backend-app" })
        .describe("Kind and name of the object, as `Deployment web`, or `Deployment shop/web` where only that namespace's is meant."),
      reason: reason.describe("Why it may be so."),
      until: z.string().refine(isDay, { error: "a day in quotes, as '2030-01-31'" }).describe("The last day it holds, as '2030-01-31'."),
    }),
  )
  .describe("Findings that are accepted until a day, by names of your own.");

const settings = {
  kubernetes: z
    .string()
    .refine((version) => versionProblem(version) === undefined, { error: 'a minor version that slipway knows, in quotes, as "1.34"' })
    .optional()
    .describe('Minor version of the cluster, in quotes, as "1.34". Default: the newest known.'),
  podSecurity: z
    .enum(["privileged", "baseline", "restricted"])
    .optional()
    .describe("Pod Security Standard of namespaces that have none. Default: none is enforced."),
  namespace: z
    .string()
    .refine(isLabel, { error: "the name of a namespace" })
    .optional()
    .describe("Namespace of objects that name none. Default: default."),
  snapshot: z
    .string()
    .min(1)
    .optional()
    .describe("Snapshot of the cluster, which `slipway cluster snapshot` takes; a path from this file."),
  schemas: z
    .string()
    .min(1)
    .optional()
    .describe("Folder of CRDs and JSON schemas, for kinds that have no schema otherwise; a path from this file."),
  complete: z
    .boolean()
    .optional()
    .describe("Whether the sources hold all there is, so that what manifests refer to and isn't there is an error. Default: false."),
  provided: z
    .array(
      z.strictObject({
        kind: glob.describe("Kind of the objects, as Secret."),
        namespace: glob.optional().describe("Their namespace. Default: any."),
        name: glob.describe("Their name; * stands for any text."),
      }),
    )
    .optional()
    .describe("Objects that exist although no manifest here creates them. In each part, * stands for any text."),
  rules: z
    .record(
      z.string(),
      z.strictObject({
        severity: z.enum(["off", "info", "warning"]).describe("The gravest severity that its findings have; off for none at all."),
        reason: reason.describe("Why the rule counts for less here."),
      }),
    )
    .optional()
    .describe("Rules that are off or milder, by id; `rollout/*` stands for all of a family."),
  waivers: waiversSchema.optional(),
};

const environmentSchema = z.strictObject({
  sources: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      "Where its manifests come from, together: a kustomization, a folder, a file, or a chart with files of values (charts/web:values-prod.yaml). Paths count from this file.",
    ),
  ...settings,
});

/** What slipway.yaml may hold. */
export const configurationSchema = z.strictObject({
  apiVersion: z.literal("slipway/v1").optional().describe("Version of the form of this file."),
  ...settings,
  environments: z
    .record(z.string().refine(isLabel, { error: "at most 63 lower-case letters, digits and '-'" }), environmentSchema)
    .optional()
    .describe(
      "The environments, by name. Without them the kustomizations, charts and manifests of the repository are found by themselves.",
    ),
});

/** What a repository or one of its environments sets for the checks of its manifests. */
export type Settings = Omit<z.output<typeof environmentSchema>, "sources">;

/** An object that exists although no manifest creates it; each part may hold `*`. */
export type ProvidedName = NonNullable<Settings["provided"]>[number];

/** What a slipway.yaml says. */
export interface Configuration {
  /** Its folder, from the working folder. */
  readonly root: string;
  /** The file, from the working folder. */
  readonly file: string;
  readonly settings: Settings;
  /** Where the environments' manifests come from, and what each sets: all that the repository sets too. */
  readonly environments: readonly { readonly name: string; readonly sources: readonly NamedSource[]; readonly settings: Settings }[];
}

/** The folder of the nearest slipway.yaml: this one, or one above it in the same git repository. */
export function configuredFolder(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, configurationFile))) return folder;
    if (existsSync(join(folder, ".git")) || dirname(folder) === folder) return undefined;
  }
}

/**
 * Reads the slipway.yaml of a folder.
 * @param root the folder, from the working folder; paths of sources begin with it
 * @throws InputError with everything that is wrong
 */
export function readConfiguration(root: string): Configuration {
  const file = join(root, configurationFile);
  const { apiVersion: _version, environments = {}, ...shared } = readData(configurationSchema, textOfFile(file), file);
  const problems: Problem[] = [...pathProblems(shared, root, "", file)];
  const read = Object.entries(environments).map(([name, { sources, ...own }]) => {
    const found = sources.map((source, index) => sourceInside(source, root, `environments.${name}.sources[${index}]`, file));
    problems.push(
      ...found.flatMap((source) => ("kind" in source ? [] : source)),
      ...pathProblems(own, root, `environments.${name}.`, file),
    );
    const named = found.flatMap((source) => ("kind" in source ? placed(source, root) : []));
    return { name, sources: named, settings: placedSettings(joinedSettings(shared, own), root) };
  });
  if (problems.length > 0) throw new InputError(problems);
  return { root, file, settings: placedSettings(shared, root), environments: read };
}

/** Settings whose paths count from the working folder. */
const placedSettings = (settings: Settings, root: string): Settings => ({
  ...settings,
  ...(settings.snapshot === undefined ? {} : { snapshot: join(root, settings.snapshot) }),
  ...(settings.schemas === undefined ? {} : { schemas: join(root, settings.schemas) }),
});

/** @param path where the settings stand in the file */
function pathProblems({ snapshot, schemas }: Settings, root: string, path: string, file: string): Problem[] {
  return Object.entries({ snapshot, schemas }).flatMap(([name, named]): Problem[] => {
    if (named === undefined) return [];
    const place = { file, path: `${path}${name}` };
    if (leadsOutside(named))
      return [{ ...place, message: `expected a path in this repository, found "${named}"`, fix: "Name what lies below this file." }];
    if (!existsSync(join(root, named)))
      return [{ ...place, message: `${named}: there is no such file or folder`, fix: "Check the path; it counts from this file." }];
    return isInside(join(root, named), root)
      ? []
      : [{ ...place, message: `${named} is a link that leads out of this repository`, fix: "Name what lies below this file." }];
  });
}

const leadsOutside = (path: string) => isAbsolute(path) || /^\.\.(\/|$)/.test(normalize(path));

/** A source that a file names lies in the repository of the file, whoever wrote it. */
function sourceInside(source: string, root: string, path: string, file: string): NamedSource | Problem {
  if (source.split(":").some(leadsOutside) || source === "-")
    return {
      file,
      path,
      message: `expected a path in this repository, found "${source}"`,
      fix: "Name a folder, file or chart below this file.",
    };
  const named = namedSource(source, root);
  if (!("kind" in named))
    return { ...named, file, path, message: `${named.file}: ${named.message}`, fix: "Check the path; it counts from this file." };
  const leadsOut = pathsOf(named).find((inner) => !isInside(join(root, inner), root));
  return leadsOut === undefined
    ? named
    : { file, path, message: `${leadsOut} is a link that leads out of this repository`, fix: "Name what lies below this file." };
}

/** A source whose paths count from the working folder. @param root folder that they counted from */
export const placed = (source: NamedSource, root: string): NamedSource => ({
  ...source,
  ...("path" in source ? { path: join(root, source.path) } : {}),
  ...("values" in source ? { values: source.values.map((file) => join(root, file)) } : {}),
});

const pathsOf = (source: NamedSource): readonly string[] =>
  source.kind === "standard input" ? [] : [source.path, ...(source.kind === "chart" ? source.values : [])];

/** An environment's own settings go before the repository's; lists and maps add up. */
const joinedSettings = (shared: Settings, own: Settings): Settings => ({
  ...shared,
  ...own,
  provided: [...(shared.provided ?? []), ...(own.provided ?? [])],
  rules: { ...shared.rules, ...own.rules },
  waivers: { ...shared.waivers, ...own.waivers },
});
