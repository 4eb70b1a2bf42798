import { applyPatch } from "rfc6902";
import type { KubernetesObject } from "../manifest/index.ts";
import { type ObjectPatch, type PatchTarget, parseOperations } from "../overlay/index.ts";
import type { Problem } from "../problem/index.ts";

/** Reads a file relative to the project; undefined when there is none. */
export type ReadFile = (path: string) => string | undefined;

/** Applies an app's patches to its objects, in their order. Strict: no match, several, a missing path and a failed test are problems. */
export function patchObjects(
  objects: readonly KubernetesObject[],
  patches: readonly ObjectPatch[],
  read: ReadFile,
): { objects: readonly KubernetesObject[]; problems: Problem[] } {
  const problems: Problem[] = [];
  let current = objects;
  for (const patch of patches) {
    const file = typeof patch.source === "string" ? fileOf(patch.source, patch.folder) : undefined;
    const found = applyOne(current, patch, file, read);
    problems.push(...found.problems.map((problem) => ({ ...(file ? { file } : {}), ...problem })));
    current = found.objects;
  }
  return { objects: current, problems };
}

function fileOf(source: string, folder = "."): string {
  const parts: string[] = [];
  for (const part of `${folder}/${source}`.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function applyOne(
  objects: readonly KubernetesObject[],
  patch: ObjectPatch,
  file: string | undefined,
  read: ReadFile,
): { objects: readonly KubernetesObject[]; problems: Problem[] } {
  const source = file === undefined ? patch.source : read(file);
  if (source === undefined)
    return { objects, problems: [{ message: "there is no such file", mend: "A patch file lies beside the environment's index.ts." }] };
  const { operations, problems } = parseOperations(source);
  if (problems.length > 0) return { objects, problems };

  const matches = objects.filter((object) => isTarget(object, patch.target));
  const [match] = matches;
  if (match === undefined || matches.length > 1) return { objects, problems: [matchProblem(patch.target, matches, objects)] };
  // rfc6902 changes what it is given; null prototypes keep hostile keys from reaching Object's own.
  const target = structuredClone(match);
  const failures = applyPatch(target, operations).flatMap((error, index) =>
    error ? [{ path: operationPath(index, operations), message: failure(error.name, error.message) }] : [],
  );
  if (failures.length > 0) return { objects, problems: failures };
  return { objects: objects.map((object) => (object === match ? target : object)), problems: [] };
}

function operationPath(index: number, operations: readonly { readonly op: string; readonly path: string }[]): string {
  const operation = operations[index];
  return `operation ${index} (${operation?.op} ${operation?.path})`;
}

function failure(name: string, message: string): string {
  if (name === "MissingError") return "the path doesn't exist in the object";
  if (name === "TestError") return `the test failed: ${message.replace(/^Test failed: /, "")}`;
  return message;
}

function isTarget({ kind, metadata }: KubernetesObject, target: PatchTarget): boolean {
  return typeof target === "string" ? kind === target : kind === target.kind && metadata.name === target.name;
}

function matchProblem(target: PatchTarget, matches: readonly KubernetesObject[], objects: readonly KubernetesObject[]): Problem {
  const wanted = typeof target === "string" ? target : `${target.kind} ${target.name}`;
  const name = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`;
  if (matches.length > 1)
    return {
      path: wanted,
      message: `the patch fits ${matches.length} objects: ${matches.map(name).sort().join(", ")}`,
      mend: "Name the one that is meant: .patch({ kind, name }, ...).",
    };
  return {
    path: wanted,
    message: `the app has no ${wanted} to patch`,
    mend: `It has: ${objects.map(name).sort().join(", ") || "no objects"}.`,
  };
}
