import { existsSync, type Stats, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, normalize } from "node:path";
import type { Problem } from "../problem/index.ts";
import { kustomizationNames } from "./discover.ts";

/** Where manifests come from, as a person names it. Paths count from the folder that the name was given in. */
export type NamedSource =
  /** A folder, with the kustomizations and charts in it. */
  | { readonly kind: "folder"; readonly path: string }
  /** One file of manifests. */
  | { readonly kind: "file"; readonly path: string }
  /** A chart, with files of values over its own, the later the stronger. */
  | { readonly kind: "chart"; readonly path: string; readonly values: readonly string[] }
  | { readonly kind: "standard input" };

/**
 * What a name stands for: a folder, a file, a chart with files of values (`charts/web:values-prod.yaml`), or `-` for standard input. A file
 * of values is looked for in the chart first, then in `root`.
 * @param root folder that paths count from
 */
export function namedSource(name: string, root: string): NamedSource | Problem {
  if (name === "-") return { kind: "standard input" };
  const stat = statOf(at(root, name));
  if (stat?.isDirectory()) return { kind: "folder", path: name };
  if (stat?.isFile()) return namedFile(name);
  const [chart = "", ...values] = name.split(":");
  if (values.length > 0 && statOf(at(root, chart))) return chartWithValues(name, root, chart, values);
  if (stat) return { file: name, message: "is neither a file nor a folder", fix: "Name a folder, a file, or - for standard input." };
  return { file: name, message: "there is no such file or folder", fix: "Check the path; it is relative to where you run slipway." };
}

/** A file that says what its folder is stands for the folder. */
function namedFile(path: string): NamedSource {
  const isSource = basename(path) === "Chart.yaml" || kustomizationNames.includes(basename(path));
  return isSource ? { kind: "folder", path: dirname(path) } : { kind: "file", path };
}

function chartWithValues(name: string, root: string, chart: string, values: readonly string[]): NamedSource | Problem {
  if (!existsSync(at(root, join(chart, "Chart.yaml"))))
    return { file: chart, message: "is not a chart: it has no Chart.yaml", fix: "Name a chart before the colon, and its values after it." };
  const found = values.map((file) => [join(chart, file), file].find((path) => statOf(at(root, path))?.isFile()));
  const missing = values.filter((_file, index) => found[index] === undefined);
  if (missing.length > 0)
    return {
      file: name,
      message: `no such file of values: ${missing.map((file) => `"${file}"`).join(", ")}, neither in the chart nor beside it`,
      fix: "Check the paths after the colon; they count from the chart, or from where you run slipway.",
    };
  return { kind: "chart", path: normalize(chart), values: found.flatMap((path) => path ?? []) };
}

const at = (root: string, path: string) => (isAbsolute(path) ? path : join(root, path));

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
