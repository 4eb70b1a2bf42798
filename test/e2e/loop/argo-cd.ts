import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "slipway";
import { parse } from "yaml";
import { freePort } from "../../free-port.ts";
import { folder } from "../api-server.ts";
import type { Cluster } from "../cluster.ts";

/** What Argo CD needs beside a cluster, as describeWithServers asks. */
export const argoCdPrograms = ["argocd", "argocd-config", "kubectl"];
const config = join(folder, "argocd-config");

/** What Argo CD says of an Application. */
export interface ApplicationState {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly sync?: { readonly status?: string; readonly revision?: string };
    readonly health?: { readonly status?: string };
    readonly reconciledAt?: string;
    readonly conditions?: readonly { readonly type: string; readonly message: string }[];
    readonly resources?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly status?: string;
      readonly health?: { readonly status?: string };
      readonly hook?: boolean;
      readonly requiresPruning?: boolean;
    }[];
    readonly operationState?: { readonly phase: string; readonly message?: string };
  };
}

/**
 * A real Argo CD beside a cluster: Redis, repository server, application controller, and the server for its webhook. It asks git when the
 * webhook informs it of a push. Its configuration is the one it is installed with.
 */
export class ArgoCd {
  readonly #cluster: Cluster;
  /** Where a git server reports pushes. */
  webhook = "";

  /** How often it compares Applications by itself, in seconds. */
  readonly #pause: number;

  /** @param pause seconds after which it compares Applications that nothing was reported of; an installation has 120 */
  constructor(cluster: Cluster, pause: number) {
    this.#cluster = cluster;
    this.#pause = pause;
  }

  async start(): Promise<void> {
    const cluster = this.#cluster;
    await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "argocd" } });
    const password = randomBytes(16).toString("hex");
    await Promise.all(configuration(password).map((object) => cluster.create(object)));
    const [redis, repositories, repositoryMetrics, controllerMetrics, server, serverMetrics] = (await Promise.all(
      Array.from({ length: 6 }, freePort),
    )) as [number, number, number, number, number, number];
    for (const name of ["tmp", "tls", "ssh", "gpg", "plugins", "redis", "static"]) mkdirSync(cluster.file(`argocd-${name}`));
    writeFileSync(
      cluster.file("redis.conf"),
      `bind 127.0.0.1\nport ${redis}\nrequirepass ${password}\nsave ""\nappendonly no\ndir ${cluster.file("argocd-redis")}\n`,
      { mode: 0o600 },
    );
    cluster.run("/usr/bin/redis-server", [cluster.file("redis.conf")]);
    const environment = {
      PATH: `${folder}:${process.env.PATH ?? ""}`,
      HOME: cluster.file("."),
      TMPDIR: cluster.file("argocd-tmp"),
      KUBECONFIG: cluster.kubeconfig(),
      REDIS_PASSWORD: password,
      // The cluster Argo CD runs in is the one of its kubeconfig.
      ARGOCD_FAKE_IN_CLUSTER: "true",
      ARGOCD_GPG_ENABLED: "false",
      ARGOCD_GNUPGHOME: cluster.file("argocd-gpg"),
      ARGOCD_TLS_DATA_PATH: cluster.file("argocd-tls"),
      ARGOCD_SSH_DATA_PATH: cluster.file("argocd-ssh"),
      ARGOCD_PLUGINSOCKFILEPATH: cluster.file("argocd-plugins"),
      ARGOCD_ASK_PASS_SOCK: cluster.file("argocd-tmp/ask-pass"),
      GIT_CONFIG_NOSYSTEM: "1",
      ARGOCD_RECONCILIATION_TIMEOUT: `${this.#pause}s`,
      ARGOCD_RECONCILIATION_JITTER: "0s",
      // As an installation for hundreds of Applications has it.
      ARGOCD_K8S_CLIENT_QPS: "400",
      ARGOCD_K8S_CLIENT_BURST: "800",
    };
    const common = [`--redis=127.0.0.1:${redis}`, "--logformat=text", "--loglevel=info"];
    const asking = [`--repo-server=127.0.0.1:${repositories}`, "--repo-server-plaintext"];
    const access = [`--kubeconfig=${environment.KUBECONFIG}`, "--namespace=argocd"];
    cluster.run(
      "argocd-repo-server",
      [
        ...common,
        ...["--address=127.0.0.1", `--port=${repositories}`, "--metrics-address=127.0.0.1", `--metrics-port=${repositoryMetrics}`],
        "--disable-tls",
      ],
      environment,
    );
    cluster.run(
      "argocd-application-controller",
      [...common, ...asking, ...access, `--metrics-port=${controllerMetrics}`, "--status-processors=8", "--operation-processors=8"],
      environment,
    );
    cluster.run(
      "argocd-server",
      [
        ...[...common, ...asking, ...access, "--address=127.0.0.1", `--port=${server}`, "--insecure", "--disable-auth"],
        ...["--metrics-address=127.0.0.1", `--metrics-port=${serverMetrics}`, `--staticassets=${cluster.file("argocd-static")}`],
      ],
      environment,
    );
    for (const port of [repositoryMetrics, controllerMetrics, server])
      await cluster.until("Argo CD is up", () => isHealthy(`http://127.0.0.1:${port}/healthz`));
    this.webhook = `http://127.0.0.1:${server}/api/webhook`;
  }

  async applications(): Promise<ApplicationState[]> {
    const { body } = await this.#cluster.ask("GET", "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications");
    return (body as { items?: ApplicationState[] }).items ?? [];
  }

  async application(name: string): Promise<ApplicationState | undefined> {
    const { status, body } = await this.#cluster.ask("GET", `/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/${name}`);
    return status === 200 ? (body as ApplicationState) : undefined;
  }

  /** Has Argo CD look at an Application anew. @param kind hard forgets what it has rendered before */
  async refresh(name: string, kind: "normal" | "hard" = "normal"): Promise<void> {
    await this.#cluster.ask(
      "PATCH",
      `/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/${name}`,
      { metadata: { annotations: { "argocd.argoproj.io/refresh": kind } } },
      "application/merge-patch+json",
    );
  }
}

const isHealthy = (address: string) =>
  fetch(address, { signal: AbortSignal.timeout(1000) }).then(
    ({ ok }) => ok,
    () => false,
  );

/** What Argo CD reads of its own namespace: https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#quick-reference */
function configuration(password: string): KubernetesObject[] {
  const installed = readdirSync(config)
    .filter((name) => name !== "kustomization.yaml")
    .map((name) => parse(readFileSync(join(config, name), "utf8")) as KubernetesObject);
  const secret = (name: string, stringData: Readonly<Record<string, string>>) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, labels: { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "argocd" } },
    stringData,
  });
  const project = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AppProject",
    metadata: { name: "default" },
    spec: {
      sourceRepos: ["*"],
      destinations: [{ namespace: "*", server: "*" }],
      clusterResourceWhitelist: [{ group: "*", kind: "*" }],
    },
  };
  return [
    ...installed.filter(({ kind }) => kind !== "Secret"),
    secret("argocd-secret", { "server.secretkey": randomBytes(32).toString("base64") }),
    secret("argocd-redis", { auth: password }),
    project,
  ].map((object) => ({ ...object, metadata: { ...object.metadata, namespace: "argocd" } }));
}
