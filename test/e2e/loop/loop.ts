import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { folder } from "../api-server.ts";
import { argoRolloutsPrograms, startArgoRollouts } from "../argo-rollouts.ts";
import { Cluster, clusterPrograms } from "../cluster.ts";
import { envoyGatewayPrograms } from "../envoy-gateway.ts";
import { type ApplicationState, ArgoCd, argoCdPrograms } from "./argo-cd.ts";
import { type EstateOptions, LoopEstate } from "./estate.ts";
import { startExternalSecrets } from "./external-secrets.ts";
import { Gateways } from "./gateways.ts";
import { Metrics } from "./metrics.ts";
import { StandIns } from "./stand-ins.ts";

/** What the loop needs built, as describeWithServers asks. */
export const loopPrograms = [...clusterPrograms, ...argoCdPrograms, "external-secrets", ...argoRolloutsPrograms, ...envoyGatewayPrograms];

/** The whole way from a push to running pods, on loopback: git host, registry, a cluster with controllers and nodes, and Argo CD. */
export class Loop {
  readonly cluster = new Cluster();
  readonly argoCd: ArgoCd;
  readonly estate = new LoopEstate();
  readonly metrics = new Metrics(this.cluster);
  readonly #standIns = new StandIns(this.cluster);
  readonly #gateways = new Gateways(this.cluster);

  readonly #options: EstateOptions;

  /** @param pause seconds after which Argo CD looks by itself. Default: an hour, so that it sees what the webhook reports and nothing else */
  constructor(options: EstateOptions = {}, pause = 3600) {
    this.#options = options;
    this.argoCd = new ArgoCd(this.cluster, pause);
  }

  async start(): Promise<void> {
    await this.estate.start(this.#options);
    await this.cluster.start();
    await this.cluster.installCrds();
    await this.argoCd.start();
    this.estate.host.webhook = this.argoCd.webhook;
    await this.metrics.start();
    await startExternalSecrets(this.cluster);
    await startArgoRollouts(this.cluster);
    this.#standIns.start();
    this.#gateways.start();
  }

  stop(): void {
    this.#standIns.stop();
    this.#gateways.stop();
    this.metrics.stop();
    this.cluster.stop();
    this.estate.stop();
  }

  kubectl(...args: string[]): string {
    return execFileSync(join(folder, "kubectl"), ["--kubeconfig", this.cluster.kubeconfig(), ...args], {
      encoding: "utf8",
      cwd: this.estate.clone,
      env: { ...process.env, HOME: this.cluster.file(".") },
    }).trim();
  }

  /** Hands an environment to Argo CD, as the README says. */
  bootstrap(environment: string): void {
    this.kubectl("apply", "--namespace=argocd", `--filename=dist/${environment}/argocd/Application.${environment}.k8s.yaml`);
  }

  /** Waits until all Applications there should be, by what dist has, are synced and healthy. */
  async allSynced(environment: string, seconds = 180): Promise<ApplicationState[]> {
    const files = await this.estate.git("ls-files", `dist/${environment}/argocd/Application.*`);
    const names = files.split("\n").map((path) => path.replace(/^.*\/Application\.(.*)\.k8s\.yaml$/, "$1"));
    return this.synced(names, undefined, seconds);
  }

  /** Waits until Applications are synced and healthy. @param revision the commit they have to be at */
  async synced(names: readonly string[], revision?: string, seconds = 120): Promise<ApplicationState[]> {
    let states: ApplicationState[] = [];
    const isThere = async () => {
      states = await this.argoCd.applications();
      return names.every((name) =>
        states.some(
          ({ metadata, status }) =>
            metadata.name === name &&
            status?.sync?.status === "Synced" &&
            status.health?.status === "Healthy" &&
            (revision === undefined || status.sync.revision === revision) &&
            (status.operationState === undefined || status.operationState.phase === "Succeeded"),
        ),
      );
    };
    await this.cluster
      .until(`${names.join(", ")} are synced`, isThere, seconds, names.length < 50 ? 200 : 3000)
      .catch(async (error: Error) => {
        throw new Error(`${error.message}\n${describe(states)}\nIn the cluster:\n${await this.#unready()}`);
      });
    return states;
  }

  /** What the cluster itself says of pods that aren't ready, of their sets and claims. */
  async #unready(): Promise<string> {
    const states = await Promise.all(
      ["/api/v1/pods", "/api/v1/persistentvolumeclaims", "/apis/apps/v1/statefulsets", "/apis/apps/v1/deployments"].map(async (path) => {
        const { body } = await this.cluster.ask("GET", path);
        const { kind, items = [] } = body as { kind: string; items?: readonly { metadata: { name: string }; status?: Status }[] };
        return items
          .filter(({ status }) => !isReady(status))
          .map(({ metadata, status }) => `${kind.replace(/List$/, "")} ${metadata.name}: ${JSON.stringify(status)}`);
      }),
    );
    return [...this.cluster.ended, ...states.flat()].join("\n") || "all pods, claims and sets are ready";
  }
}

interface Status {
  readonly phase?: string;
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

const isReady = ({ phase, replicas, readyReplicas, conditions }: Status = {}) =>
  phase === undefined
    ? replicas === readyReplicas
    : ["Bound", "Succeeded"].includes(phase) || conditions?.some(({ type, status }) => type === "Ready" && status === "True");

/** What Argo CD says of Applications and whatever of theirs isn't as it should be. */
function describe(states: readonly ApplicationState[]): string {
  return states
    .map(({ metadata, status }) =>
      [
        `${metadata.name}: ${status?.sync?.status} ${status?.health?.status} at ${status?.sync?.revision?.slice(0, 8)}, ${status?.operationState?.phase} ${status?.operationState?.message ?? ""}`,
        ...(status?.conditions ?? []).map(({ type, message }) => `  ${type}: ${message}`),
        ...(status?.resources ?? [])
          .filter((entry) => entry.status !== "Synced" || (entry.health && entry.health.status !== "Healthy"))
          .map((entry) => `  ${entry.kind} ${entry.name}: ${entry.status} ${entry.health?.status ?? ""}`),
      ].join("\n"),
    )
    .join("\n");
}
