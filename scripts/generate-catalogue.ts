/**
 * Writes the catalogue of CRDs, lib/kubernetes/schema/data/crds/<group>.json.gz, and its page, docs/catalogue.md, out of the Go modules in
 * catalogue-modules.ts. Needs Go, whose module proxy serves them. Run it with jiti, as generate-schemas.ts.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CORE_SCHEMA, loadAll } from "js-yaml";
import { sortedKeys, withoutDescriptions, withoutStatus } from "../lib/kubernetes/index.ts";
import { type CatalogueModule, catalogueModules, leftOut } from "./catalogue-modules.ts";
import { dataFolder, type Json, moduleFolder, write } from "./schema-data.ts";

interface Crd {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly scope: string;
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema?: { readonly openAPIV3Schema?: Json };
    }[];
  };
}

interface Group {
  isWhole: boolean;
  readonly kinds: Record<string, unknown>;
  /** Project and version by kind. */
  readonly sources: Record<string, string>;
  readonly scopes: Record<string, string>;
}

const isYaml = (name: string) => /\.ya?ml$/.test(name);
const filesAt = (path: string) =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .filter(isYaml)
        .sort()
        .map((name) => join(path, name))
    : [path];

const crdsIn = (file: string) =>
  (loadAll(readFileSync(file, "utf8"), null, { schema: CORE_SCHEMA }) as (Crd | null)[]).flatMap((document) =>
    document?.kind === "CustomResourceDefinition" ? [document] : [],
  );

/** Of rules in CEL only that there are some: nobody here evaluates them. */
const withMarkedRules = (schema: unknown) =>
  JSON.parse(JSON.stringify(schema), (key, value) => (key === "x-kubernetes-validations" ? true : value)) as unknown;

/** A schema whose enums have the values of another's too: who has the experimental CRD of a kind may use them. */
function withEnumsOf(schema: unknown, other: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((item, index) => withEnumsOf(item, Array.isArray(other) ? other[index] : undefined));
  if (!isJson(schema) || !isJson(other)) return schema;
  const values = (value: unknown) => (Array.isArray(value) ? (value as unknown[]) : []);
  const merged = (key: string, value: unknown) =>
    key === "enum" ? [...new Set([...values(value), ...values(other.enum)])] : withEnumsOf(value, other[key]);
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, merged(key, value)]));
}

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

const groups = new Map<string, Group>();
const versionOf = (module: string) => module.slice(module.indexOf("@") + 1);

function add({ project, module, sharedGroups = [] }: CatalogueModule, { spec }: Crd): void {
  const { group: name, names, scope } = spec;
  const group = groups.get(name) ?? { isWhole: true, kinds: {}, sources: {}, scopes: {} };
  groups.set(name, group);
  if (sharedGroups.includes(name)) group.isWhole = false;
  for (const version of spec.versions.filter(({ served }) => served)) {
    const schema = version.schema?.openAPIV3Schema;
    const key = `${name}/${version.name}/${names.kind}`;
    if (!schema) continue;
    const known = withMarkedRules(withoutDescriptions(withoutStatus(schema)));
    const first = group.kinds[key];
    group.kinds[key] = first ? withEnumsOf(first, known) : known;
    if (first) continue;
    group.sources[names.kind] = `${project} ${versionOf(module)}`;
    group.scopes[names.kind] = scope;
  }
}

/** The licence that a module's own file gives. */
function licenceOf(folder: string): string {
  const file = readdirSync(folder).find((name) => /^LICENSE(\.|$)/.test(name));
  const text = file ? readFileSync(join(folder, file), "utf8").slice(0, 600) : "";
  if (/Apache License/.test(text)) return "Apache-2.0";
  if (/MIT License/.test(text)) return "MIT";
  throw new Error(`${folder} has no licence that the catalogue may take schemas under`);
}

const rows = catalogueModules.map((row) => {
  const folder = moduleFolder(row.module);
  const crds = row.places.flatMap((place) => filesAt(join(folder, place))).flatMap(crdsIn);
  if (crds.length === 0) throw new Error(`${row.module} has no CRDs in ${row.places.join(", ")}`);
  for (const crd of crds) add(row, crd);
  const names = new Set(crds.map(({ spec }) => `${spec.group}/${spec.names.kind}`));
  return { ...row, licence: licenceOf(folder), crds: names };
});

rmSync(join(dataFolder, "crds"), { recursive: true, force: true });
const sizes = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, group]) => write(`crds/${name}`, sortedKeys(group) as Json));
process.stdout.write(`${groups.size} groups: ${sizes.reduce((sum, size) => sum + size, 0)} bytes\n`);

const cells = (values: readonly string[]) => `| ${values.join(" | ")} |`;
const page = fileURLToPath(new URL("../docs/catalogue.md", import.meta.url));
writeFileSync(
  page,
  `<!-- Written by scripts/generate-catalogue.ts. -->

# Catalogue of custom resources

\`slipway check\` knows the custom resources of these projects without their CRDs. It compares each field with the schema of the version in this table.

${cells(["project", "version", "licence", "kinds"])}
${cells(["---", "---", "---", "---"])}
${rows.map(({ project, module, licence, crds }) => cells([project, versionOf(module), licence, `${crds.size}`])).join("\n")}

## Which schema counts

1. A CRD among the checked manifests.
2. The [snapshot of the cluster](cluster-snapshot.md) that is given.
3. The folder that \`--schemas\` names.
4. The CRDs of Argo CD and External Secrets, which slipway's own tests run on an API server.
5. The catalogue.

The cluster may have another version of a project than the catalogue. So a finding from the catalogue names the project and its version:

- An unknown field, and a version of a kind that the CRD doesn't serve, are warnings.
- A value of a wrong type or outside an enum, and a required field that is missing, are errors.
- A kind that the group lacks is an error where its name is nearly that of a kind in the group. Other kinds that nobody knows are listed in the report as kinds without a schema.

To check against the version in your cluster, add its CRDs to the checked manifests, or give a snapshot of the cluster.

The status of an object isn't compared: controllers write it. Rules in CEL (\`x-kubernetes-validations\`) aren't evaluated, and the report says so.

## Kinds by group

${[...groups]
  .map(([name, { scopes }]) => `- \`${name}\`: ${Object.keys(scopes).sort().join(", ")}`)
  .sort()
  .join("\n")}

## What isn't in it

${leftOut.map(([projects, reason]) => `- ${projects}: ${reason}`).join("\n")}

## Where the schemas come from

The schemas are taken from the CRDs in these Go modules, under the licence of each. Descriptions, examples and rules in CEL were removed.

${rows.map(({ project, module }) => `- ${project}: \`${module}\``).join("\n")}
`,
);
execFileSync(fileURLToPath(new URL("../node_modules/.bin/biome", import.meta.url)), ["format", "--write", page], { stdio: "inherit" });
