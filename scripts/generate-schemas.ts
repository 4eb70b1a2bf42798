/**
 * Writes what `check` knows of kinds: lib/kubernetes/schema/data/kubernetes-<minor>.json.gz for each Kubernetes version, out of the OpenAPI
 * document of its own module, and crds.json.gz out of the CRDs of Argo CD and External Secrets. Needs Go, whose module proxy serves
 * them. Descriptions are left out: they are most of the size and none of the meaning.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { withoutDescriptions } from "../lib/kubernetes/index.ts";
import { type Json, moduleFolder, write } from "./schema-data.ts";

const kubernetes = [
  "v1.27.16",
  "v1.28.15",
  "v1.29.14",
  "v1.30.14",
  "v1.31.14",
  "v1.32.10",
  "v1.33.6",
  "v1.34.4",
  "v1.35.4",
  "v1.36.3",
  "v1.37.2",
];
/** The modules that the API server of the tests has its CRDs from. */
const crds = readFileSync(new URL("../test/e2e/servers/crds/modules.txt", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => line.split(" ") as [module: string, folder: string]);

interface Served {
  readonly minor: string;
  readonly version: string;
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, Json>>;
}

function served(version: string): Served {
  const document = join(moduleFolder(`k8s.io/kubernetes@${version}`), "api/openapi-spec/swagger.json");
  const { definitions } = JSON.parse(readFileSync(document, "utf8")) as { definitions: Record<string, Json> };
  const kinds: Record<string, string> = {};
  for (const [name, definition] of Object.entries(definitions)) {
    const known = (definition["x-kubernetes-group-version-kind"] ?? []) as { group: string; version: string; kind: string }[];
    // A definition of many kinds is one that every group shares, as DeleteOptions.
    const [only] = known;
    if (only && known.length === 1) kinds[`${only.group ? `${only.group}/` : ""}${only.version}/${only.kind}`] = name;
  }
  return { minor: version.split(".").slice(0, 2).join(".").slice(1), version, kinds, definitions };
}

const fieldsOf = (definition: Json | undefined) => (definition?.properties ?? {}) as Readonly<Record<string, Json>>;

/** A definition with each field marked that a later version has no longer. */
function marked(name: string, definition: Json, later: readonly Served[]): Json {
  const properties = Object.entries(fieldsOf(definition)).map(([field, schema]) => {
    const gone = later.find(({ definitions }) => definitions[name] && !fieldsOf(definitions[name])[field]);
    return [field, gone ? { ...schema, "x-slipway-gone": gone.minor } : schema];
  });
  return definition.properties ? { ...definition, properties: Object.fromEntries(properties) } : definition;
}

const all = kubernetes.map(served);
for (const [index, { minor, version, kinds, definitions }] of all.entries()) {
  const later = all.slice(index + 1);
  const gone = Object.keys(kinds).flatMap((kind) => {
    const first = later.find((version) => !version.kinds[kind]);
    return first ? [[kind, first.minor]] : [];
  });
  write(`kubernetes-${minor}`, {
    version,
    kinds,
    gone: Object.fromEntries(gone),
    definitions: Object.fromEntries(
      Object.entries(definitions).map(([name, definition]) => [
        name,
        withoutDescriptions({ ...marked(name, definition, later), "x-kubernetes-group-version-kind": undefined }),
      ]),
    ),
  });
}

const kinds: Record<string, unknown> = {};
for (const [module, folder] of crds) {
  const place = join(moduleFolder(module), folder);
  for (const file of readdirSync(place)
    .filter((name) => /\.yaml$/.test(name) && name !== "kustomization.yaml")
    .sort()) {
    for (const document of parseAllDocuments(readFileSync(join(place, file), "utf8"))) {
      const { spec } = document.toJS() as {
        spec: { group: string; names: { kind: string }; versions: { name: string; served: boolean; schema: Json }[] };
      };
      for (const version of spec.versions.filter(({ served }) => served))
        kinds[`${spec.group}/${version.name}/${spec.names.kind}`] = withoutDescriptions(version.schema.openAPIV3Schema);
    }
  }
}
write("crds", { modules: crds.map(([module]) => module), kinds });
