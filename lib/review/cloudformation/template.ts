import { LineCounter, Pair, Scalar, type ScalarTag, type Tags, YAMLMap, type YAMLSeq } from "yaml";
import { isDeeper, isRecord, own, UnreadableError, yamlDocuments } from "../../outside/index.ts";
import { readJson } from "./json.ts";

/** A resource of a template. */
export interface TemplateResource {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** What stands beside Type and Properties, as `DeletionPolicy`. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Sections of a template beside its resources that decide on what is deployed. */
export const sections = ["Parameters", "Mappings", "Conditions", "Rules", "Outputs", "Hooks"] as const;
type Section = (typeof sections)[number];

/** A CloudFormation template. */
export interface Template {
  /** By logical id. */
  readonly resources: ReadonlyMap<string, TemplateResource>;
  readonly sections: Readonly<Record<Section, ReadonlyMap<string, unknown>>>;
  readonly description: unknown;
  readonly transform: unknown;
}

/** Texts that may be a template: most files aren't, and are not parsed for it. */
const mayBeTemplate = (text: string) =>
  /AWSTemplateFormatVersion|AWS::Serverless-|AWS::LanguageExtensions/.test(text) ||
  (/["']?Resources["']?\s*:/.test(text) && /["']?Type["']?\s*:\s*["']?(AWS|Custom|Alexa)::/.test(text));

/** Levels past which a template isn't read; CloudFormation's own are far below. */
const mostLevels = 200;

/**
 * The template that a file holds, in JSON or YAML; undefined where it holds something else.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export function readTemplate(text: string): Template | undefined {
  if (!mayBeTemplate(text)) return undefined;
  const value = readJson(text) ?? readYaml(text);
  if (!isRecord(value) || value.apiVersion !== undefined || isDeeper(value, mostLevels)) return undefined;
  const isNamed = value.AWSTemplateFormatVersion !== undefined || value.Transform !== undefined;
  const declared = isRecord(value.Resources) ? value.Resources : {};
  const mappings = isRecord(value.Mappings) ? value.Mappings : {};
  const resources = Object.entries(declared).flatMap(([id, resource]) => {
    const read = resourceOf(resource);
    return read ? [[id, { ...read, properties: withMappings(read.properties, mappings) as Members }] as const] : [];
  });
  if (resources.length === 0 && !(isNamed && (value.Resources !== undefined || value.Transform !== undefined))) return undefined;
  const entries = sections.map((name) => {
    const section = value[name];
    return [name, new Map(isRecord(section) ? Object.entries(section) : [])] as const;
  });
  return {
    resources: new Map(resources),
    // One entry for each of the names.
    sections: Object.fromEntries(entries) as unknown as Template["sections"],
    description: value.Description,
    transform: value.Transform,
  };
}

type Members = Readonly<Record<string, unknown>>;

/** A value with what mappings hold in place of Fn::FindInMap, where all keys are written out. */
function withMappings(value: unknown, mappings: Members): unknown {
  if (Array.isArray(value)) return value.map((entry: unknown) => withMappings(entry, mappings));
  if (!isRecord(value)) return value;
  const path = own(value, "Fn::FindInMap");
  const found = Array.isArray(path) && path.length === 3 ? valueAt(mappings, path) : undefined;
  if (found !== undefined) return found;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withMappings(member, mappings)]));
}

const valueAt = (members: unknown, path: readonly unknown[]): unknown =>
  path.reduce<unknown>((value, key) => (isRecord(value) && typeof key === "string" ? own(value, key) : undefined), members);

/** @returns undefined for what has no type, as a loop of a macro */
function resourceOf(resource: unknown): TemplateResource | undefined {
  if (!isRecord(resource) || typeof resource.Type !== "string") return undefined;
  const { Type: type, Properties: properties, ...attributes } = resource;
  return { type, properties: isRecord(properties) ? properties : {}, attributes };
}

function readYaml(text: string): unknown {
  try {
    const [document, ...others] = yamlDocuments(text, new LineCounter(), { customTags: [...shortForms, oldBooleans], schema: "core" });
    return document && others.length === 0 && document.errors.length === 0 ? (document.toJS({ maxAliasCount: 100 }) as unknown) : undefined;
  } catch (error) {
    // The library throws where aliases name nothing, or stand for too much.
    if (error instanceof UnreadableError || error instanceof ReferenceError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Functions that YAML has a short form of: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
const functions = [
  "And",
  "Base64",
  "Cidr",
  "Contains",
  "Equals",
  "FindInMap",
  "GetAtt",
  "GetAZs",
  "If",
  "ImportValue",
  "Join",
  "Length",
  "Not",
  "Or",
  "Select",
  "Split",
  "Sub",
  "ToJsonString",
  "Transform",
];

const shortForms: Tags = [
  ...functions.map((name) => [name, `Fn::${name}`] as const),
  ...["Ref", "Condition"].map((name) => [name, name] as const),
].flatMap(([name, key]): Tags => {
  const called = (value: Scalar | YAMLMap | YAMLSeq) => {
    const map = new YAMLMap();
    map.add(new Pair(new Scalar(key), value));
    return map;
  };
  return [
    { tag: `!${name}`, resolve: (text: string) => ({ [key]: name === "GetAtt" ? attributePath(text) : text }) },
    { tag: `!${name}`, collection: "seq", resolve: (list) => called(list as YAMLSeq) },
    { tag: `!${name}`, collection: "map", resolve: (members) => called(members as YAMLMap) },
  ];
});

/** What YAML 1.1, which CloudFormation reads, takes for true and false beside those words: https://yaml.org/type/bool.html */
const oldBooleans: ScalarTag = {
  tag: "tag:yaml.org,2002:bool",
  default: true,
  test: /^(?:[Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF)$/,
  resolve: (text) => /^(y|on)/i.test(text),
};

/** `A.B.C` as GetAtt has it: the resource, and its attribute, which may have dots. */
export function attributePath(text: string): [resource: string, attribute: string] {
  const dot = text.indexOf(".");
  return dot < 0 ? [text, ""] : [text.slice(0, dot), text.slice(dot + 1)];
}

/** The template of a stack that isn't there. */
export const emptyTemplate: Template = {
  resources: new Map(),
  sections: { Parameters: new Map(), Mappings: new Map(), Conditions: new Map(), Rules: new Map(), Outputs: new Map(), Hooks: new Map() },
  description: undefined,
  transform: undefined,
};
