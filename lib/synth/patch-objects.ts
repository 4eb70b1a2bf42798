import { applyPatch, Pointer } from "rfc6902";
import { holdsSecret, type KubernetesObject } from "../manifest/index.ts";
import { type ObjectPatch, type Operation, type PatchTarget, parseOperations } from "../overlay/index.ts";
import type { Problem } from "../problem/index.ts";
import type { ReadFile } from "../project/index.ts";

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
    problems.push(...found.problems.map((problem) => ({ ...(file ? { file } : patch.place?.()), ...problem })));
    current = found.objects;
  }
  return { objects: current, problems };
}

/** A patch file as its environment names it, relative to the project. */
export function fileOf(source: string, folder = "."): string {
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
    return { objects, problems: [{ message: "there is no such file", fix: "A patch file lies beside the environment's index.ts." }] };
  const { operations, problems } = parseOperations(source);
  if (problems.length > 0) return { objects, problems };

  const matches = objects.filter((object) => isTarget(object, patch.target));
  const [match] = matches;
  if (match === undefined || matches.length > 1) return { objects, problems: [matchProblem(patch.target, matches, objects)] };
  const target = JSON.parse(JSON.stringify(match)) as KubernetesObject;
  for (const [index, operation] of operations.entries()) {
    const message = failure(target, operation);
    if (message)
      return {
        objects,
        problems: [
          {
            path: `operation ${index} (${operation.op} ${operation.path})`,
            message,
            fix: "Correct the patch: it is applied to the object as it is rendered.",
          },
        ],
      };
  }
  return { objects: objects.map((object) => (object === match ? target : object)), problems: [] };
}

const missing = "the path doesn't exist in the object";

/** Carries one operation out on the target, and returns the reason when it can't be. */
function failure(target: KubernetesObject, operation: Operation): string | undefined {
  const { path } = operation;
  const source = operation.op === "move" || operation.op === "copy" ? operation.from : path;
  if (operation.op !== "add" && !exists(target, source))
    return source === path ? missing : `the path ${source} doesn't exist in the object`;
  // Own members only, so that no pointer reaches a prototype.
  if (!exists(target, path.slice(0, path.lastIndexOf("/"))) || path.endsWith("/__proto__")) return missing;
  try {
    const error = applyPatch(target, steps(target, operation)).find((failed) => failed !== null);
    if (error?.name === "MissingError") return missing;
    if (error?.name !== "TestError") return error?.message;
    return holdsSecret(target) ? "the test failed" : `the test failed: ${error.message.replace(/^Test failed: /, "")}`;
  } catch {
    // The library throws where the path leads through a number, a text or a boolean.
    return "the path leads through a value that has no members";
  }
}

/** True when a pointer leads to a value. The library takes `-`, `01` and the like for places in a list; RFC 6901 doesn't. */
function exists(target: unknown, pointer: string): boolean {
  let value = target;
  for (const token of Pointer.fromJSON(pointer).tokens.slice(1)) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, token)) return false;
    if (Array.isArray(value) && !/^(0|[1-9][0-9]*)$/.test(token)) return false;
    value = Reflect.get(value, token);
  }
  return true;
}

/** Copies and moves are additions of what stands elsewhere, and so as strict as those, which the library overlooks in lists. */
function steps(target: KubernetesObject, operation: Operation): Operation[] {
  if ((operation.op !== "move" && operation.op !== "copy") || operation.path === operation.from) return [operation];
  const add: Operation = { op: "add", path: operation.path, value: Pointer.fromJSON(operation.from).get(target) };
  return operation.op === "copy" ? [add] : [{ op: "remove", path: operation.from }, add];
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
      message: `the patch matches ${matches.length} objects: ${matches.map(name).sort().join(", ")}`,
      fix: "Name one of them: .patch({ kind, name }, ...).",
    };
  return {
    path: wanted,
    message: `the app has no ${wanted} to patch`,
    fix: `It has: ${objects.map(name).sort().join(", ") || "no objects"}.`,
  };
}
