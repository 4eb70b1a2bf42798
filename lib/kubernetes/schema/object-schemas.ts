import { groupOf, type KubernetesObject } from "../../manifest/index.ts";
import { isRecord, own } from "../../outside/index.ts";
import { suggestion } from "../../problem/index.ts";
import { removedApi } from "../removed-apis.ts";
import { catalogueKindIssues, catalogueSchema, judgedByCatalogue } from "./catalogue.ts";
import type { Issue } from "./issue.ts";
import { customKinds, type KubernetesSchemas, knownVersions, kubernetesSchemas, minorOf, type Schema } from "./load.ts";
import { withoutNulls } from "./nulls.ts";
import { type KindSchema, type OtherKinds, unservedIssues } from "./other-kinds.ts";
import { Validator } from "./validate.ts";

/** An issue that an object's schema shows: in its fields, or because its version or kind isn't served. */
export interface SchemaIssue extends Issue {
  readonly kind: "fields" | "api-version";
}

/** The part of an object that decides how it is read. */
const keyOf = (apiVersion: string, kind: string) => `${apiVersion}/${kind}`;

/** Holds objects against the schemas of a Kubernetes version, of operators, and of CRDs among them. */
export class ObjectSchemas {
  readonly #version: string;
  readonly #served: KubernetesSchemas;
  readonly #custom = new Map<string, Schema>();
  /** By schema of the catalogue, the project and version that it is of. */
  readonly #sources = new Map<Schema, string>();
  readonly #others: OtherKinds;
  /** By schema that was given, where it comes from. */
  readonly #givenSources = new Map<Schema, string>();
  /** `group/kind` of the CRDs among the objects. */
  readonly #defined: ReadonlySet<string>;
  readonly #validator: Validator;

  constructor(version: string, manifests: readonly { readonly object: KubernetesObject }[], others: OtherKinds = {}) {
    this.#version = version;
    this.#others = others;
    this.#served = kubernetesSchemas(version);
    this.#validator = new Validator(this.#served.definitions, suggestion);
    this.#defined = new Set(manifests.flatMap(({ object }) => definedBy(object)));
    for (const { object } of manifests) for (const [key, schema] of schemasOfCrd(object)) this.#custom.set(key, withMetadata(schema));
  }

  /** What references in schemas stand for. */
  get definitions(): Readonly<Record<string, Schema>> {
    return this.#served.definitions;
  }

  /** What is wrong with an object's fields. Kinds nobody knows are taken as they are. */
  issues(object: KubernetesObject): SchemaIssue[] {
    const { schema, isCustom } = this.schemaOf(object);
    const unserved = this.#unservedKind(object, schema !== undefined);
    if (!schema) {
      const unknown = this.#unknownKind(object);
      return unknown.length > 0 ? unknown : unserved;
    }
    const judged = this.#judged(this.#validator.issues(object, schema, isCustom), schema);
    return [...unserved, ...this.#goesAway(object), ...judged.map((issue) => ({ ...issue, kind: "fields" as const }))];
  }

  /** What a schema shows, as it is worth, with words for where the schema comes from. */
  #judged(issues: readonly Issue[], schema: Schema): readonly Issue[] {
    const [listed, given] = [this.#sources.get(schema), this.#givenSources.get(schema)];
    if (listed !== undefined) return issues.map((issue) => judgedByCatalogue(issue, listed));
    if (given === undefined) return issues;
    return issues.map((issue) => ({ ...issue, fix: `${issue.fix ?? "Give what the schema asks for."} The schema is that of ${given}.` }));
  }

  /** A kind that the cluster doesn't serve, where what it serves is known: its API server refuses the object. */
  #unservedKind(object: KubernetesObject, hasSchema: boolean): SchemaIssue[] {
    const { served } = this.#others;
    const isBuiltIn = own(this.#served.kinds, keyOf(object.apiVersion, object.kind)) !== undefined;
    if (!served || this.#isDefined(object) || (isBuiltIn && served.version !== this.#version)) return [];
    // What isn't there may be brought by an operator that is yet to be installed, where somebody here knows its kinds.
    const severity = hasSchema && !isBuiltIn ? { severity: "warning" as const } : {};
    return unservedIssues(object, served).map((issue) => ({ ...issue, ...severity, kind: "api-version" }));
  }

  /** Whether the kind is known not to be served, so that its fields are nobody's business. */
  isRefused(object: KubernetesObject): boolean {
    if (this.schemaOf(object).schema !== undefined) return false;
    return [...this.#unknownKind(object), ...this.#unservedKind(object, false)].some(({ severity }) => severity !== "warning");
  }

  /** Kinds that a later version serves no longer: the upgrade would break the sync. */
  #goesAway({ apiVersion, kind }: KubernetesObject): SchemaIssue[] {
    const gone = own(this.#served.gone, keyOf(apiVersion, kind));
    if (!gone) return [];
    const instead = Object.keys(this.#served.kinds)
      .filter((key) => key.endsWith(`/${kind}`) && !own(this.#served.gone, key))
      .map((key) => key.slice(0, key.lastIndexOf("/")));
    return [
      {
        path: "apiVersion",
        message: `${apiVersion} ${kind} was removed in Kubernetes ${gone}`,
        fix:
          instead.length > 0
            ? `Use ${instead.join(" or ")}, which ${this.#version} serves already.`
            : "Plan the change before the upgrade.",
        severity: "warning",
        kind: "api-version",
      },
    ];
  }

  /** An object as the server reads it, without nulls. */
  read(object: KubernetesObject): KubernetesObject {
    return withoutNulls(object, this.schemaOf(object).schema, this.#served.definitions);
  }

  /** What a kind's fields may be; undefined for kinds nobody knows. */
  schemaOf(object: KubernetesObject): { schema: Schema | undefined; isCustom: boolean } {
    const { kinds, definitions } = this.#served;
    const key = keyOf(object.apiVersion, object.kind);
    const definition = own(kinds, key);
    const custom = this.#custom.get(key) ?? (definition ? undefined : this.#customSchema(key, object));
    return { schema: custom ?? own(definitions, definition ?? ""), isCustom: custom !== undefined };
  }

  /** The schema that was given for a kind, that of Argo CD or External Secrets, or of the catalogue where no CRD among the objects defines the kind. */
  #customSchema(key: string, object: KubernetesObject): Schema | undefined {
    const isDefined = this.#isDefined(object);
    const given = isDefined ? undefined : this.#givenSchema(key);
    const known = given?.schema ?? own(customKinds(), key);
    const listed = known || isDefined ? undefined : catalogueSchema(object);
    const found = known ?? listed?.schema;
    if (!found) return undefined;
    const schema = withMetadata(found);
    this.#custom.set(key, schema);
    if (given) this.#givenSources.set(schema, given.source);
    if (listed) this.#sources.set(schema, listed.source);
    return schema;
  }

  #givenSchema(key: string): KindSchema | undefined {
    for (const schemas of this.#others.schemas ?? []) {
      const found = schemas.get(key);
      if (found) return found;
    }
    return undefined;
  }

  #isDefined(object: KubernetesObject): boolean {
    return this.#defined.has(`${groupOf(object)}/${object.kind}`);
  }

  #unknownKind(object: KubernetesObject): SchemaIssue[] {
    const { apiVersion, kind } = object;
    const { kinds } = this.#served;
    const issue = (message: string, fix: string): SchemaIssue[] => [{ path: "apiVersion", message, fix, kind: "api-version" }];
    const served = Object.keys(kinds).filter((key) => key.slice(key.lastIndexOf("/") + 1) === kind);
    const instead = served.map((key) => key.slice(0, key.lastIndexOf("/")));
    const gone = removedApi(apiVersion, kind);
    if (gone)
      return issue(
        `${apiVersion} ${kind} was removed in Kubernetes ${gone.since}`,
        gone.use ? `Use ${gone.use}.` : "There is no replacement of this kind.",
      );
    const others = knownVersions().filter((version) => own(kubernetesSchemas(version).kinds, keyOf(apiVersion, kind)));
    const [first] = others;
    if (first && minorOf(first) > minorOf(this.#version))
      return issue(
        `Kubernetes ${this.#version} doesn't serve ${apiVersion} ${kind}; ${first} does`,
        instead.length > 0 ? `Use ${instead.join(" or ")}.` : "Remove it until the cluster is newer.",
      );
    if (first)
      return issue(
        `Kubernetes ${this.#version} no longer serves ${apiVersion} ${kind}`,
        instead.length > 0 ? `Use ${instead.join(" or ")}.` : "Remove it.",
      );
    return this.#unknownInGroup(object, instead);
  }

  /** @param instead versions that serve a kind of that name */
  #unknownInGroup(object: KubernetesObject, instead: readonly string[]): SchemaIssue[] {
    const { apiVersion, kind } = object;
    const group = groupOf(object);
    const inGroup = Object.keys(this.#served.kinds).filter((key) => groupOfKey(key) === group);
    if (inGroup.length === 0)
      return this.#isDefined(object) ? [] : catalogueKindIssues(object).map((found) => ({ ...found, kind: "api-version" }));
    const names = inGroup.filter((key) => key.startsWith(`${apiVersion}/`)).map((key) => key.slice(key.lastIndexOf("/") + 1));
    if (names.length > 0)
      return [{ path: "kind", message: `${apiVersion} has no kind "${kind}"`, fix: suggestion(kind, names), kind: "api-version" }];
    const versions = [...new Set(inGroup.map((key) => key.slice(0, key.lastIndexOf("/"))))];
    return [
      {
        path: "apiVersion",
        message: `Kubernetes ${this.#version} has no ${apiVersion}`,
        fix: instead.length > 0 ? `Use ${instead.join(" or ")}.` : suggestion(apiVersion, versions),
        kind: "api-version",
      },
    ];
  }
}

const groupOfKey = (key: string) => {
  const [group = "", ...rest] = key.split("/");
  return rest.length === 2 ? group : "";
};

/** Metadata is the same for every kind, and CRDs leave it open. */
function withMetadata(schema: Schema): Schema {
  const metadata: Schema = { $ref: "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" };
  return { ...schema, properties: { apiVersion: { type: "string" }, kind: { type: "string" }, ...schema.properties, metadata } };
}

/** The group, kind and versions that a CRD names, where it names them as it should; what is wrong there, its own schema says. */
function definition(
  object: KubernetesObject,
): { readonly group: string; readonly kind: string; readonly versions: readonly unknown[] } | undefined {
  if (object.kind !== "CustomResourceDefinition" || groupOf(object) !== "apiextensions.k8s.io" || !isRecord(object.spec)) return undefined;
  const { group, names, versions } = object.spec;
  const kind = isRecord(names) ? names.kind : undefined;
  if (typeof group !== "string" || typeof kind !== "string") return undefined;
  return { group, kind, versions: Array.isArray(versions) ? versions : [] };
}

/** `group/kind` of what a CRD defines, whatever it says of its versions. */
function definedBy(object: KubernetesObject): string[] {
  const found = definition(object);
  return found ? [`${found.group}/${found.kind}`] : [];
}

export function schemasOfCrd(object: KubernetesObject): [string, Schema][] {
  const { group, kind, versions } = definition(object) ?? { group: "", kind: "", versions: [] };
  return versions.filter(isRecord).flatMap(({ name, schema }): [string, Schema][] => {
    const form = isRecord(schema) ? schema.openAPIV3Schema : undefined;
    return typeof name === "string" && isRecord(form) ? [[`${group}/${name}/${kind}`, form as Schema]] : [];
  });
}
