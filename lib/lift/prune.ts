import { stepsOf } from "../kubernetes/index.ts";
import { omit } from "../outside/index.ts";
import { type AppOf, type AppSpec, app, environment, isObject, resolve } from "../overlay/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import type { Members } from "./shape.ts";

/** Parts of an app that are nothing without a workload. */
const ofWorkload = [
  "workload",
  "container",
  "containerName",
  "initContainers",
  "sidecars",
  "volumes",
  "pod",
  "autoscaling",
  "disruptionBudget",
];
const mostRounds = 200;

/** What an app may have where the environment doesn't matter: everything. */
const settings = {
  kubernetes: "1.34",
  cluster: { name: "lift" },
  registry: "none",
  domain: "lift.example",
  argocd: { repository: "https://lift.example/lift.git" },
  secrets: { store: { name: "lift" }, literals: true },
} as const;

/**
 * An app without the parts that the model refuses, so that what is left is valid.
 * @returns undefined where nothing valid is left
 */
export function pruned(name: string, spec: Members): AppSpec | undefined {
  let current = spec;
  for (let round = 0; round < mostRounds; round++) {
    const problems = problemsOf(name, current);
    // The cast holds because the model has just taken it.
    if (problems.length === 0) return current as unknown as AppSpec;
    const next = problems.reduce<Members>((left, { path }) => without(left, stepsOf(path ?? "")), current);
    if (next === current) return undefined;
    current = next;
  }
  return undefined;
}

function problemsOf(name: string, spec: Members): readonly Problem[] {
  // The casts hold because it is `resolve` that says whether the app is one.
  const lifted = app(name, spec as unknown as AppOf<never>);
  try {
    resolve(environment("lift", { ...settings, hostPaths: { [name]: ["/"] }, apps: [lifted] }), "/");
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
}

/** The value without what is at a path, or else without what should have had it. */
function without(spec: Members, steps: readonly string[]): Members {
  const [first] = steps;
  if (first === undefined) return spec;
  if (first === "workload" && steps.length === 1) return omit(spec, ...ofWorkload);
  if (!Object.hasOwn(spec, first)) return Object.hasOwn(spec, "workload") ? omit(spec, ...ofWorkload) : spec;
  const left = withoutAt(spec[first], steps.slice(1));
  return left === undefined ? omit(spec, first) : { ...spec, [first]: left };
}

function withoutAt(value: unknown, [first, ...rest]: readonly string[]): unknown {
  if (first === undefined) return undefined;
  if (Array.isArray(value)) return withoutItem(value, Number(first), rest);
  if (!isObject(value) || !Object.hasOwn(value, first)) return undefined;
  const left = withoutAt(value[first], rest);
  return left === undefined || isEmptied(first, left) ? omit(value, first) : { ...value, [first]: left };
}

/** Maps that say nothing once their last member is gone. */
const maps: ReadonlySet<string> = new Set(["mounts", "devices", "env", "envFrom", "labels", "annotations", "probes", "tolerations"]);
const isEmptied = (key: string, value: unknown): boolean => maps.has(key) && isObject(value) && Object.keys(value).length === 0;

function withoutItem(list: readonly unknown[], index: number, rest: readonly string[]): unknown {
  if (!(index < list.length)) return undefined;
  const left = withoutAt(list[index], rest);
  return list.flatMap((item, at) => (at === index ? (left === undefined ? [] : [left]) : [item]));
}
