import type { KubernetesObject } from "slipway";
import type { Cluster } from "../cluster.ts";
import { StandIn } from "../stand-in.ts";

interface Claim {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly volumeName?: string;
    readonly storageClassName?: string;
    readonly accessModes: readonly string[];
    readonly resources: { readonly requests: { readonly storage: string } };
  };
}
interface Served {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly type?: string };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly unknown[] } };
}

/** Stands for an ingress controller and a load balancer: they say an address, which Kubernetes and Argo CD wait for. */
export class Edge extends StandIn {
  constructor(cluster: Cluster) {
    super(cluster, 300);
  }

  protected override work(): Promise<unknown> {
    return Promise.all([this.#serve("networking.k8s.io/v1", "Ingress", "ingresses"), this.#serve("v1", "Service", "services")]);
  }

  async #serve(apiVersion: string, kind: string, plural: string): Promise<void> {
    const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    for (const { metadata, spec, status } of await this.list<Served>(`${group}/${plural}`)) {
      if (status?.loadBalancer?.ingress || (kind === "Service" && spec.type !== "LoadBalancer")) continue;
      await this.cluster.ask(
        "PATCH",
        `${group}/namespaces/${metadata.namespace}/${plural}/${metadata.name}/status?fieldManager=edge&force=true`,
        { apiVersion, kind, metadata: place(metadata), status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } } },
      );
    }
  }
}

/** What stands, in a cluster of tests, for controllers that come with a cloud: an edge, and a provisioner that makes a volume for each claim. */
export class StandIns extends Edge {
  protected override work(): Promise<unknown> {
    return Promise.all([this.#provision(), super.work()]);
  }

  async #provision(): Promise<void> {
    for (const { metadata, spec } of await this.list<Claim>("/api/v1/persistentvolumeclaims"))
      if (!spec.volumeName)
        await this.cluster.apply({
          apiVersion: "v1",
          kind: "PersistentVolume",
          metadata: { name: `volume-${metadata.namespace}-${metadata.name}` },
          spec: {
            capacity: { storage: spec.resources.requests.storage },
            accessModes: spec.accessModes,
            ...(spec.storageClassName ? { storageClassName: spec.storageClassName } : {}),
            claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", ...place(metadata) },
            hostPath: { path: "/nowhere" },
          },
        } as KubernetesObject);
  }
}

const place = ({ name, namespace }: Claim["metadata"]) => ({ name, namespace });
