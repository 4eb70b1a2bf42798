import { nearest } from "../problem/index.ts";
import { formatPath, shapeOf, withoutLiterals } from "../validation/index.ts";
import { mentions } from "./layer.ts";
import { isObject, merge } from "./merge.ts";
import type { ResolvedApp } from "./resolved.ts";
import { App as AppSchema } from "./schema/index.ts";

/** One layer's word on a value. */
export interface LayerValue {
  readonly layer: string;
  readonly file?: string;
  readonly line?: number;
  /** The value after this layer; absent where the layer takes it away. */
  readonly value?: unknown;
  /** The value before; absent where there was none. */
  readonly replaced?: unknown;
}

/** A value of an app with the layers that set it, the weakest first. */
export interface ExplainedValue {
  readonly path: string;
  readonly value?: unknown;
  readonly layers: readonly LayerValue[];
}

type Path = readonly string[];

/** Every value an app has, or those at and below a path; undefined when nothing of the app has that path. */
export function explainSpec(app: ResolvedApp, path?: string): ExplainedValue[] | undefined {
  const shape = shapeOf(AppSchema);
  const states: unknown[] = [{}];
  for (const { patch } of app.layers) states.push(merge(states.at(-1), patch, shape));
  const paths = leavesOf(app.spec);
  // What a layer takes away is worth telling when it is asked for.
  const removed = states
    .slice(1, -1)
    .flatMap((state) => leavesOf(state))
    .filter((leaf) => valueAt(app.spec, leaf) === undefined);
  const wanted = path === undefined ? paths : unique([...paths, ...removed]).filter((leaf) => isBelow(leaf, path));
  if (wanted.length === 0 && path !== undefined) return undefined;
  return wanted.sort((a, b) => (formatPath(a) < formatPath(b) ? -1 : 1)).map((leaf) => explained(app, states, leaf));
}

/** Paths of an app that a misspelt one may have meant: the nearest, or those that share its last part. */
export function pathsLike(app: ResolvedApp, path: string): string[] {
  const all = unique(leavesOf(app.spec).flatMap((leaf) => leaf.map((_key, index) => leaf.slice(0, index + 1)))).map(formatPath);
  const near = nearest(path, all);
  const last = path.slice(path.lastIndexOf(".") + 1);
  const alike = all.filter((known) => known.endsWith(`.${last}`) || nearest(last, [known.slice(known.lastIndexOf(".") + 1)]) !== undefined);
  return [...new Set([...(near ? [near] : []), ...alike])].slice(0, 5);
}

function explained(app: ResolvedApp, states: readonly unknown[], path: Path): ExplainedValue {
  const layers = app.layers.flatMap((layer, index): LayerValue[] => {
    if (!mentions(layer.patch, path)) return [];
    const [before, after] = [valueAt(states[index], path), valueAt(states[index + 1], path)];
    if (before === undefined && after === undefined) return [];
    return [
      {
        layer: layer.name,
        ...layer.place(),
        ...(after === undefined ? {} : { value: withoutLiterals(path, after) }),
        ...(before === undefined ? {} : { replaced: withoutLiterals(path, before) }),
      },
    ];
  });
  const value = withoutLiterals(path, valueAt(app.spec, path));
  return { path: formatPath(path), ...(value === undefined ? {} : { value }), layers };
}

/** Paths of all values but objects that hold others. */
function leavesOf(value: unknown, path: Path = []): Path[] {
  if (!isObject(value) || Object.keys(value).length === 0) return path.length === 0 ? [] : [path];
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...path, key]));
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((current, key) => (isObject(current) && Object.hasOwn(current, key) ? current[key] : undefined), value);
}

/** Compares by the written form, so that keys with dots can be asked for with and without brackets. */
function isBelow(leaf: Path, path: string): boolean {
  const plain = path.replaceAll(/\["([^"]*)"\]/g, ".$1").replace(/^\./, "");
  const written = leaf.join(".");
  return written === plain || written.startsWith(`${plain}.`);
}

function unique(paths: readonly Path[]): Path[] {
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
}
