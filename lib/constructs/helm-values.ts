import { resolve } from "node:path";
import { chartValues, misspeltValues, readValues } from "../charts/index.ts";
import type { ResolvedApp } from "../overlay/index.ts";
import type { Problem } from "../problem/index.ts";

/** Values of an app's chart that are misspelt, by what the chart's own values.yaml and schema have. @param root folder of the project */
export function misspeltHelmValues({ name, spec }: ResolvedApp, root: string): Problem[] {
  const { helm } = spec;
  if (!helm) return [];
  const chart = chartValues(resolve(root, helm.chart));
  const given = [
    { place: { path: "helm.values" }, values: helm.values ?? {} },
    ...(helm.valueFiles ?? []).map((file) => ({ place: { file }, values: readValues(resolve(root, file), file) })),
  ];
  return given.flatMap(({ place, values }) =>
    misspeltValues(values, chart).map(({ path, meant }) => ({
      app: name,
      ...("file" in place ? { file: place.file, path: path.join(".") } : { path: [place.path, ...path].join(".") }),
      message: `the chart has no value "${path.at(-1)}", and Helm passes over it`,
      fix: `Did you mean "${meant}"?`,
    })),
  );
}
