import { hasNoNamespace, newestVersion, ObjectSchemas, readManifests } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { quotedLine } from "../outside/index.ts";
import type { AppSpec } from "../overlay/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import type { ReadFile } from "../project/index.ts";

/**
 * The objects of the YAML files that an app includes, as they stand there. They don't go through cdk8s, which drops nulls and sorts keys.
 * An object without a namespace gets the app's, if its kind is known to have one: where to put others is left to Argo CD.
 * @throws InputError for files that are missing or can't be read
 */
export function includedObjects({ include = {}, namespace }: AppSpec, read: ReadFile): KubernetesObject[] {
  const problems: Problem[] = [];
  const objects = Object.entries(include).flatMap(([name, file]) => {
    const text = read(file);
    if (text === undefined) {
      problems.push({ path: `include.${name}`, message: `${file} isn't there`, fix: "Give its path from the repository's root." });
      return [];
    }
    const found = readManifests(text);
    // What follows the first slip of a file mostly comes from it.
    const slips = found.problems.length > 0 ? found.problems.slice(0, 1) : found.repeatedKeys;
    problems.push(
      ...slips.map((slip) => ({
        file,
        ...slip,
        ...(slip.line === undefined ? {} : quotedLine(text, slip.line)),
        fix: "Correct the YAML there.",
      })),
      ...found.skipped.map((what) => ({
        file,
        message: `holds ${what}, which isn't an object`,
        fix: "Include files that hold manifests only.",
      })),
    );
    return found.objects.map(({ object }) => inNamespace(object, namespace));
  });
  if (problems.length > 0) throw new InputError(problems);
  return objects;
}

function inNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  const { metadata } = object;
  if (metadata?.namespace !== undefined || !hasNamespace(object)) return object;
  return { ...object, metadata: { ...metadata, namespace } };
}

let schemas: ObjectSchemas | undefined;

/** Whether a kind is one that slipway knows to have a namespace. */
export function hasNamespace(object: KubernetesObject): boolean {
  if (hasNoNamespace(object)) return false;
  schemas ??= new ObjectSchemas(newestVersion(), []);
  return schemas.schemaOf(object).schema !== undefined;
}
