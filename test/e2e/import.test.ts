import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject } from "slipway";
import { describeWithTools } from "../tools.ts";
import { tools } from "../tools-folder.ts";
import { describeWithServers, folder as servers } from "./api-server.ts";
import { Cluster, clusterPrograms } from "./cluster.ts";
import { type ApplicationState, ArgoCd, argoCdPrograms } from "./loop/argo-cd.ts";
import { linkModules } from "./loop/estate.ts";
import { GitHost } from "./loop/git-host.ts";
import { Metrics } from "./loop/metrics.ts";
import { StandIns } from "./loop/stand-ins.ts";

const project = "platform/deployments";

/** What a person has: kustomizations in a repository, and Applications of Argo CD that apply them. */
class RunningEstate {
  readonly #folder = mkdtempSync(join(tmpdir(), "slipway-import-"));
  readonly clone = join(this.#folder, "deployments");
  readonly host = new GitHost(join(this.#folder, "host"));
  readonly cluster = new Cluster();
  /** It looks every twenty seconds: a push while it still reads the one before is an event it misses. */
  readonly argoCd = new ArgoCd(this.cluster, 20);
  readonly #metrics = new Metrics(this.cluster);
  readonly #standIns = new StandIns(this.cluster);

  async start(): Promise<void> {
    cpSync("test/import/estate", this.clone, { recursive: true });
    writeFileSync(join(this.clone, ".gitignore"), "node_modules\n");
    linkModules(this.clone);
    await this.host.start();
    const bare = join(this.#folder, "host", `${project}.git`);
    await this.sh(
      [
        "git init --quiet --initial-branch=main",
        "git config user.name Platform && git config user.email platform@dominos.example",
        `git init --quiet --bare --initial-branch=main ${bare}`,
        `git remote add origin ${this.url}`,
      ].join(" && "),
    );
    await this.commit("What runs");
    // Argo CD's repository server finds kustomize by it.
    process.env.PATH = `${tools}:${servers}:${process.env.PATH}`;
    await this.cluster.start();
    await this.cluster.installCrds();
    await this.argoCd.start();
    this.host.webhook = this.argoCd.webhook;
    await this.#metrics.start();
    this.#standIns.start();
  }

  stop(): void {
    this.#standIns.stop();
    this.#metrics.stop();
    this.cluster.stop();
    this.host.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get url(): string {
    return this.host.url(project);
  }

  /** Runs a command of a person in the clone. Not synchronously: the host that git talks to is of this process. @throws Error unless it ends with status 0 */
  sh(command: string, folder = "."): Promise<string> {
    const child = spawn("bash", ["-euc", command], {
      cwd: join(this.clone, folder),
      env: {
        ...process.env,
        PATH: `${tools}:${servers}:${process.env.PATH}`,
        KUBECONFIG: this.#kubeconfig(),
        HOME: this.#folder,
        NODE_OPTIONS: "",
        SLIPWAY_CACHE: "off",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new Promise((ended, failed) => {
      const said = { stdout: "", stderr: "" };
      for (const stream of ["stdout", "stderr"] as const) child[stream].on("data", (part) => (said[stream] += String(part)));
      child.on("error", failed);
      child.on("close", (status) => {
        if (status === 0) ended(said.stdout);
        else failed(new Error(`${command}: ${status}\n${said.stdout}${said.stderr}`));
      });
    });
  }

  #kubeconfig(): string {
    return this.cluster.file("kubeconfig");
  }

  async commit(message: string): Promise<string> {
    await this.sh(`git add --all && git commit --quiet --message='${message}' && git push --quiet origin HEAD:main`);
    return (await this.sh("git rev-parse HEAD")).trim();
  }

  /** Waits until Applications, and no others of these labels, are synced and healthy. */
  async synced(names: readonly string[], revision?: string): Promise<void> {
    let states: ApplicationState[] = [];
    const isThere = async () => {
      states = await this.argoCd.applications();
      return names.every((name) => states.some((state) => state.metadata.name === name && isSettled(state, revision)));
    };
    await this.cluster.until(`${names.join(", ")} are synced`, isThere, 180, 300).catch((error: Error) => {
      throw new Error(
        `${error.message}\n${JSON.stringify(
          states.map(({ metadata: { name }, status }) => [
            name,
            status?.sync,
            status?.health,
            status?.conditions,
            status?.resources?.filter((entry) => entry.status !== "Synced" || (entry.health && entry.health.status !== "Healthy")),
          ]),
          undefined,
          1,
        )}\n${this.cluster.ended.join("\n")}`,
      );
    });
  }
}

const isSettled = ({ status }: ApplicationState, revision?: string) =>
  status?.sync?.status === "Synced" &&
  status.health?.status === "Healthy" &&
  (revision === undefined || status.sync.revision === revision) &&
  (status.operationState === undefined || status.operationState.phase === "Succeeded");

interface Live {
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: object;
  readonly data?: object;
}

/** Collections of what an environment is made of, and of what controllers make of that. */
const collections = [
  ...["pods", "services", "configmaps", "secrets", "serviceaccounts", "persistentvolumeclaims"].map((name) => `v1/${name}`),
  ...["deployments", "replicasets", "statefulsets", "daemonsets", "controllerrevisions"].map((name) => `apps/v1/${name}`),
  ...["autoscaling/v2/horizontalpodautoscalers", "batch/v1/cronjobs", "networking.k8s.io/v1/ingresses", "policy/v1/poddisruptionbudgets"],
];
const nameOf = (collection: string) => collection.slice(collection.lastIndexOf("/") + 1);

/** What is read of a review's JSON. */
interface Reviewed {
  readonly changes: readonly { readonly resource: { readonly kind: string; readonly name: string }; readonly action: string }[];
}

describeWithServers("an estate that Argo CD applies from kustomizations", () => {
  describeWithTools(["kustomize", "helm"], "moves to what slipway import wrote, as MIGRATION.md says", () => {
    const estate = new RunningEstate();
    const { cluster, argoCd } = estate;
    const environments = ["dev", "prod"] as const;
    /** What applies an environment today: one has the name of the new root, and deletes with it what it deployed. */
    const old = { dev: "shop-in-dev", prod: "prod" } as const;
    const applied = (environment: string) => [
      environment,
      ...["agent", "queue", "report", "shared", "web"].map((app) => `${environment}-${app}`),
    ];
    beforeAll(() => estate.start(), 240_000);
    afterAll(() => estate.stop());

    async function listed(collection: string, environment: string): Promise<Live[]> {
      const version = collection.slice(0, collection.lastIndexOf("/"));
      const group = version === "v1" ? "/api/v1" : `/apis/${version}`;
      const { body } = await cluster.ask("GET", `${group}/namespaces/shop-${environment}/${nameOf(collection)}`);
      return (body as { items: Live[] }).items;
    }

    /** Everything of an environment in the cluster with its uid, and what it asks for or holds. */
    async function live(environment: string): Promise<Map<string, object>> {
      const found = new Map<string, object>();
      const { body } = await cluster.ask("GET", `/api/v1/namespaces/shop-${environment}`);
      found.set("namespace", { uid: (body as Live).metadata.uid });
      for (const collection of collections)
        for (const { metadata, spec, data } of await listed(collection, environment))
          found.set(`${nameOf(collection)} ${metadata.name}`, { uid: metadata.uid, spec, data });
      return found;
    }

    /** The Application that Argo CD keeps an object for. */
    async function keeper(environment: string, path: string): Promise<string | undefined> {
      const { body } = await cluster.ask("GET", path.replace("NAMESPACE", `shop-${environment}`));
      return (body as Live).metadata.annotations?.["argocd.argoproj.io/tracking-id"]?.split(":")[0];
    }
    const web = "/apis/apps/v1/namespaces/NAMESPACE/deployments/web";

    const application = (environment: keyof typeof old): KubernetesObject =>
      ({
        apiVersion: "argoproj.io/v1alpha1",
        kind: "Application",
        metadata: {
          name: old[environment],
          namespace: "argocd",
          ...(environment === "prod"
            ? { finalizers: ["resources-finalizer.argocd.argoproj.io"] }
            : { annotations: { "argocd.argoproj.io/compare-options": "ServerSideDiff=true" } }),
        },
        spec: {
          project: "default",
          source: { repoURL: estate.url, targetRevision: "main", path: `overlays/${environment}` },
          destination: { server: "https://kubernetes.default.svc", namespace: `shop-${environment}` },
          syncPolicy: {
            automated: { prune: true, selfHeal: true },
            ...(environment === "dev" ? { syncOptions: ["ServerSideApply=true"] } : {}),
          },
        },
      }) as KubernetesObject;

    /** The commands of a section of MIGRATION.md, block by block, with the names that a person puts in. */
    function commandsOf(heading: RegExp, environment: keyof typeof old): string[] {
      const text = readFileSync(join(estate.clone, "deployments/MIGRATION.md"), "utf8");
      const section = text.split(/^## /m).find((part) => heading.test(part)) ?? "";
      const blocks = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands = ""]) => commands);
      return blocks.map((commands) => commands.replace(/\bOLD\b/g, old[environment]).replace(/\bENV\b/g, environment));
    }

    const before = new Map<string, Map<string, object>>();
    /** Every object and pod of an environment is the one that it was before the move. */
    async function expectKept(environment: string): Promise<void> {
      // Controllers would have acted by then.
      await new Promise((next) => setTimeout(next, 3000));
      expect([environment, await live(environment)]).toEqual([environment, before.get(environment)]);
    }

    /** Changes the new overlays, renders and pushes them. */
    async function change(environment: string, edit: (text: string) => string): Promise<string> {
      const file = join(estate.clone, `deployments/overlays/${environment}/index.ts`);
      const text = readFileSync(file, "utf8");
      expect(edit(text)).not.toBe(text);
      writeFileSync(file, edit(text));
      await estate.sh("npm run --silent synth", "deployments");
      return estate.commit("Change the overlays");
    }

    test("it runs", async () => {
      cluster.kubeconfig();
      for (const environment of environments) await cluster.create(application(environment));
      await estate.synced(Object.values(old));
      for (const environment of environments) {
        await cluster.until(`${environment} has all its pods`, async () => {
          const pods = [...(await live(environment)).keys()].filter((key) => key.startsWith("pods "));
          // Two nodes have an agent each, and the autoscaler has set the fewest pods of web.
          return pods.length === 2 + (environment === "prod" ? 3 + 3 : 1 + 2);
        });
        await estate.synced([old[environment]]);
        before.set(environment, await live(environment));
        expect(await keeper(environment, web)).toBe(old[environment]);
      }
    }, 300_000);

    test("slipway import writes overlays that hold the same, and they are pushed", async () => {
      const sources = ["dev", "staging", "prod"].map((name) => `${name}=overlays/${name}`).join(" ");
      const printed = await estate.sh(`npx slipway import ${sources} --repository ${estate.url} --kubernetes 1.34`);
      expect(printed).toContain("38 objects in 3 environments: nothing changes\n");
      await estate.sh("npm run --silent synth", "deployments");
      await estate.commit("What was imported");
    }, 120_000);

    test("a dump of the cluster is imported as what the kustomization holds", async () => {
      const kinds = "deploy,sts,ds,cronjob,rs,pod,svc,endpoints,ing,cm,pvc,sa,hpa,pdb";
      await estate.sh(`kubectl get ${kinds} -n shop-prod -o yaml > dump.yaml; kubectl get namespace shop-prod -o yaml > namespace.yaml`);
      await estate.sh("npx slipway import prod=dump.yaml prod=namespace.yaml --out dumped --kubernetes 1.34");
      await estate.sh("npm run --silent synth", "dumped");

      const { changes } = JSON.parse(await estate.sh("npx slipway review overlays/prod dumped/dist/prod --format json")) as Reviewed;
      expect(changes.map(({ resource, action }) => `${action} ${resource.kind} ${resource.name}`)).toEqual([
        expect.stringMatching(/^remove Secret web-database/),
      ]);
      expect(await estate.sh("kubectl diff --server-side --force-conflicts --field-manager=slipway -k dumped/dist/prod")).toBe("");
      await estate.sh("rm -r dump.yaml namespace.yaml dumped");
    }, 120_000);

    test.each(environments)(
      "%s: each step keeps every object and every pod, and the new Applications hold them",
      async (environment) => {
        const [review = "", ...steps] = commandsOf(new RegExp(`^\\d+\\. ${environment}$`, "m"), environment);
        const removed = JSON.parse(await estate.sh(`${review.trim()} --format json`)) as Reviewed;
        expect(removed.changes.map(({ resource, action }) => `${action} ${resource.kind}`)).toEqual(["remove Secret"]);
        expect(steps).toHaveLength(4);
        for (const step of steps) await estate.sh(step);
        await estate.synced(applied(environment));
        await expectKept(environment);
        expect(await keeper(environment, web)).toBe(`${environment}-web`);
        const names = (await argoCd.applications()).map(({ metadata }) => metadata.name);
        expect(names).not.toContain(environment === "dev" ? old.dev : undefined);
      },
      300_000,
    );

    test.each(environments)(
      "%s: with pruning and finalizers on as it says, nothing goes",
      async (environment) => {
        const pushed = await change(environment, (text) => text.replace(/^ *prune: false,\n *finalizer: "none",\n/m, ""));
        await estate.synced([environment], pushed);
        await estate.synced(applied(environment));
        for (const name of applied(environment)) await argoCd.refresh(name, "hard");
        await estate.synced(applied(environment));
        const states = (await argoCd.applications()).filter(({ metadata }) => applied(environment).includes(metadata.name));
        expect(JSON.stringify(states)).toContain('"prune":true');
        expect(states.every(({ metadata }) => JSON.stringify(metadata).includes("resources-finalizer.argocd.argoproj.io"))).toBe(true);
        await expectKept(environment);
      },
      300_000,
    );

    test.each(environments)(
      "%s: the way back keeps every object and every pod, too",
      async (environment) => {
        const [check = "", back = ""] = commandsOf(/^The way back$/m, environment);
        expect(await estate.sh(check)).not.toBe("");
        await change(environment, (text) =>
          text.replace(/^ {4}repository:/m, '    prune: false,\n    finalizer: "none",\n    repository:'),
        );
        await cluster.until("no Application has a finalizer", async () => (await estate.sh(check)) === "", 120, 1000);
        // A sync that still runs would act on what is deleted meanwhile.
        await estate.synced(applied(environment));
        await estate.sh(back);
        await estate.synced([old[environment]]);
        await expectKept(environment);
        expect(await keeper(environment, web)).toBe(old[environment]);
        const left = (await argoCd.applications())
          .map(({ metadata }) => metadata.name)
          .filter((name) => name.startsWith(`${environment}-`));
        expect(left).toEqual([]);
      },
      300_000,
    );

    test("--cascade=orphan alone deletes what an Application with a finalizer deployed", async () => {
      await estate.sh("kubectl delete application prod -n argocd --cascade=orphan");
      const { status } = await cluster.ask("GET", web.replace("NAMESPACE", "shop-prod"));
      const pods = [...(await live("prod").catch(() => new Map<string, object>())).keys()].filter((key) => key.startsWith("pods web"));
      expect(status === 404 || pods.length === 0).toBe(true);
    }, 180_000);
  });
}, [...clusterPrograms, ...argoCdPrograms]);
