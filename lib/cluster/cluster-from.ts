import { statSync } from "node:fs";
import { type SchemaFolder, schemasInFolder } from "../kubernetes/index.ts";
import { errorCode, readText, UnreadableError } from "../outside/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import { type KnownCluster, knownCluster } from "./known-cluster.ts";

/** What is known beside the manifests, by which they are checked. */
interface KnownBeside {
  readonly cluster?: KnownCluster;
  readonly schemas?: SchemaFolder;
}

/**
 * Reads what the options of a command name.
 * @param snapshot path of a cluster's snapshot
 * @param schemas folder of CRDs and JSON schemas
 * @throws InputError where a snapshot is missing or wrong, or the folder isn't one
 */
export function clusterFrom({ snapshot, schemas }: { readonly snapshot?: string; readonly schemas?: string }): KnownBeside {
  if (schemas !== undefined && !isFolder(schemas))
    throw new InputError([{ file: schemas, message: "isn't a folder", fix: "Name a folder of CRDs or JSON schemas after --schemas." }]);
  return {
    ...(snapshot === undefined ? {} : { cluster: clusterOf(() => readText(snapshot), snapshot) }),
    ...(schemas === undefined ? {} : { schemas: schemasInFolder(schemas) }),
  };
}

/**
 * What the snapshot says that an environment names.
 * @param read gives a file of the repository; undefined where there is none
 * @throws InputError where it is missing or wrong
 */
export function clusterOfEnvironment(environment: string, file: string, read: (path: string) => string | undefined): KnownCluster {
  const text = read(file);
  if (text === undefined) throw new InputError([{ environment, path: "cluster.snapshot", ...missing(file) }]);
  return knownCluster(text, file);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function clusterOf(read: () => string, file: string): KnownCluster {
  let text: string;
  try {
    text = read();
  } catch (error) {
    if (errorCode(error) === "ENOENT") throw new InputError([{ file, ...missing(file) }]);
    const message = error instanceof UnreadableError ? error.message : `can't be read (${errorCode(error)})`;
    throw new InputError([{ file, message, fix: "Name a file that `slipway cluster snapshot` wrote." }]);
  }
  return knownCluster(text, file);
}

const missing = (file: string): Pick<Problem, "message" | "fix"> => ({
  message: `the file ${file} does not exist`,
  fix: `Take a snapshot: slipway cluster snapshot --out ${file}`,
});
