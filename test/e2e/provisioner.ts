import type { KubernetesObject } from "slipway";
import type { Cluster } from "./cluster.ts";
import { StandIn } from "./stand-in.ts";

interface Claim {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly annotations?: Record<string, string>;
  };
  readonly spec: {
    readonly volumeName?: string;
    readonly storageClassName?: string;
    readonly accessModes: readonly string[];
    readonly resources: { readonly requests: { readonly storage: string } };
  };
}
interface Volume {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly persistentVolumeReclaimPolicy?: string };
  readonly status?: { readonly phase?: string };
}

/** Its name in StorageClasses, and the annotation by which the claim controller asks for a volume when none that is there fits. */
export const provisioner = "stand-in.example";
const asked = "volume.kubernetes.io/storage-provisioner";

/**
 * Stands for a driver's provisioner: a volume of its own, with the policy Delete, for each claim that the real claim controller hands to
 * it, and the end of volumes that are released under that policy, with what would be stored in them.
 */
export class Provisioner extends StandIn {
  constructor(cluster: Cluster) {
    super(cluster, 200);
  }

  protected override work(): Promise<unknown> {
    return Promise.all([this.#provision(), this.#delete()]);
  }

  async #provision(): Promise<void> {
    for (const { metadata, spec } of await this.list<Claim>("/api/v1/persistentvolumeclaims"))
      if (!spec.volumeName && metadata.annotations?.[asked] === provisioner)
        await this.cluster.apply({
          apiVersion: "v1",
          kind: "PersistentVolume",
          metadata: { name: `pvc-${metadata.uid}` },
          spec: {
            capacity: { storage: spec.resources.requests.storage },
            accessModes: spec.accessModes,
            persistentVolumeReclaimPolicy: "Delete",
            storageClassName: spec.storageClassName,
            claimRef: {
              apiVersion: "v1",
              kind: "PersistentVolumeClaim",
              name: metadata.name,
              namespace: metadata.namespace,
              uid: metadata.uid,
            },
            hostPath: { path: "/nowhere" },
          },
        } as KubernetesObject);
  }

  async #delete(): Promise<void> {
    for (const { metadata, spec, status } of await this.list<Volume>("/api/v1/persistentvolumes"))
      if (spec.persistentVolumeReclaimPolicy === "Delete" && (status?.phase === "Released" || status?.phase === "Failed"))
        await this.cluster.ask("DELETE", `/api/v1/persistentvolumes/${metadata.name}`);
  }
}
