import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { KubernetesObject } from "slipway";
import type { Cluster } from "../cluster.ts";
import { gatewayClass, type Translated, translated } from "../envoy-gateway.ts";
import { StandIn } from "../stand-in.ts";

const group = "/apis/gateway.networking.k8s.io/v1";
const policies = "/apis/gateway.envoyproxy.io/v1alpha1";
/** Where objects lie that the translation reads, by kind. */
const places: Readonly<Record<string, string>> = {
  Gateway: `${group}/gateways`,
  HTTPRoute: `${group}/httproutes`,
  GRPCRoute: `${group}/grpcroutes`,
  BackendTLSPolicy: `${group}/backendtlspolicies`,
  ReferenceGrant: "/apis/gateway.networking.k8s.io/v1beta1/referencegrants",
  BackendTrafficPolicy: `${policies}/backendtrafficpolicies`,
  SecurityPolicy: `${policies}/securitypolicies`,
  Service: "/api/v1/services",
  Namespace: "/api/v1/namespaces",
};

type Condition = Readonly<Record<string, unknown>>;

/**
 * Envoy Gateway in a cluster of tests: its own translation gives Gateways, routes and policies their statuses. An address, and the certificates
 * that cert-manager would issue, are made up here.
 */
export class Gateways extends StandIn {
  #seen = "";
  /** How often an object of each kind was accepted. */
  readonly accepted = new Map<string, number>();

  constructor(cluster: Cluster) {
    super(cluster, 500);
  }

  protected override async work(): Promise<void> {
    const gateways = await this.list<KubernetesObject>(places.Gateway ?? "");
    if (gateways.length === 0) return;
    await this.cluster.apply(gatewayClass as KubernetesObject);
    for (const gateway of gateways) await this.#certify(gateway);
    const objects = (await Promise.all(Object.entries(places).map(([kind, path]) => this.#all(kind, path)))).flat();
    const seen = JSON.stringify(objects.map(({ kind, metadata, spec }) => [kind, metadata.namespace, metadata.name, spec]));
    if (seen === this.#seen) return;
    for (const object of await translated([...objects, ...(await this.#secrets())])) await this.#report(object);
    this.#seen = seen;
  }

  async #all(kind: string, path: string): Promise<KubernetesObject[]> {
    const items = await this.list<KubernetesObject>(path);
    return items.map((item) => ({ ...item, apiVersion: versionOf(path), kind, status: undefined }) as KubernetesObject);
  }

  async #secrets(): Promise<KubernetesObject[]> {
    const items = await this.list<KubernetesObject & { type?: string }>("/api/v1/secrets");
    return items.filter(({ type }) => type === "kubernetes.io/tls").map((item) => ({ ...item, apiVersion: "v1", kind: "Secret" }));
  }

  /** Issues the certificates that a Gateway's listeners name. */
  async #certify({ metadata, spec }: KubernetesObject): Promise<void> {
    const { listeners } = spec as { listeners: readonly { tls?: { certificateRefs?: readonly { name: string; namespace?: string }[] } }[] };
    for (const { name, namespace = metadata.namespace ?? "" } of listeners.flatMap(({ tls }) => tls?.certificateRefs ?? [])) {
      const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
      if ((await this.cluster.ask("GET", path)).status === 200) continue;
      const [key, certificate] = [this.cluster.file("gateway.key"), this.cluster.file("gateway.crt")];
      const flags = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=gateway", "-keyout", key, "-out", certificate];
      execFileSync("openssl", ["req", ...flags], { stdio: "ignore" });
      const data = { "tls.crt": readFileSync(certificate).toString("base64"), "tls.key": readFileSync(key).toString("base64") };
      await this.cluster.apply({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name, namespace },
        type: "kubernetes.io/tls",
        data,
      } as KubernetesObject);
    }
  }

  /** Writes the status that the translation gave. */
  async #report(object: Translated): Promise<void> {
    const { apiVersion, kind, metadata, status } = object;
    if (!status || !(kind in places)) return;
    const path = `${places[kind]?.replace(/\/(\w+)$/, `/namespaces/${metadata.namespace}/$1`)}/${metadata.name}`;
    const { body } = await this.cluster.ask("GET", path);
    const { generation } = (body as { metadata: { generation?: number } }).metadata;
    const dated = (conditions: readonly Condition[] = []) =>
      conditions.map((condition) => ({ ...condition, observedGeneration: generation, lastTransitionTime: "2030-01-01T00:00:00Z" }));
    const text = JSON.stringify(status, (key, value: unknown) => (key === "conditions" ? dated(value as Condition[]) : value));
    const own = JSON.parse(text) as { conditions?: Condition[] };
    const isGateway = kind === "Gateway";
    const address = isGateway ? { addresses: [{ type: "IPAddress", value: "192.0.2.1" }], conditions: dated(programmed) } : {};
    await this.cluster.ask("PATCH", `${path}/status?fieldManager=envoy-gateway&force=true`, {
      apiVersion,
      kind,
      metadata: { name: metadata.name, namespace: metadata.namespace },
      status: { ...own, ...address },
    });
    this.accepted.set(kind, (this.accepted.get(kind) ?? 0) + 1);
  }
}

const versionOf = (path: string) => path.replace(/^\/apis?\//, "").replace(/\/\w+$/, "");
const programmed = [
  { type: "Accepted", status: "True", reason: "Accepted", message: "The Gateway has been scheduled" },
  { type: "Programmed", status: "True", reason: "Programmed", message: "Address assigned" },
];
