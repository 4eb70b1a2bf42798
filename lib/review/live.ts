import { applied, type ObjectSchemas, type Schema, withDefaults, withSchemaDefaults } from "../kubernetes/index.ts";
import { type Hide, type KubernetesObject, withoutSecrets } from "../manifest/index.ts";
import { hidden, isRecord } from "../outside/index.ts";
import { type Difference, differences } from "./fields.ts";
import { withoutSecretTexts } from "./inner-text.ts";
import { stable } from "./renames.ts";

/** The objects of one environment as the API server would hold them, before and after. */
export class LiveObjects {
  readonly #old: ObjectSchemas;
  readonly #now: ObjectSchemas;

  /** @param before what kinds may hold before; a CRD may be another one after */
  constructor(before: ObjectSchemas, after: ObjectSchemas) {
    this.#old = before;
    this.#now = after;
  }

  /** An object that wasn't there before. */
  added(object: KubernetesObject): KubernetesObject {
    return filled(object, this.#now);
  }

  /** An object before and after Argo CD applies what has become of its manifest. */
  changed(last: KubernetesObject, next: KubernetesObject): { before: KubernetesObject; after: KubernetesObject } {
    const inVersion = (object: KubernetesObject) => (last.apiVersion === next.apiVersion ? object : converted(object, next));
    const stored = withStoredForms(last);
    const before = inVersion(filled(stored, this.#old));
    const [owned, given] = [inVersion(stored), inVersion(withStoredForms(next))];
    const merged = applied(before, owned, given, this.#schema(given), this.#now) as KubernetesObject;
    return { before, after: filled(allocated(before, merged), this.#now) };
  }

  /** The fields that differ. Values of Secrets, and texts that hold some, are compared and never given: what differs is `(hidden)` on both sides. */
  differences(before: KubernetesObject, after: KubernetesObject): Difference[] {
    const seal = new Seal();
    return differences(seal.on(before), seal.on(after), this.#schema(after), this.#now)
      .filter(({ path }) => path !== "apiVersion")
      .map(({ path, before: old, after: now }) => {
        const [was, is] = withoutSecretTexts(shownOf(old), shownOf(now));
        return { path, before: was, after: is };
      });
  }

  #schema(object: KubernetesObject): Schema | undefined {
    return this.#now.schemaOf(object).schema;
  }
}

/** With what the server fills in: by its own code, or by the schema of a CRD. */
function filled(object: KubernetesObject, schemas: ObjectSchemas): KubernetesObject {
  const { schema, isCustom } = schemas.schemaOf(object);
  return isCustom ? (withSchemaDefaults(object, schema) as KubernetesObject) : withDefaults(object);
}

/**
 * An object in the version that another is written in, so that the two can be compared: the server converts what it stores. Versions of a
 * kind name the same fields, but for the metrics of an autoscaler, for which the newer version is taken.
 */
function converted(object: KubernetesObject, { apiVersion, kind }: KubernetesObject): KubernetesObject {
  if (kind !== "HorizontalPodAutoscaler" || !apiVersion.startsWith("autoscaling/")) return { ...object, apiVersion };
  const { targetCPUUtilizationPercentage: averageUtilization, ...spec } = isRecord(object.spec) ? object.spec : {};
  const metrics = [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } }];
  return { ...object, apiVersion: "autoscaling/v2", spec: { ...spec, ...(averageUtilization === undefined ? {} : { metrics }) } };
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

/** What the server stores in another form than it is given: a Secret's text as base64, and base64 without line breaks; a Namespace's label. */
function withStoredForms(object: KubernetesObject): KubernetesObject {
  if (object.apiVersion !== "v1") return object;
  if (object.kind === "Namespace") {
    const { metadata } = object;
    return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, "kubernetes.io/metadata.name": metadata.name } } };
  }
  const { stringData, ...rest } = object;
  const bytes = (field: string) =>
    isRecord(rest[field])
      ? { [field]: Object.fromEntries(Object.entries(rest[field]).map(([key, value]) => [key, unwrapped(value)])) }
      : {};
  if (object.kind === "ConfigMap") return { ...object, ...bytes("binaryData") };
  if (object.kind !== "Secret") return object;
  const encoded = Object.entries(isRecord(stringData) ? stringData : {}).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString("base64"),
  ]);
  const { data = {} } = bytes("data");
  return { ...rest, data: { ...data, ...Object.fromEntries(encoded) } };
}

const unwrapped = (value: unknown) => (typeof value === "string" ? value.replace(/[\r\n]/g, "") : value);

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
