import { findApps, type PlacedObject } from "./apps.ts";
import type { SourceEnvironment } from "./environment.ts";
import { prefixesOf } from "./prefixes.ts";

/** The apps of all environments, by environment: an app has one name in all of them, and none has that of a chart. */
export function findAllApps(environments: readonly Pick<SourceEnvironment, "name" | "objects" | "charts">[]): Map<string, PlacedObject[]> {
  const prefixes = prefixesOf(environments);
  const charts = new Set(environments.flatMap((environment) => environment.charts.map(({ name }) => name)));
  return new Map(environments.map(({ name, objects }) => [name, findApps(objects, prefixes.get(name), charts)]));
}
