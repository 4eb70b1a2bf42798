import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import type { KubernetesObject } from "slipway";
import { type Review, review, treeOf } from "../../lib/review/index.ts";
import { folder } from "./api-server.ts";
import { Cluster } from "./cluster.ts";
import { PodWatch } from "./live.ts";
import { type ApplicationState, ArgoCd } from "./loop/argo-cd.ts";
import { GitHost } from "./loop/git-host.ts";
import { Edge } from "./loop/stand-ins.ts";
import { Provisioner } from "./provisioner.ts";
import { EndpointWatch, RouteWatch } from "./service-watch.ts";

const execute = promisify(execFile);

type Runbook = Review["runbooks"][number];

/** A change that is refused or loses something, and what is merged in the steps of its runbooks that have no command. */
export interface Case {
  /** Its namespace, folder and Application. */
  readonly name: string;
  readonly before: readonly KubernetesObject[];
  readonly after: readonly KubernetesObject[];
  /** What is merged, one state a step. Default: the state after, in each. */
  readonly merges?: readonly (readonly KubernetesObject[])[];
  /** Whether Argo CD compares by what the server says of a dry run, as slipway's Applications have it. Default: true. */
  readonly isServerSideDiff?: boolean | undefined;
  /** A kind whose objects review doesn't see. */
  readonly unseen?: string | undefined;
}

/** What came of a case. */
export interface Outcome {
  readonly runbooks: readonly Runbook[];
  /** What the server says of the new manifests before anything is done: none where it takes them all. */
  readonly refusals: readonly string[];
  /** The fewest pods that were ready at any time, in all namespaces of the case. */
  readonly fewestPods: number;
  /** The fewest endpoints that were ready at any time behind each Service that is there from beginning to end. */
  readonly fewestEndpoints: Readonly<Record<string, number>>;
  /** The ports of Services that an Ingress led to at any time while the Service didn't have them, as `web:80`. */
  readonly lostRoutes: readonly string[];
  /** The fewest load balancers that had an address at any time, in all namespaces of the case. */
  readonly fewestAddresses: number;
  /** The objects of the case as the server held them before and after: those of the manifests, pods and claims. */
  readonly before: readonly LiveObject[];
  readonly after: readonly LiveObject[];
}

export type LiveObject = KubernetesObject & { readonly metadata: { readonly uid: string }; readonly [field: string]: unknown };

/** A real Argo CD on a cluster with controllers and a provisioner's stand-in, with a repository whose folders are Applications. */
export class RunbookCluster {
  readonly cluster = new Cluster();
  /** As often as an installation compares Applications by itself. */
  readonly #argoCd = new ArgoCd(this.cluster, 120);
  readonly #provisioner = new Provisioner(this.cluster);
  readonly #edge = new Edge(this.cluster);
  readonly #host = new GitHost(this.cluster.file("git"));
  readonly #clone = this.cluster.file("clone");
  readonly #commits: string[] = [];
  /** Written once: who reads it while it is written finds nothing. */
  #kubeconfig = "";
  #pushing: Promise<unknown> = Promise.resolve();

  async start(): Promise<void> {
    await this.cluster.start();
    await this.cluster.installCrds();
    await this.#argoCd.start();
    this.#kubeconfig = this.cluster.kubeconfig();
    await this.#host.start();
    mkdirSync(this.cluster.file("git"), { recursive: true });
    await this.#git(".", "init", "--quiet", "--bare", "--initial-branch=main", this.cluster.file("git/estate.git"));
    await this.#git(".", "clone", "--quiet", this.#host.url("estate"), this.#clone);
    this.#host.webhook = this.#argoCd.webhook;
    this.#provisioner.start();
    this.#edge.start();
  }

  stop(): void {
    this.#provisioner.stop();
    this.#edge.stop();
    this.#host.stop();
    this.cluster.stop();
  }

  /** Not in step: the host that it talks to is in this process. */
  async #git(cwd: string, ...args: string[]): Promise<string> {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    return (await execute("git", [...identity, ...args], { cwd, timeout: 30_000 })).stdout.trim();
  }

  /** Pushes a state of a case, one case after the other. @returns the commit */
  #merge(name: string, objects: readonly KubernetesObject[]): Promise<string> {
    const push = this.#pushing.then(async () => {
      rmSync(join(this.#clone, name), { recursive: true, force: true });
      mkdirSync(join(this.#clone, name));
      for (const [index, object] of objects.entries()) writeFileSync(join(this.#clone, name, `${index}.json`), JSON.stringify(object));
      await this.#git(this.#clone, "add", "--all");
      await this.#git(this.#clone, "commit", "--quiet", "--allow-empty", `--message=${name}`);
      await this.#git(this.#clone, "push", "--quiet", "origin", "HEAD:main");
      const commit = await this.#git(this.#clone, "rev-parse", "HEAD");
      this.#commits.push(commit);
      return commit;
    });
    this.#pushing = push.catch(() => undefined);
    return push;
  }

  /**
   * Merges as a person would, who takes longer than Argo CD to notice what the commands before it annotated: it reads annotations of live
   * objects from what it watches.
   */
  async #mergeAfter(commands: readonly string[] = [], name: string, objects: readonly KubernetesObject[]): Promise<string> {
    if (commands.some((command) => command.includes(" annotate "))) await wait(3000);
    return this.#merge(name, objects);
  }

  /** Runs the commands of the runbooks that review offers for a case, merges where they have none, and waits until Argo CD has synced. @param isFollowed whether the commands are run. Default: true */
  async run(testCase: Case, isFollowed = true): Promise<Outcome> {
    const { name, before, after } = testCase;
    const application = this.#application(testCase);
    const namespaces = [...new Set([name, ...[...before, ...after].flatMap(({ metadata }) => metadata.namespace ?? [])])];
    for (const namespace of namespaces) await this.cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const commit = await this.#merge(name, before);
    await this.cluster.create(application);
    await this.#synced(name, commit);
    await Promise.all(before.map((object) => this.#scaled(object)));
    const live = await this.#live(before, namespaces);
    const isSeen = ({ kind }: KubernetesObject) => kind !== testCase.unseen;
    const { runbooks } = reviewed(application, before.filter(isSeen), after.filter(isSeen));
    const refusals = await this.#refusals(after);
    const pods = await new PodWatch(({ metadata }) => namespaces.includes(metadata.namespace ?? "")).start(this.cluster);
    const endpoints = await Promise.all(services(before, after).map((service) => new EndpointWatch(service).start(this.cluster)));
    const routes = await new RouteWatch(namespaces).start(this.cluster);
    const last = await this.#follow(testCase, isFollowed ? phasesOf(runbooks) : undefined, commit);
    await this.#synced(name, last);
    pods.stop();
    for (const watch of [routes, ...endpoints]) watch.stop();
    return {
      runbooks,
      refusals,
      fewestPods: pods.fewest,
      fewestEndpoints: Object.fromEntries(endpoints.map((watch) => [watch.service, watch.fewest])),
      lostRoutes: [...routes.lost],
      fewestAddresses: routes.fewestAddresses,
      before: live,
      after: await this.#live(after, namespaces),
    };
  }

  /** Runs the commands of each phase and merges between them; merges the state after alone where there are none. @returns the last commit */
  async #follow({ name, before, after, merges = [] }: Case, phases: readonly string[][] | undefined, first: string): Promise<string> {
    if (!phases) return this.#merge(name, after);
    let [last, state] = [first, before];
    for (const [index, commands] of phases.entries()) {
      if (index > 0) {
        const next = merges[index - 1] ?? after;
        if (next !== state) last = await this.#mergeAfter(phases[index - 1], name, next);
        state = next;
        if (!(await this.#isPaused(name))) await this.#settled(name, last, index === phases.length - 1);
      }
      for (const command of commands) await this.#shell(command);
    }
    return last;
  }

  #application({ name, isServerSideDiff = true }: Case): KubernetesObject {
    return {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: {
        name,
        namespace: "argocd",
        annotations: {
          "argocd.argoproj.io/manifest-generate-paths": ".",
          ...(isServerSideDiff ? { "argocd.argoproj.io/compare-options": "ServerSideDiff=true" } : {}),
        },
      },
      spec: {
        project: "default",
        source: { repoURL: this.#host.url("estate"), targetRevision: "main", path: name },
        destination: { server: "https://kubernetes.default.svc", namespace: name },
        syncPolicy: {
          automated: { prune: true, selfHeal: true },
          syncOptions: ["ServerSideApply=true"],
          retry: { limit: 30, refresh: true, backoff: { duration: "1s", factor: 1, maxDuration: "2s" } },
        },
      },
    } as unknown as KubernetesObject;
  }

  /** Runs what a report offers as a person would: in a shell, with kubectl and its configuration. */
  async #shell(command: string): Promise<void> {
    await execute("sh", ["-ec", command], {
      env: { PATH: `${folder}:${process.env.PATH ?? ""}`, HOME: this.cluster.file("."), KUBECONFIG: this.#kubeconfig },
      timeout: 60_000,
    });
  }

  async #refusals(objects: readonly KubernetesObject[]): Promise<string[]> {
    const answers = await Promise.all(objects.map((object) => this.cluster.apply(object, "&dryRun=All")));
    return answers.filter(({ status }) => status >= 300).map(({ message }) => message);
  }

  async #state(name: string): Promise<State> {
    return (await this.#argoCd.application(name))?.status;
  }

  /** Whether Argo CD looks at a commit or at one that came after it, for another case. */
  #isAt(state: State, commit: string): boolean {
    return this.#commits.indexOf(state?.sync?.revision ?? "") >= this.#commits.indexOf(commit);
  }

  async #isPaused(name: string): Promise<boolean> {
    const state = (await this.#argoCd.application(name)) as KubernetesObject | undefined;
    return state?.metadata.annotations?.["argocd.argoproj.io/skip-reconcile"] === "true";
  }

  /** Waits until Argo CD has applied a commit, and all is healthy. */
  async #synced(name: string, commit: string): Promise<void> {
    let state: State;
    let looked = Date.now();
    await this.cluster
      .until(
        `${name} is synced`,
        async () => {
          state = await this.#state(name);
          if (state?.sync?.status === "Synced" && this.#isAt(state, commit) && state.health?.status === "Healthy") return true;
          // While it learns of a new definition it can miss that the definition has become ready, and would look again in two minutes.
          if (Date.now() - looked < 20_000) return false;
          looked = Date.now();
          await this.#argoCd.refresh(name);
          return false;
        },
        90,
        250,
      )
      .catch((error: Error) => {
        throw new Error(
          `${error.message}: ${JSON.stringify([state?.sync?.status, state?.health, state?.conditions, state?.operationState])}`,
        );
      });
  }

  /** Waits until an autoscaler has set its least number of pods, and they are ready. */
  async #scaled({ kind, metadata, spec }: KubernetesObject & { readonly spec?: unknown }): Promise<void> {
    if (kind !== "HorizontalPodAutoscaler") return;
    const { scaleTargetRef, minReplicas } = spec as { scaleTargetRef: KubernetesObject & { name: string }; minReplicas: number };
    const target = { ...scaleTargetRef, metadata: { name: scaleTargetRef.name, namespace: metadata.namespace ?? "" } };
    const path = (await this.cluster.pathOf(target)) ?? "";
    await this.cluster.until(`${metadata.name} has scaled`, async () => {
      const { status } = (await this.cluster.ask("GET", path)).body as { status?: { readyReplicas?: number } };
      return status?.readyReplicas === minReplicas;
    });
  }

  /**
   * Waits until Argo CD has applied a commit, but for what it is to delete and keeps.
   * @param isLast whether it must; before the last step, it may also be refused
   */
  async #settled(name: string, commit: string, isLast: boolean): Promise<void> {
    await this.cluster.until(
      `${name} has seen its commit`,
      async () => {
        const state = await this.#state(name);
        return this.#isAt(state, commit) && ((!isLast && isRefused(state)) || isApplied(state));
      },
      60,
      250,
    );
  }

  async #live(objects: readonly KubernetesObject[], namespaces: readonly string[]): Promise<LiveObject[]> {
    const own = await Promise.all(
      objects.map(async (object) => (await this.cluster.ask("GET", (await this.cluster.pathOf(object)) ?? "")).body as LiveObject),
    );
    const lists = await Promise.all(
      namespaces.flatMap((namespace) =>
        [
          ["Pod", `/api/v1/namespaces/${namespace}/pods`],
          ["PersistentVolumeClaim", `/api/v1/namespaces/${namespace}/persistentvolumeclaims`],
          ["ReplicaSet", `/apis/apps/v1/namespaces/${namespace}/replicasets`],
        ].map(async ([kind, path]) => {
          const { body } = await this.cluster.ask("GET", path as string);
          return ((body as { items?: LiveObject[] }).items ?? []).map((object) => ({ ...object, kind: kind as string }));
        }),
      ),
    );
    const isListed = ({ kind }: LiveObject) => ["Pod", "PersistentVolumeClaim", "ReplicaSet"].includes(kind);
    return [...own.filter((object) => !isListed(object)), ...lists.flat()];
  }
}

type State = ApplicationState["status"];

const isRefused = (state: State) =>
  (state?.conditions ?? []).some(({ type }) => type.endsWith("Error")) ||
  /failed to apply|invalid/.test(state?.operationState?.message ?? "");

const isApplied = (state: State) =>
  state?.operationState?.phase === "Succeeded" &&
  (state.conditions ?? []).length === 0 &&
  state.health?.status === "Healthy" &&
  (state.resources ?? []).every(({ status, requiresPruning }) => status !== "OutOfSync" || requiresPruning === true);

/** What review says of a case, as of an environment with its Application. */
function reviewed(application: KubernetesObject, before: readonly KubernetesObject[], after: readonly KubernetesObject[]): Review {
  const tree = (objects: readonly KubernetesObject[]) =>
    treeOf(
      new Map([
        ["argocd/application.json", JSON.stringify(application)],
        ...objects.map((object, index) => [`${application.metadata.name}/${index}.json`, JSON.stringify(object)] as const),
      ]),
      "test",
    );
  return review(tree(before), tree(after), { kubernetes: "1.34" });
}

/** The commands of several runbooks at once, before, between and after the steps that have none. */
function phasesOf(runbooks: readonly Runbook[]): string[][] {
  const phases: string[][] = [[]];
  for (const { steps } of runbooks) {
    let phase = 0;
    for (const { command } of steps) {
      if (command === undefined) phase += 1;
      phases[phase] ??= [];
      if (command !== undefined && !phases[phase]?.includes(command)) phases[phase]?.push(command);
    }
  }
  return phases;
}

const services = (before: readonly KubernetesObject[], after: readonly KubernetesObject[]) =>
  before.filter(
    ({ kind, metadata }) =>
      kind === "Service" &&
      after.some(
        (other) => other.kind === "Service" && other.metadata.name === metadata.name && other.metadata.namespace === metadata.namespace,
      ),
  );
