import { realpathSync } from "node:fs";
import { join } from "node:path";
import { errorCode, isDeeper, isRecord, readText, UnreadableError } from "../../outside/index.ts";
import { manifestFiles, readManifestFile } from "../read-folder.ts";
import { schemaFromJson } from "./json-schema.ts";
import { schemasOfCrd } from "./object-schemas.ts";
import type { KindSchema, KindSchemas } from "./other-kinds.ts";

/** Levels of a JSON schema. */
const mostDepth = 200;

/** The schemas in a folder: CRDs in YAML, and JSON schemas by the names of their files. */
export interface SchemaFolder extends KindSchemas {
  /** Files that can't be used, among those that were read so far. */
  readonly problems: readonly { readonly file: string; readonly message: string }[];
}

/**
 * Reads the CRDs in a folder; a JSON schema is read when its kind is asked for. Its file is named `KIND-GROUP-VERSION.json`, as kubeconform
 * has it, or `GROUP/KIND_VERSION.json`, as https://github.com/datreeio/CRDs-catalog, in small letters.
 * @param folder as findings name it, relative to the folder of the process
 */
export function schemasInFolder(folder: string): SchemaFolder {
  const shown = folder.replace(/\/+$/, "");
  const problems: { file: string; message: string }[] = [];
  const known = new Map<string, KindSchema | undefined>();
  for (const found of manifestFiles(folder, shown, (path) => path.endsWith(".json"))) {
    if ("problem" in found) problems.push({ file: found.file, message: found.problem });
    else addCrds(found.text, found.file, known);
  }
  const real = realpathSync(folder);
  const read = (key: string) => {
    for (const name of namesOf(key)) {
      const file = `${shown}/${name}`;
      const schema = readJsonSchema(real, name);
      if (typeof schema === "string") problems.push({ file, message: schema });
      else if (schema) return { schema, source: file };
    }
    return undefined;
  };
  return {
    problems,
    get: (key) => {
      if (!known.has(key)) known.set(key, read(key));
      return known.get(key);
    },
  };
}

function addCrds(text: string, file: string, known: Map<string, KindSchema | undefined>): void {
  for (const { object } of readManifestFile(text).objects)
    if (object.kind === "CustomResourceDefinition")
      for (const [key, schema] of schemasOfCrd(object)) if (!known.has(key)) known.set(key, { schema, source: file });
}

/** Files that may have the schema of a kind; what isn't a name leads to none. @param key as `cert-manager.io/v1/Certificate` */
function namesOf(key: string): string[] {
  const [group = "", version = "", kind = "", ...more] = key.toLowerCase().split("/");
  if (more.length > 0 || ![group, version, kind].every((part) => /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(part))) return [];
  const first = group.split(".")[0];
  return [`${group}/${kind}_${version}.json`, `${kind}-${group}-${version}.json`, `${kind}-${first}-${version}.json`];
}

/** The schema that a file has; undefined where there is no such file, and a text where it can't be used. */
function readJsonSchema(root: string, name: string) {
  try {
    const path = realpathSync(join(root, name));
    if (!path.startsWith(`${root}/`)) return "is a link that leads out of the folder";
    const value: unknown = JSON.parse(readText(path));
    if (!isRecord(value)) return "isn't a JSON schema";
    if (isDeeper(value, mostDepth)) return "is nested too deep";
    const schema = schemaFromJson(value);
    // Where no field is named, any may be there.
    return schema.properties ? schema : { ...schema, "x-kubernetes-preserve-unknown-fields": true };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    if (error instanceof SyntaxError) return "isn't JSON";
    return error instanceof UnreadableError ? error.message : `can't be read (${errorCode(error) ?? "it is nested too deep"})`;
  }
}
