import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { KubernetesObject } from "slipway";
import type { Cluster } from "../cluster.ts";

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly { readonly name: string }[] };
}

const group = "/apis/metrics.k8s.io/v1beta1";

/**
 * Stands for metrics-server, which asks kubelets that kwok's nodes don't have: every container uses what the test says. The API server
 * asks it as it would the real one: https://kubernetes.io/docs/reference/external-api/metrics.v1beta1/
 */
export class Metrics {
  readonly #cluster: Cluster;
  #server: Server | undefined;
  /** CPU that each container uses. */
  cpu = "10m";

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async start(): Promise<void> {
    const cluster = this.#cluster;
    this.#server = createServer(
      { cert: readFileSync(cluster.file("server.crt")), key: readFileSync(cluster.file("server.key")) },
      async (request, response) => {
        const { pathname, search } = new URL(request.url ?? "/", "https://localhost");
        const [, namespace] = /^\/apis\/metrics\.k8s\.io\/v1beta1\/namespaces\/([^/]+)\/pods$/.exec(pathname) ?? [];
        const body = namespace ? await this.#usage(namespace, search) : resources;
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
      },
    );
    await new Promise<void>((ready) => this.#server?.listen(0, "127.0.0.1", ready));
    await cluster.create({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "metrics", namespace: "kube-system" },
      spec: { type: "ExternalName", externalName: "localhost" },
    } as KubernetesObject);
    await cluster.create({
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1beta1.metrics.k8s.io" },
      spec: {
        group: "metrics.k8s.io",
        version: "v1beta1",
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { name: "metrics", namespace: "kube-system", port: (this.#server.address() as AddressInfo).port },
      },
    } as KubernetesObject);
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  async #usage(namespace: string, search: string): Promise<object> {
    const { body } = await this.#cluster.ask("GET", `/api/v1/namespaces/${namespace}/pods${search}`);
    const now = new Date().toISOString();
    const items = (body as { items: Pod[] }).items.map(({ metadata: { name, labels }, spec }) => ({
      metadata: { name, namespace, labels },
      timestamp: now,
      window: "1s",
      containers: spec.containers.map((container) => ({ name: container.name, usage: { cpu: this.cpu, memory: "16Mi" } })),
    }));
    return { kind: "PodMetricsList", apiVersion: "metrics.k8s.io/v1beta1", metadata: {}, items };
  }
}

const resources = {
  kind: "APIResourceList",
  apiVersion: "v1",
  groupVersion: group.slice("/apis/".length),
  resources: [{ name: "pods", singularName: "", namespaced: true, kind: "PodMetrics", verbs: ["get", "list"] }],
};
