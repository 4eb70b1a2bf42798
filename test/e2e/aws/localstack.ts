import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type DeployedStack, Stacks } from "../../../scripts/record-gateway/stacks.ts";
import type { Template } from "../../aws/stacks.ts";
import { freePort } from "../../free-port.ts";
import { tools } from "../../tools-folder.ts";
import { between } from "./supported.ts";

const python = join(tools, "localstack/bin/python");
const isThere = existsSync(python);

/** A describe that is skipped, saying why, where LocalStack isn't installed. */
export function describeWithLocalStack(name: string, tests: () => void): void {
  if (!isThere) process.stderr.write(`skipped: tests of "${name}", which need LocalStack; install it with scripts/install-localstack.sh\n`);
  (isThere ? describe : describe.skip)(name, tests);
}

/** What a client gets of an API. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** What a client asks of an API. */
export interface Question {
  readonly method: string;
  /** As in a URL, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** LocalStack on a port of loopback, with all it writes in a folder that goes with it. It stands for AWS; nothing leaves the machine. */
export class LocalStack {
  readonly #folder = mkdtempSync(join(tmpdir(), "slipway-localstack-"));
  #server: ChildProcess | undefined;
  #port = 0;
  #log = "";

  async start(): Promise<void> {
    this.#port = await freePort();
    const home = join(this.#folder, "home");
    mkdirSync(home);
    const { PATH } = process.env;
    this.#server = spawn(python, ["-m", "localstack.runtime.main"], {
      cwd: this.#folder,
      // Nothing else of this process's environment, which may know of real accounts and of proxies.
      env: { PATH, HOME: home, TMPDIR: this.#folder, FILESYSTEM_ROOT: join(this.#folder, "files"), ...this.#settings },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#server.stdout, this.#server.stderr]) stream?.on("data", (part) => (this.#log += String(part)));
    for (const end = Date.now() + 60_000; !(await this.#isReady()); await sleep(200))
      if (Date.now() > end || this.#server.exitCode !== null) throw new Error(`LocalStack doesn't start:\n${this.#log}`);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server && server.exitCode === null) {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      const timer = setTimeout(() => server.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(timer);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The stacks of an account, whose number LocalStack takes from the access key. */
  stacks(account: string, region: string): Stacks {
    return new Stacks({ region, endpoint: this.url, credentials: { accessKeyId: account, secretAccessKey: "test" }, interval: 100 });
  }

  /** Changes a gateway's stack, in the two steps that LocalStack needs. @throws StackError */
  async update(stacks: Stacks, name: string, before: Template, after: Template): Promise<DeployedStack> {
    await stacks.update(name, between(before, after));
    return stacks.update(name, after);
  }

  /** Asks an API's stage "live", as a client does. @param api its id */
  call(api: string, { method, path, headers = {}, body }: Question): Promise<Answer> {
    const text = body === undefined ? "" : JSON.stringify(body);
    const typed = body === undefined ? headers : { "Content-Type": "application/json", ...headers };
    return this.#ask(`/_aws/execute-api/${api}/live${path}`, method, typed, text);
  }

  /**
   * Puts what an account has before its first stack: the version of CDK's bootstrap stack, which every template asks for.
   * https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping.html
   */
  async bootstrap(account: string, region: string): Promise<void> {
    const Properties = { Name: "/cdk-bootstrap/hnb659fds/version", Type: "String", Value: "28" };
    await this.stacks(account, region).create("CDKToolkit", { Resources: { Version: { Type: "AWS::SSM::Parameter", Properties } } });
  }

  /** Creates a hosted zone. @returns its id */
  async hostedZone(account: string, name: string): Promise<string> {
    const body = `<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>${name}</Name><CallerReference>1</CallerReference></CreateHostedZoneRequest>`;
    const answer = await this.#ask("/2013-04-01/hostedzone", "POST", signed(account, "us-east-1", "route53"), body);
    const [, id] = /<Id>\/hostedzone\/(\w+)<\/Id>/.exec(answer.body) ?? [];
    if (!id) throw new Error(`no hosted zone: ${answer.body}`);
    return id;
  }

  /** What API Gateway's own API says at a path, as of a stage. */
  async describe<T>(account: string, region: string, path: string): Promise<T> {
    const { body } = await this.#ask(path, "GET", signed(account, region, "apigateway"), "");
    return JSON.parse(body) as T;
  }

  get #settings() {
    return {
      GATEWAY_LISTEN: `127.0.0.1:${this.#port}`,
      // The other server, which is the default, listens on every address, whatever GATEWAY_LISTEN says.
      GATEWAY_SERVER: "hypercorn",
      DNS_ADDRESS: "0",
      DISABLE_EVENTS: "1",
      SKIP_SSL_CERT_DOWNLOAD: "1",
      EAGER_SERVICE_LOADING: "0",
      // A type that isn't supported fails the stack; by default it is said to be there.
      CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES: "0",
    };
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await this.#ask("/_localstack/health", "GET", {}, "")).status === 200;
    } catch {
      return false;
    }
  }

  #ask(path: string, method: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asked = request(`${this.url}${path}`, { method, headers }, (response) => {
        let text = "";
        response.on("data", (part) => (text += String(part)));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      });
      asked.on("error", reject);
      asked.end(body || undefined);
    });
  }
}

/** LocalStack reads account, region and service from the signature, and doesn't verify it. */
const signed = (account: string, region: string, service: string) => ({
  Authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

/** LocalStack for a test file's tests. */
export function useLocalStack(): LocalStack {
  const localStack = new LocalStack();
  beforeAll(() => localStack.start(), 90_000);
  afterAll(() => localStack.stop());
  return localStack;
}
