import { basename } from "node:path/posix";
import { isRecord, own } from "../../outside/index.ts";
import { readJson } from "./json.ts";

/** What the AWS CDK writes beside its templates, by name, and how to know it: https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth */
const written: readonly (readonly [name: RegExp, isIt: (content: Readonly<Record<string, unknown>>) => boolean])[] = [
  [/^manifest\.json$/, ({ version, artifacts }) => typeof version === "string" && isRecord(artifacts)],
  [/^tree\.json$/, ({ version, tree }) => typeof version === "string" && version.startsWith("tree-") && isRecord(tree)],
  [/\.assets\.json$/, ({ version, files, dockerImages }) => typeof version === "string" && (isRecord(files) || isRecord(dockerImages))],
  [/\.metadata\.json$/, (content) => Object.entries(content).every(([path, entries]) => path.startsWith("/") && Array.isArray(entries))],
  [/^validation-report\.json$/, ({ pluginReports }) => Array.isArray(pluginReports)],
];

/** What a file of the AWS CDK holds that only says how it made and publishes the templates beside it; undefined for all other files. */
export function assemblyFile(path: string, text: string): Readonly<Record<string, unknown>> | undefined {
  const rows = written.filter(([name]) => name.test(basename(path)));
  if (rows.length === 0) return undefined;
  const content = readJson(text);
  // A manifest of Kubernetes may have any name.
  if (!isRecord(content) || content.apiVersion !== undefined || content.kind !== undefined) return undefined;
  return rows.some(([, isIt]) => isIt(content)) ? content : undefined;
}

/** Where the stacks of an assembly are deployed, as `aws://222222222222/eu-west-1`, by the names of their template files. */
export function environmentsIn(manifest: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const artifacts = isRecord(manifest.artifacts) ? Object.values(manifest.artifacts) : [];
  return new Map(
    artifacts.flatMap((artifact): [string, string][] => {
      if (!isRecord(artifact) || !isRecord(artifact.properties)) return [];
      const [file, environment] = [own(artifact.properties, "templateFile"), artifact.environment];
      return typeof file === "string" && typeof environment === "string" ? [[file, environment]] : [];
    }),
  );
}
