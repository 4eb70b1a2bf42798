import { applied, ObjectSchemas, type Schema, withDefaults, withSchemaDefaults } from "../kubernetes/index.ts";
import { type Hide, type KubernetesObject, withoutSecrets } from "../manifest/index.ts";
import { hidden, isRecord, omit } from "../outside/index.ts";
import { type Difference, differences } from "./fields.ts";
import { stable } from "./renames.ts";

/** The objects of one environment as the API server would hold them. */
export class LiveObjects {
  readonly #schemas: ObjectSchemas;

  constructor(kubernetes: string, objects: readonly KubernetesObject[]) {
    this.#schemas = new ObjectSchemas(
      kubernetes,
      objects.map((object) => ({ object, app: "" })),
    );
  }

  /** An object that wasn't there before. */
  added(object: KubernetesObject): KubernetesObject {
    return this.#filled(this.#given(object));
  }

  /** An object before and after Argo CD applies what has become of its manifest. */
  changed(last: KubernetesObject, next: KubernetesObject): { before: KubernetesObject; after: KubernetesObject } {
    const [owned, given] = [withStoredForms(this.#given(last)), withStoredForms(this.#given(next))];
    const before = this.#filled(owned);
    const merged = applied(before, owned, given, this.#schema(next), this.#schemas) as KubernetesObject;
    return { before, after: this.#filled(allocated(before, merged)) };
  }

  /** The fields that differ. Values of Secrets are compared and never given: what differs is `(hidden)` on both sides. */
  differences(before: KubernetesObject, after: KubernetesObject): Difference[] {
    const seal = new Seal();
    return differences(seal.on(before), seal.on(after), this.#schema(after), this.#schemas)
      .filter(({ path }) => path !== "apiVersion")
      .map((difference) => ({ ...difference, before: shownOf(difference.before), after: shownOf(difference.after) }));
  }

  /** Whether anything is known of a kind. */
  knows(object: KubernetesObject): boolean {
    return this.#schema(object) !== undefined;
  }

  #schema(object: KubernetesObject): Schema | undefined {
    return this.#schemas.schemaOf(object).schema;
  }

  /** With what the server fills in: by its own code, or by the schema of a CRD. */
  #filled(object: KubernetesObject): KubernetesObject {
    const { schema, isCustom } = this.#schemas.schemaOf(object);
    return isCustom ? (withSchemaDefaults(object, schema) as KubernetesObject) : withDefaults(object);
  }

  /** As the server reads it; a status is not the manifest's to say. */
  #given(object: KubernetesObject): KubernetesObject {
    const { apiVersion, kind, metadata, ...rest } = this.#schemas.read(object);
    return { apiVersion, kind, metadata, ...omit(rest, "status") };
  }
}

/** Takes the place of values that aren't shown: the same symbol for the same value, so that they can be compared and nothing else. */
class Seal {
  readonly #symbols = new Map<string, symbol>();
  readonly #hide: Hide = (value) => {
    const key = stable(value) ?? "";
    const symbol = this.#symbols.get(key) ?? Symbol(hidden);
    this.#symbols.set(key, symbol);
    return symbol;
  };

  on = (object: KubernetesObject): KubernetesObject => withoutSecrets(object, this.#hide);
}

/** A value with its seals in words. */
function shownOf(value: unknown): unknown {
  if (typeof value === "symbol") return hidden;
  if (Array.isArray(value)) return value.map(shownOf);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shownOf(member)]));
}

/** What the server stores under another name than it is given. */
function withStoredForms(object: KubernetesObject): KubernetesObject {
  if (object.kind !== "Secret" || !isRecord(object.stringData)) return object;
  const { stringData, ...rest } = object;
  const encoded = Object.entries(stringData ?? {}).map(([key, value]) => [key, Buffer.from(String(value)).toString("base64")]);
  return { ...rest, data: { ...(isRecord(rest.data) ? rest.data : {}), ...Object.fromEntries(encoded) } } as KubernetesObject;
}

/** Fields of a Service that go with its type, unless the manifest sets them anew. */
const ofType: Readonly<Record<string, readonly string[]>> = {
  externalTrafficPolicy: ["NodePort", "LoadBalancer"],
  healthCheckNodePort: ["LoadBalancer"],
  allocateLoadBalancerNodePorts: ["LoadBalancer"],
  loadBalancerClass: ["LoadBalancer"],
};

/** What the server has given out it gives again when a manifest no longer says it: a Service's addresses and node ports. */
function allocated(before: KubernetesObject, after: KubernetesObject): KubernetesObject {
  if (after.kind !== "Service" || after.apiVersion !== "v1") return after;
  const [from, to] = [(before.spec ?? {}) as ServiceSpec, (after.spec ?? {}) as ServiceSpec];
  const type = to.type ?? "ClusterIP";
  const given = from.type === "ExternalName" || type === "ExternalName" ? [] : ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"];
  const kept = given.filter((field) => to[field] === undefined && from[field] !== undefined).map((field) => [field, from[field]]);
  const dropped = Object.keys(ofType).filter((field) => !ofType[field]?.includes(type) && to[field] === from[field]);
  const takesNodePorts = type === "NodePort" || type === "LoadBalancer";
  const nodePorts = new Map((from.ports ?? []).map(({ port, protocol, nodePort }) => [`${port}/${protocol ?? "TCP"}`, nodePort]));
  const ports = to.ports?.map((port) => {
    const allocated = nodePorts.get(`${port.port}/${port.protocol ?? "TCP"}`);
    if (takesNodePorts) return port.nodePort === undefined && allocated !== undefined ? { ...port, nodePort: allocated } : port;
    const { nodePort, ...rest } = port;
    return nodePort === allocated ? rest : port;
  });
  const fields = Object.entries(to).filter(([field]) => !dropped.includes(field));
  return { ...after, spec: { ...Object.fromEntries([...fields, ...kept]), ...(ports ? { ports } : {}) } };
}

interface ServiceSpec {
  readonly type?: string;
  readonly ports?: readonly { readonly port?: number; readonly protocol?: string; readonly nodePort?: number }[];
  readonly [field: string]: unknown;
}
