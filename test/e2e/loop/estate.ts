import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { Registry } from "../../release/registry-server.ts";
import { writeFiles } from "../../write-files.ts";
import { GitHost } from "./git-host.ts";

const repository = process.cwd();
const estateRegistry = "111111111111.dkr.ecr.eu-west-1.amazonaws.com";
const estateRepository = "https://gitlab.dominos.example/platform/deployments.git";
const estateProvider = 'provider: { aws: { service: "SecretsManager", region } }';
const project = "platform/deployments";

const slipway = join(repository, "bin/slipway.js");

/** Puts slipway, as it is in this tree, and what it needs among the modules of a folder. */
export function linkModules(folder: string): void {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  symlinkSync(repository, join(modules, "slipway"));
  for (const name of ["cdk8s", "cdk8s-plus-27", "constructs", "jiti", ".bin/jiti"])
    symlinkSync(join(repository, "node_modules", name), join(modules, name));
  symlinkSync(slipway, join(modules, ".bin", "slipway"));
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
export interface EstateOptions {
  /** Overlays for the repository and the registry at hand. Default: the estate's own. */
  readonly overlays?: (repository: string, registry: string) => Readonly<Record<string, string>>;
  /** Provider of External Secrets that stands for the estate's own. */
  readonly secrets?: object;
}

interface Pins {
  images: { name: string; newTag: string; digest?: string }[];
}

/** A deployments repository on a git host, with the registry its images are in, and somebody's clone of it. */
export class LoopEstate {
  readonly #folder = mkdtempSync(join(tmpdir(), "slipway-loop-"));
  readonly host = new GitHost(join(this.#folder, "host"));
  readonly registry = new Registry();
  readonly clone = join(this.#folder, "deployments");
  #isUp = false;

  /** The estate's own overlays are taken as they are in this tree, with the git host and the registry that are at hand. */
  async start({ overlays: overlaysFor, secrets }: EstateOptions): Promise<void> {
    this.#isUp = true;
    await Promise.all([this.host.start(), this.registry.start()]);
    const overlays = overlaysFor?.(this.url, this.registry.host);
    const { clone } = this;
    writeFiles(clone, {
      "package.json": '{ "name": "deployments", "type": "module" }\n',
      ".gitignore": "node_modules\n",
      "main.ts": readFileSync("main.ts", "utf8"),
      "cdk8s.yaml": readFileSync("cdk8s.yaml", "utf8"),
      ...overlays,
    });
    linkModules(clone);
    if (!overlays) {
      cpSync("overlays", join(clone, "overlays"), { recursive: true });
      this.edit("overlays/base/company.ts", (text) => {
        const here = text.replace(estateRepository, this.url).replace(estateRegistry, this.registry.host);
        if (here.includes(estateRegistry) || here.includes(estateRepository)) throw new Error("the estate names its hosts in another way");
        return secrets ? here.replace(estateProvider, `provider: ${JSON.stringify(secrets)}`) : here;
      });
    }
    const environments = readdirSync(join(clone, "overlays"), { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name !== "base",
    );
    for (const { name } of environments) await this.#push(name);
    await this.slipway("synth");
    await this.git("init", "--quiet", "--initial-branch=main");
    await this.git("config", "user.name", "Platform");
    await this.git("config", "user.email", "platform@dominos.example");
    const bare = join(this.#folder, "host", `${project}.git`);
    await this.git("init", "--quiet", "--bare", "--initial-branch=main", bare);
    await this.git("remote", "add", "origin", this.url);
    await this.commit("The estate");
  }

  stop(): void {
    if (!this.#isUp) return;
    this.host.stop();
    this.registry.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Where Argo CD and everybody else fetch it. */
  get url(): string {
    return this.host.url(project);
  }

  /** Puts the images an environment pins into the registry, and pins those. */
  async #push(environment: string): Promise<void> {
    const file = join(this.clone, "overlays", environment, "kustomization.yaml");
    const kustomization = parse(readFileSync(file, "utf8").replaceAll(estateRegistry, this.registry.host)) as Pins;
    for (const pin of kustomization.images) {
      if (!pin.name.startsWith(`${this.registry.host}/`)) continue;
      pin.digest = await this.registry.push(pin.name.slice(this.registry.host.length + 1), pin.newTag);
    }
    writeFileSync(file, stringify(kustomization));
  }

  git(...args: string[]): Promise<string> {
    return this.#succeed("git", args);
  }

  /** Runs `slipway` in the clone. @throws Error with all it says unless it ends with status 0 */
  slipway(...args: string[]): Promise<string> {
    return this.#succeed(process.execPath, [slipway, ...args]);
  }

  /** Runs `slipway` where it is to refuse. */
  attempt(...args: string[]): Promise<Ended> {
    return this.#run(process.execPath, [slipway, ...args]);
  }

  async #succeed(command: string, args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.#run(command, args);
    if (status !== 0) throw new Error(`${[command, ...args].join(" ")}: ${status}\n${stdout}${stderr}`);
    return stdout.trim();
  }

  /** Not synchronously: the host that git talks to is of this process. */
  #run(command: string, args: readonly string[]): Promise<Ended> {
    const child = spawn(command, args, {
      cwd: this.clone,
      env: { ...process.env, NODE_OPTIONS: "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new Promise((ended, failed) => {
      const said = { stdout: "", stderr: "" };
      for (const stream of ["stdout", "stderr"] as const) child[stream].on("data", (part) => (said[stream] += String(part)));
      child.on("error", failed);
      child.on("close", (status) => ended({ status, ...said }));
    });
  }

  /** Changes a file by its path in the clone. @throws Error where that changes nothing */
  edit(path: string, change: (text: string) => string): void {
    const file = join(this.clone, path);
    const before = readFileSync(file, "utf8");
    const after = change(before);
    if (after === before) throw new Error(`nothing changes in ${path}`);
    writeFileSync(file, after);
  }

  /** Commits all and pushes it. @returns the commit */
  async commit(message: string): Promise<string> {
    await this.git("add", "--all");
    await this.git("commit", "--quiet", `--message=${message}`);
    await this.git("push", "--quiet", "origin", "HEAD:main");
    return this.git("rev-parse", "HEAD");
  }

  /** Renders what was edited, commits and pushes it, as a merge request that is merged. @returns the commit */
  async push(message: string): Promise<string> {
    await this.slipway("synth");
    return this.commit(message);
  }

  /** Brings the clone to what is on the host, after a release. @returns the commit */
  async pull(): Promise<string> {
    await this.git("fetch", "--quiet", "origin");
    await this.git("reset", "--quiet", "--hard", "origin/main");
    return this.git("rev-parse", "HEAD");
  }
}
