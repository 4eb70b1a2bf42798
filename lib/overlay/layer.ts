import { relative } from "node:path";
import { stepsOf } from "../kubernetes/index.ts";
import type { Problem } from "../problem/index.ts";
import { isObject } from "./merge.ts";

/** A file and line of an overlay. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** One step of an app's or environment's description: a merge patch with its name and where it stands. Later layers win. */
export interface Layer {
  /** As `base`, `with()` or `environment prod: defaults`. */
  readonly name: string;
  readonly patch: unknown;
  /** Where the layer was written; undefined for slipway's own. */
  place(): Place | undefined;
}

/** A layer written by the caller of `entry`, a public function. */
export function layer(name: string, patch: unknown, entry: (...args: never[]) => unknown): Layer {
  return { name, patch, place: callerOf(entry) };
}

/** The place that calls `entry`, a public function: the frames of `entry` and above it are not the author's. */
export function callerOf(entry: (...args: never[]) => unknown): () => Place | undefined {
  const limit = Error.stackTraceLimit;
  const trace: { stack?: string } = {};
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(trace, entry);
  Error.stackTraceLimit = limit;
  return () => placeOf(trace.stack ?? "");
}

/** A layer of slipway's own. */
export function builtIn(name: string, patch: unknown): Layer {
  return { name, patch, place: () => undefined };
}

/** True when a patch sets the path, something it lies in, or something in it. */
export function mentions(patch: unknown, [head, ...rest]: readonly string[]): boolean {
  if (head === undefined || !isObject(patch)) return true;
  return Object.hasOwn(patch, head) && patch[head] !== undefined && mentions(patch[head], rest);
}

/** The strongest layer that sets a path, or something it lies in. */
export function settingLayer(layers: readonly Layer[], path: readonly string[]): Layer | undefined {
  return layers.findLast(({ patch }) => mentions(patch, path));
}

/** Adds to problems the file and line of the layer that sets the value they are about. @param root folder that files are relative to */
export function placedProblems(problems: readonly Problem[], layers: readonly Layer[], root: string): Problem[] {
  return problems.map((problem) => {
    const place = problem.file === undefined ? strongestAt(layers, stepsOf(problem.path ?? "")) : undefined;
    return place ? { ...problem, file: relative(root, place.file), line: place.line } : problem;
  });
}

/** The place of the strongest layer that sets the value at a path, or what it lies in; where none does, of the first layer of all. */
function strongestAt(layers: readonly Layer[], path: readonly string[]): Place | undefined {
  for (let length = path.length; length > 0; length--) {
    const prefix = path.slice(0, length);
    const place = layers.findLast((layer) => mentions(layer.patch, prefix) && layer.place() !== undefined)?.place();
    if (place) return place;
  }
  return layers.find((layer) => layer.name === "base")?.place() ?? layers.findLast((layer) => layer.place() !== undefined)?.place();
}

function placeOf(stack: string): Place | undefined {
  const match = /\(?((?:file:\/\/)?\/[^()]*|[A-Za-z]:\\[^()]*):(\d+):\d+\)?\s*$/m.exec(stack);
  if (!match?.[1]) return undefined;
  return { file: match[1].replace(/^file:\/\//, ""), line: Number(match[2]) };
}
