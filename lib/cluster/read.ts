import { JSON_SCHEMA, load, YAMLException } from "js-yaml";
import type { z } from "zod";
import type { KindSchema, Schema } from "../kubernetes/index.ts";
import { isDeeper, isRecord, own } from "../outside/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import { type ClusterSnapshot, SnapshotSchema, snapshotType } from "./snapshot.ts";

/** Levels of a snapshot, and of a schema in it; entries of all its lists and maps. */
const mostDepth = 100;
const mostEntries = 2_000_000;

const takeAgain = "Take a new snapshot with `slipway cluster snapshot`; it isn't meant to be edited.";

/** A snapshot with what its schemas say, by API version and kind. */
export interface ReadSnapshot {
  readonly snapshot: ClusterSnapshot;
  readonly schemas: ReadonlyMap<string, KindSchema>;
}

/**
 * Reads a snapshot, which anybody may have written.
 * @param file its path, for problems
 * @throws InputError with everything that is wrong with it
 */
export function readSnapshot(text: string, file: string): ReadSnapshot {
  const value = dataOf(text, file);
  const type = isRecord(value) ? [own(value, "apiVersion"), own(value, "kind")] : [];
  if (type[0] !== snapshotType.apiVersion || type[1] !== snapshotType.kind)
    throw new InputError([
      {
        file,
        message: `isn't a snapshot of a cluster: expected apiVersion ${snapshotType.apiVersion} and kind ${snapshotType.kind}`,
        fix: "Name a file that `slipway cluster snapshot` wrote.",
      },
    ]);
  const read = SnapshotSchema.safeParse(value);
  if (!read.success) throw new InputError(read.error.issues.flatMap((issue) => problemsOf(issue, file)));
  const { customResources = [] } = read.data;
  const problems: Problem[] = [];
  const schemas = customResources.flatMap(({ group, kind, versions }, index) =>
    Object.entries(versions).flatMap(([version, json]): [string, KindSchema][] => {
      const schema = schemaIn(json);
      if (schema) return [[`${group}/${version}/${kind}`, { schema, source: file }]];
      problems.push({
        file,
        path: `customResources[${index}].versions.${version}`,
        message: "isn't a schema as JSON text",
        fix: takeAgain,
      });
      return [];
    }),
  );
  if (problems.length > 0) throw new InputError(problems);
  return { snapshot: read.data, schemas: new Map(schemas) };
}

/** The value of the text. A snapshot is written by our own emitter, and read by the reader that is fast with what that writes. */
function dataOf(text: string, file: string): unknown {
  const value = parsed(text, file);
  const problem = boundsProblem(value);
  if (problem) throw new InputError([{ file, message: problem, fix: takeAgain }]);
  return value;
}

function parsed(text: string, file: string): unknown {
  try {
    return load(text, { schema: JSON_SCHEMA });
  } catch (error) {
    const line = error instanceof YAMLException && error.mark ? { line: error.mark.line + 1 } : {};
    const message = error instanceof YAMLException ? `isn't valid YAML: ${error.reason}` : "is nested too deep";
    throw new InputError([{ file, ...line, message, fix: takeAgain }]);
  }
}

/** Aliases may stand for more than a text holds, or for themselves, and a name that every object has may stand for anything. */
function boundsProblem(root: unknown): string | undefined {
  let entries = 0;
  const queue: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { value, depth } = next;
    if (typeof value !== "object" || value === null) continue;
    if (Object.hasOwn(value, "__proto__")) return 'holds the key "__proto__"';
    if (depth > mostDepth) return "is nested too deep";
    const members: unknown[] = Object.values(value);
    entries += members.length;
    if (entries > mostEntries) return `holds more than ${mostEntries} entries`;
    for (const member of members) queue.push({ value: member, depth: depth + 1 });
  }
  return undefined;
}

/** A schema from JSON text; undefined for a text that holds none. */
function schemaIn(json: string): Schema | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) && !isDeeper(value, mostDepth) && !Object.hasOwn(value, "__proto__") ? value : undefined;
  } catch {
    return undefined;
  }
}

function problemsOf(issue: z.core.$ZodIssue, file: string): Problem[] {
  const path = issue.path.map(String).join(".");
  if (issue.code !== "unrecognized_keys") return [{ file, path, message: issue.message, fix: takeAgain }];
  return issue.keys.map((key) => ({ file, path, message: `unknown key "${key}"`, fix: takeAgain }));
}
