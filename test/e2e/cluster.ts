import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "slipway";
import { freePort } from "../free-port.ts";
import { ApiServer, controlPlane, folder } from "./api-server.ts";

/** What a cluster needs beside the API server, as describeWithServers asks. */
export const clusterPrograms = [
  ...["kube-controller-manager", "kube-scheduler"].map((name) => controlPlane(name)),
  ...["kwok", "kwok-stages.yaml"],
];

/** A cluster with controllers, a scheduler and two nodes of kwok, whose pods are ready as soon as they are placed. */
export class Cluster extends ApiServer {
  readonly #jobsRun: boolean;

  /**
   * @param jobsRun whether the pods of Jobs run on, rather than to their end at once
   * @param version minor version of the control plane. Default: that of the server that is asked
   */
  constructor({ jobsRun = false, version }: { readonly jobsRun?: boolean; readonly version?: string } = {}) {
    super(version);
    this.#jobsRun = jobsRun;
  }

  override async start(): Promise<void> {
    await super.start();
    const stages = readFileSync(join(folder, "kwok-stages.yaml"), "utf8").split(/^---$/m);
    const own = readFileSync(new URL("stages.yaml", import.meta.url), "utf8");
    writeFileSync(
      this.file("stages.yaml"),
      [...stages.filter((entry) => !this.#jobsRun || !/name: pod-complete/.test(entry)), own].join("---\n"),
    );
    await this.#startControllers();
    const kwokPort = await freePort();
    this.run("kwok", [
      `--kubeconfig=${this.kubeconfig()}`,
      `--config=${this.file("stages.yaml")}`,
      "--manage-all-nodes=true",
      "--cidr=10.1.0.0/16",
      "--node-ip=127.0.0.1",
      "--node-lease-duration-seconds=40",
      `--server-address=127.0.0.1:${kwokPort}`,
    ]);
    for (const name of ["node-0", "node-1"]) await this.create(node(name));
    await this.until("the nodes are ready", async () => {
      const { body } = await this.ask("GET", "/api/v1/nodes");
      const { items = [] } = body as { items?: readonly { status?: { conditions?: readonly { type: string; status: string }[] } }[] };
      return (
        items.length === 2 &&
        items.every(({ status }) => status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"))
      );
    });
  }

  /** Replaces the control plane by that of another version, on the same data; the nodes remain as they are. */
  override async upgrade(version: string): Promise<void> {
    await super.upgrade(version, ["kube-controller-manager", "kube-scheduler"]);
    await this.#startControllers();
  }

  async #startControllers(): Promise<void> {
    const [kubeconfig, [managerPort, schedulerPort]] = [this.kubeconfig(), await Promise.all([freePort(), freePort()])];
    const quiet = ["--bind-address=127.0.0.1", "--leader-elect=false", "--profiling=false", `--cert-dir=${this.file("certificates")}`];
    const credentials = ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"].map((flag) => `--${flag}=${kubeconfig}`);
    this.run(this.program("kube-controller-manager"), [
      ...quiet,
      ...credentials,
      `--secure-port=${managerPort}`,
      "--kube-api-qps=400",
      "--kube-api-burst=800",
      "--pvclaimbinder-sync-period=1s",
      "--horizontal-pod-autoscaler-sync-period=1s",
      `--service-account-private-key-file=${this.file("account.key")}`,
      `--root-ca-file=${this.file("ca.crt")}`,
    ]);
    this.run(this.program("kube-scheduler"), [
      ...quiet,
      ...credentials,
      `--secure-port=${schedulerPort}`,
      "--kube-api-qps=400",
      "--kube-api-burst=800",
      // A pod whose claim is bound while it is being placed is looked at again in five minutes otherwise.
      "--pod-max-in-unschedulable-pods-duration=15s",
    ]);
  }

  /** Asks again and again. @param pause in ms, longer where an answer costs something @throws Error when it isn't so after some seconds */
  async until(what: string, holds: () => Promise<boolean>, seconds = 60, pause = 100): Promise<void> {
    for (const end = Date.now() + 1000 * seconds; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, pause)))
      if (await holds()) return;
    throw new Error(`it doesn't come about that ${what}`);
  }
}

const room = { cpu: "64", memory: "512Gi", pods: "1000" };
const node = (name: string) =>
  ({
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "topology.kubernetes.io/zone": name },
    },
    status: { allocatable: room, capacity: room },
  }) as KubernetesObject;
