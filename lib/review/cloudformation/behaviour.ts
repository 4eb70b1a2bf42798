import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { own } from "../../outside/index.ts";

/** What an update of a type's properties does, as the CloudFormation resource schemas have it. Properties by name. */
export interface TypeBehaviour {
  /** Of which a change replaces the resource. */
  readonly replaced?: readonly string[];
  /** Of which some changes do; parts of properties by their paths, as `AccessConfig.Mode`. */
  readonly mayReplace?: readonly string[];
  /** All others. */
  readonly updated?: readonly string[];
  /** What identifies a resource to AWS. Attributes that AWS chooses aren't among the properties. */
  readonly id?: readonly string[];
  /** Whether the schemas say that it keeps data. */
  readonly isStateful?: true;
}

/** Written by `npm run generate:cloudformation` from the package @aws-cdk/aws-service-spec. */
export const dataFile = fileURLToPath(new URL("data/types.json.gz", import.meta.url));

let types: Readonly<Record<string, TypeBehaviour>> | undefined;

/** What is known of a resource type; undefined for custom resources, and for types that came after the data. */
export function behaviourOf(type: string): TypeBehaviour | undefined {
  types ??= JSON.parse(gunzipSync(readFileSync(dataFile)).toString("utf8")) as Readonly<Record<string, TypeBehaviour>>;
  // What a macro makes of its own types decides on them.
  return type.startsWith("AWS::Serverless::") ? undefined : own(types, type);
}
