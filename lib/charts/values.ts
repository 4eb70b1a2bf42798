import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { LineCounter } from "yaml";
import { isRecord, membersOf, own, readText, recordsOf, textOf, UnreadableError } from "../outside/index.ts";
import { InputError, nearest } from "../problem/index.ts";
import { dataOf, readDocument } from "../validation/index.ts";

type Values = Readonly<Record<string, unknown>>;

/** Nodes that aliases may stand for, all together. */
const mostAliases = 100;
/** Templates that are searched for a name, and levels of values that are compared. */
const [mostTemplates, mostLevels] = [500, 20];

/**
 * A file of values; nothing where there is none.
 * @param file what problems name it
 * @throws InputError with the first slip of its YAML
 */
export function readValues(path: string, file: string): Values {
  if (!existsSync(path)) return {};
  return membersOf(dataOf(readDocument(textAt(path, file), file, new LineCounter()), file, mostAliases));
}

function textAt(path: string, file: string): string {
  try {
    return readText(path);
  } catch (error) {
    if (error instanceof UnreadableError) throw new InputError([{ file, message: error.message, fix: "Make the file smaller." }]);
    throw error;
  }
}

/** A value that a chart knows nothing of, and the one that was probably meant. */
export interface UnknownValue {
  readonly path: readonly string[];
  readonly meant: string;
}

/** What a chart says of its own values. */
export interface ChartValues {
  readonly values: Values;
  /** Its values.schema.json, where it has one. */
  readonly schema: unknown;
  /** Keys that hold the values of charts it depends on, and those that all of them share. */
  readonly subcharts: ReadonlySet<string>;
  /** Texts of its templates, and of those of charts in it. */
  readonly templates: () => readonly string[];
}

/** @param folder of the chart */
export function chartValues(folder: string): ChartValues {
  let templates: readonly string[] | undefined;
  return {
    values: readValues(join(folder, "values.yaml"), "values.yaml"),
    schema: schemaOf(join(folder, "values.schema.json")),
    subcharts: subchartsOf(folder),
    templates: () => {
      templates ??= templatesIn(folder);
      return templates;
    },
  };
}

/** Helm reports a schema that can't be read. */
function schemaOf(path: string): unknown {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readText(path));
  } catch {
    return undefined;
  }
}

function subchartsOf(folder: string): ReadonlySet<string> {
  const dependencies = recordsOf(readValues(join(folder, "Chart.yaml"), "Chart.yaml").dependencies);
  const vendored = existsSync(join(folder, "charts")) ? readdirSync(join(folder, "charts")) : [];
  return new Set(["global", ...dependencies.flatMap(({ name, alias }) => [textOf(name), textOf(alias)]), ...vendored]);
}

function templatesIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /(^|\/)templates\/.*\.(ya?ml|tpl|txt)$/.test(file),
  );
  return files.slice(0, mostTemplates).flatMap((file) => {
    try {
      return [readText(join(folder, file))];
    } catch {
      return [];
    }
  });
}

/**
 * Values that neither the chart's values.yaml nor its schema has, and that are near to one that they have: Helm takes them without a word,
 * and no template reads them. Maps that are empty in values.yaml may hold anything.
 */
export function misspeltValues(given: Values, chart: ChartValues): UnknownValue[] {
  // Values of charts that it depends on are theirs to know.
  const itsOwn = Object.entries(given).filter(([key]) => !chart.subcharts.has(key));
  return misspeltIn(Object.fromEntries(itsOwn), { values: chart.values, schema: chart.schema, path: [] }, chart);
}

/** What a chart knows at a path of its values. */
interface Known {
  readonly values: Values;
  readonly schema: unknown;
  readonly path: readonly string[];
}

function misspeltIn(given: Values, { values, schema, path }: Known, chart: ChartValues): UnknownValue[] {
  const declared = propertiesOf(schema);
  const names = new Set([...Object.keys(values), ...Object.keys(declared)]);
  // A name that is given, too, isn't meant by another that is near to it.
  const left = [...names].filter((name) => !Object.hasOwn(given, name));
  return Object.entries(given).flatMap(([key, value]) => {
    if (!names.has(key)) {
      const meant = nearest(key, left);
      return meant === undefined || isRead(key, chart) ? [] : [{ path: [...path, key], meant }];
    }
    if (!isRecord(value) || path.length >= mostLevels) return [];
    return misspeltIn(value, { values: membersOf(own(values, key)), schema: own(declared, key), path: [...path, key] }, chart);
  });
}

const propertiesOf = (schema: unknown): Values => (isRecord(schema) && isRecord(schema.properties) ? schema.properties : {});

/** Whether a template names the value, which values.yaml needn't list. */
function isRead(key: string, { templates }: ChartValues): boolean {
  const name = new RegExp(`(?<![\\w-])${key.replace(/[^\w-]/g, "\\$&")}(?![\\w-])`);
  return templates().some((text) => name.test(text));
}
