import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { homedir, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { KubernetesObject } from "slipway";
import { parseDocument } from "yaml";
import { freePort } from "../free-port.ts";

export const folder =
  process.env.KUBEBUILDER_ASSETS ??
  process.env.SLIPWAY_SERVERS ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "slipway/servers");

/** Minor version of the server that is asked: that of test/e2e/servers/kube, or another that SLIPWAY_KUBERNETES says, in a folder of its own. */
export const kubernetes = process.env.SLIPWAY_KUBERNETES ?? "1.34";
/** A program of the control plane in the folder of the servers. @param version minor version. Default: that of the server that is asked */
export const controlPlane = (name: string, version = kubernetes) => (version === "1.34" ? name : `${version}/${name}`);
const apiServer = controlPlane("kube-apiserver");

/** A describe that is skipped, saying why, where the servers aren't built. @param more servers it needs beside the API server */
export function describeWithServers(name: string, tests: () => void, more: readonly string[] = []): void {
  const missing = [
    ...["etcd", apiServer, ...more].filter((entry) => !existsSync(join(folder, entry))),
    ...(hasOpenssl() ? [] : ["openssl"]),
  ];
  if (missing.length > 0)
    process.stderr.write(`skipped: "${name}", which needs ${missing.join(" and ")}; npm run servers builds the servers\n`);
  (missing.length > 0 ? describe.skip : describe)(name, tests);
}

function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const crds = join(folder, "crds");
/** Whether the CRDs of operators lie beside the servers; those of KUBEBUILDER_ASSETS come without. */
export const hasCrds = existsSync(crds);
if (!hasCrds && existsSync(folder))
  process.stderr.write(
    `not asked: the kinds of Argo CD, Argo Rollouts and External Secrets, whose CRDs aren't in ${crds}; npm run servers puts them there\n`,
  );

export interface CustomResource extends KubernetesObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

/** What the server says of a request. */
interface Answer {
  readonly status: number;
  readonly message: string;
  /** Its `Warning:` headers. */
  readonly warnings: readonly string[];
}

/** The texts of `Warning: 299 - "text"` headers: https://www.rfc-editor.org/rfc/rfc7234#section-5.5 */
const warningsIn = (rawHeaders: readonly string[]) =>
  rawHeaders.flatMap((value, index) =>
    index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === "warning"
      ? [value.replace(/^299 \S+ "(.*)"$/, "$1").replace(/\\(.)/g, "$1")]
      : [],
  );

/** Milliseconds that an answer may take: on a busy machine the server itself gives up after a minute. */
const longestAnswer = 90_000;

/** A real API server on loopback with fresh data, for as long as a test file runs. Nothing it is asked is kept but what `create` makes. */
export class ApiServer {
  readonly #data = mkdtempSync(join(tmpdir(), "slipway-api-server-"));
  readonly #processes: ChildProcess[] = [];
  #isStopped = false;
  #arguments: readonly string[] = [];
  #version: string;
  #agent = new Agent();
  /** For what stays open, which would take the others' sockets. */
  #watchers = new Agent();
  #port = 0;
  readonly #resources = new Map<string, { name: string; namespaced: boolean }>();

  /** @param version minor version of the server. Default: that of the server that is asked */
  constructor(version = kubernetes) {
    this.#version = version;
  }

  /** A program of the control plane, of the server's version. */
  program(name: string): string {
    return controlPlane(name, this.#version);
  }

  async start(): Promise<void> {
    const [etcd, peers, api] = await Promise.all([freePort(), freePort(), freePort()]);
    this.#port = api as number;
    const file = (name: string) => this.file(name);
    this.run("etcd", [
      ...["--name=test", `--data-dir=${file("etcd")}`, "--unsafe-no-fsync", "--log-level=error"],
      ...[`--listen-client-urls=http://127.0.0.1:${etcd}`, `--advertise-client-urls=http://127.0.0.1:${etcd}`],
      ...[
        `--listen-peer-urls=http://127.0.0.1:${peers}`,
        `--initial-advertise-peer-urls=http://127.0.0.1:${peers}`,
        `--initial-cluster=test=http://127.0.0.1:${peers}`,
      ],
    ]);
    this.#certificates();
    this.#arguments = [
      ...[
        `--etcd-servers=http://127.0.0.1:${etcd}`,
        "--bind-address=127.0.0.1",
        `--secure-port=${api}`,
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",
      ],
      ...[`--tls-cert-file=${file("server.crt")}`, `--tls-private-key-file=${file("server.key")}`, `--client-ca-file=${file("ca.crt")}`],
      ...["--service-cluster-ip-range=10.0.0.0/16", "--authorization-mode=RBAC", "--allow-privileged=true", "--profiling=false"],
      ...[
        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-key-file=${file("account.pub")}`,
        `--service-account-signing-key-file=${file("account.key")}`,
      ],
    ];
    this.run(this.program("kube-apiserver"), this.#arguments);
    const credentials = { ca: readFileSync(file("ca.crt")), cert: readFileSync(file("client.crt")), key: readFileSync(file("client.key")) };
    this.#agent = new Agent({ ...credentials, keepAlive: true, maxSockets: 8 });
    this.#watchers = new Agent(credentials);
    await this.#ready();
  }

  /** Ends the API server, and starts that of another version on the same data and address. @param more programs that end with it */
  async upgrade(version: string, more: readonly string[] = []): Promise<void> {
    const programs = new Set(["kube-apiserver", ...more]);
    const old = this.#processes.filter(({ spawnfile, exitCode }) => exitCode === null && programs.has(basename(spawnfile)));
    await Promise.all(
      old.map((process) => {
        const end = new Promise((ended) => process.once("exit", ended));
        process.kill("SIGKILL");
        return end;
      }),
    );
    this.#processes.splice(0, this.#processes.length, ...this.#processes.filter((process) => !old.includes(process)));
    this.#resources.clear();
    this.#version = version;
    this.run(this.program("kube-apiserver"), this.#arguments);
    await this.#ready();
  }

  async #ready(): Promise<void> {
    for (let tries = 0; ; tries++) {
      const answer = await this.ask("GET", "/readyz").catch(() => undefined);
      if (answer?.status === 200) return;
      if (tries > 600 || this.#processes.some(({ exitCode }) => exitCode !== null)) throw new Error("the API server doesn't get ready");
      await new Promise((next) => setTimeout(next, 100));
    }
  }

  stop(): void {
    this.#isStopped = true;
    for (const process of this.#processes) process.kill("SIGKILL");
    this.#agent.destroy();
    this.#watchers.destroy();
    rmSync(this.#data, { recursive: true, force: true });
  }

  /** Makes an object and keeps it. */
  async create(object: KubernetesObject): Promise<void> {
    const answer = await this.apply(object);
    if (answer.status >= 300) throw new Error(answer.message);
  }

  /** Makes the kinds of Argo CD, Argo Rollouts and External Secrets known, and waits until they are served. */
  async installCrds(): Promise<void> {
    await this.install(readdirSync(crds).map((name) => parseDocument(readFileSync(join(crds, name), "utf8")).toJS() as CustomResource));
  }

  /** Makes kinds known by their CRDs, and waits until they are served. */
  async install(all: readonly CustomResource[]): Promise<void> {
    await Promise.all(all.map((entry) => this.create(entry)));
    for (const { spec } of all) {
      const version = `/apis/${spec.group}/${spec.versions.find(({ served }) => served)?.name}`;
      for (let tries = 0; !this.#resources.has(`${version} ${spec.names.kind}`); tries++) {
        if (tries > 300) throw new Error(`${spec.names.kind} isn't served`);
        if (tries > 0) await new Promise((next) => setTimeout(next, 100));
        await this.#discover(version);
      }
    }
  }

  /** What the server would say of applying an object: server-side, dry run, strict field validation. Undefined when it takes it. */
  async refusal(object: KubernetesObject): Promise<string | undefined> {
    const { status, message } = await this.apply(object, "&dryRun=All&fieldValidation=Strict");
    return status < 300 ? undefined : message;
  }

  /** What the server says of creating an object: dry run, strict field validation. Unlike applying, it allows a list to have two items with one key. */
  async tryToCreate(object: KubernetesObject): Promise<Answer> {
    const path = await this.pathOf(object);
    if (!path) return this.#unknownKind(object);
    return this.ask("POST", `${path.slice(0, path.lastIndexOf("/"))}?dryRun=All&fieldValidation=Strict`, object, "application/json");
  }

  #unknownKind({ apiVersion, kind }: KubernetesObject): Answer & { body: unknown } {
    return { status: 404, message: `the server has no ${apiVersion} ${kind}`, warnings: [], body: {} };
  }

  /** Applies an object as Argo CD does: server-side, as its field manager, over what others say. */
  async apply(object: KubernetesObject, options = ""): Promise<Answer & { body: unknown }> {
    const path = await this.pathOf(object);
    if (!path) return this.#unknownKind(object);
    return this.ask("PATCH", `${path}?fieldManager=argocd-controller&force=true${options}`, object);
  }

  /** Where an object is, to the server; undefined for a kind it doesn't have. */
  async pathOf({ apiVersion, kind, metadata }: KubernetesObject): Promise<string | undefined> {
    const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    if (!this.#resources.has(`${group} ${kind}`)) await this.#discover(group);
    const resource = this.#resources.get(`${group} ${kind}`);
    if (!resource) return undefined;
    const place = resource.namespaced ? `/namespaces/${encodeURIComponent(metadata.namespace ?? "default")}` : "";
    return `${group}${place}/${resource.name}/${encodeURIComponent(metadata.name)}`;
  }

  async #discover(group: string): Promise<void> {
    const { body } = await this.ask("GET", group);
    const { resources = [] } = (body ?? {}) as { resources?: readonly { kind: string; name: string; namespaced: boolean }[] };
    for (const { kind, name, namespaced } of resources)
      if (!name.includes("/")) this.#resources.set(`${group} ${kind}`, { name, namespaced });
  }

  /** Asks the server as its administrator. @throws Error where it gives no answer */
  ask(method: string, path: string, body?: object, type = "application/apply-patch+yaml"): Promise<Answer & { body: unknown }> {
    return new Promise((answer, reject) => {
      const asked = request(
        {
          host: "127.0.0.1",
          port: this.#port,
          method,
          path,
          agent: this.#agent,
          headers: body ? { "content-type": type } : {},
          signal: AbortSignal.timeout(longestAnswer),
        },
        (response) => {
          let text = "";
          response.on("error", reject);
          response.on("data", (part) => (text += String(part)));
          response.on("end", () => {
            const parsed = text.startsWith("{") ? (JSON.parse(text) as { message?: string }) : {};
            answer({
              status: response.statusCode ?? 0,
              message: parsed.message ?? text,
              warnings: warningsIn(response.rawHeaders),
              body: parsed,
            });
          });
        },
      );
      asked.on("error", reject);
      asked.end(body ? JSON.stringify(body) : undefined);
    });
  }

  /** Tells every change of a collection's objects from a version on, in the order they came about. @returns what ends it */
  watch(path: string, resourceVersion: string, onEvent: (event: { readonly type: string; readonly object: unknown }) => void): () => void {
    const asked = request(
      {
        host: "127.0.0.1",
        port: this.#port,
        path: `${path}?watch=true&allowWatchBookmarks=false&resourceVersion=${resourceVersion}`,
        agent: this.#watchers,
      },
      (response) => {
        const lines = createInterface({ input: response });
        lines.on("line", (line) => onEvent(JSON.parse(line)));
        // Its end by us is an error to it.
        lines.on("error", () => undefined);
        response.on("error", () => undefined);
      },
    );
    asked.on("error", () => undefined);
    asked.end();
    return () => asked.destroy();
  }

  /** A file among the server's data, which go with it. */
  file(name: string): string {
    return join(this.#data, name);
  }

  /** The address and credentials of the server's one client, for the programs that stand around it. */
  kubeconfig(): string {
    const base64 = (name: string) => readFileSync(this.file(name)).toString("base64");
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "test", cluster: { server: `https://127.0.0.1:${this.#port}`, "certificate-authority-data": base64("ca.crt") } }],
      users: [{ name: "test", user: { "client-certificate-data": base64("client.crt"), "client-key-data": base64("client.key") } }],
      contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
      "current-context": "test",
    };
    writeFileSync(this.file("kubeconfig"), JSON.stringify(config), { mode: 0o600 });
    return this.file("kubeconfig");
  }

  /** Programs that ended although they should run: their status, and the end of what they said. */
  get ended(): string[] {
    return this.#processes.flatMap(({ exitCode, signalCode, spawnfile }) => {
      if (exitCode === null && signalCode === null) return [];
      const name = basename(spawnfile);
      return [`${name} ended: ${exitCode ?? signalCode}: ${readFileSync(this.file(`${name}.log`), "utf8").slice(-600)}`];
    });
  }

  /** Starts a program that ends with the server, and logs beside its data. @param environment all it gets of one; by default this process', as its folder */
  run(program: string, args: readonly string[], environment?: Readonly<Record<string, string>>, cwd?: string): ChildProcess {
    const log = openSync(this.file(`${basename(program)}.log`), "a");
    const started = spawn(resolve(folder, program), args, {
      stdio: ["ignore", log, log],
      ...(environment ? { env: { ...environment } } : {}),
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.#processes.push(started);
    closeSync(log);
    return started;
  }

  /** The same of an operator, which a cluster starts again when it ends: as when an API isn't served yet that it asks for. */
  runAgain(program: string, args: readonly string[], environment: Readonly<Record<string, string>>, cwd?: string): void {
    this.run(program, args, environment, cwd).once("exit", () => {
      if (!this.#isStopped) setTimeout(() => this.#isStopped || this.runAgain(program, args, environment, cwd), 1000);
    });
  }

  /** A certificate authority of its own, for this server and its one client. */
  #certificates(): void {
    const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: this.#data, stdio: "ignore" });
    mkdirSync(this.#data, { recursive: true });
    openssl(
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-keyout",
      "ca.key",
      "-out",
      "ca.crt",
      "-subj",
      "/CN=test",
      "-days",
      "2",
    );
    for (const [name, subject] of [
      ["server", "/CN=kube-apiserver"],
      ["client", "/O=system:masters/CN=test"],
    ] as const) {
      writeFileSync(join(this.#data, "extensions"), "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n");
      openssl(
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-keyout",
        `${name}.key`,
        "-out",
        `${name}.csr`,
        "-subj",
        subject,
      );
      openssl(
        "x509",
        "-req",
        "-in",
        `${name}.csr`,
        "-CA",
        "ca.crt",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-out",
        `${name}.crt`,
        "-days",
        "2",
        "-extfile",
        "extensions",
      );
    }
    openssl("genrsa", "-out", "account.key", "2048");
    openssl("rsa", "-in", "account.key", "-pubout", "-out", "account.pub");
  }
}
