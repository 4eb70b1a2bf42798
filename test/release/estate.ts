import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testRun } from "../commands/call.ts";
import { Project } from "../project.ts";

const memory = `resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "16Mi" } }`;
const overlays = {
  "overlays/index.ts": `import { app, environment } from "slipway";
const web = app("web", {
  source: "team/web", namespace: "shop", workload: { kind: "Deployment", replicas: 2 },
  container: { image: "team/web", ports: { http: 8080 }, ${memory}, probes: { readiness: { http: "/ready" } } },
  service: { ports: { http: 80 } },
  jobs: { migrate: { hook: "Sync", container: { args: ["migrate"] } } },
});
const mail = app("mail", {
  source: "team/mail", namespace: "shop", workload: { kind: "Deployment", replicas: 1 },
  container: { image: "team/mail", ${memory} },
  sidecars: { proxy: { image: "docker.io/library/proxy:1", ${memory} } },
});
const canary = web.named("canary");
const settings = { kubernetes: "1.34", cluster: { name: "shop" }, domain: "shop.example", argocd: { repository: "https://git.example/shop.git" } };
export const staging = environment("staging", { ...settings, registry: "registry.example", apps: [web, mail] });
export const prod = environment("prod", { ...settings, cluster: { name: "prod" }, registry: "registry.example", promotesFrom: "staging", apps: [web, canary, mail] });
`,
  ...Object.fromEntries(
    ["staging", "prod"].map((name) => [
      `overlays/${name}/kustomization.yaml`,
      `# Who changes these: slipway, kustomize, people.\nimages:\n- name: registry.example/team/web\n  newTag: 1.0.0 # the first\n- name: registry.example/team/mail\n  newTag: 1.0.0\nresources:\n- ../../dist/${name}\n`,
    ]),
  ),
  ".gitignore": "node_modules\n",
};

const prepared = join(testRun().folder, `estate-${testRun().worker}`);
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A small estate whose main branch lies in a bare repository, as a server would have it. */
export class ReleasedProject extends Project {
  readonly bare: string;

  constructor() {
    super(overlays);
    const folder = mkdtempSync(join(tmpdir(), "slipway-remote-"));
    folders.push(folder);
    this.bare = join(folder, "shop.git");
    if (!existsSync(prepared)) this.#prepare();
    cpSync(join(prepared, "bare"), this.bare, { recursive: true });
    for (const path of ["dist", ".git"]) cpSync(join(prepared, path), join(this.folder, path), { recursive: true });
    this.git("remote", "add", "origin", this.bare);
    this.git("update-ref", "refs/remotes/origin/main", "HEAD");
  }

  /** Renders the estate and commits it: once for all projects of a worker, which get copies. */
  #prepare(): void {
    if (this.slipway("synth").status !== 0) throw new Error("the estate doesn't render");
    this.git("init", "--quiet", "--initial-branch=main", "--template=");
    this.git("config", "user.name", "Test");
    this.git("config", "user.email", "test@dominos.example");
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message=First");
    // Copies of few files are fast: no samples of hooks, and all objects in a pack.
    this.git("repack", "-a", "-d", "--quiet");
    this.git("clone", "--quiet", "--bare", "--no-hardlinks", "--template=", ".", this.bare);
    this.git("--git-dir", this.bare, "remote", "remove", "origin");
    this.git("--git-dir", this.bare, "config", "receive.autogc", "false");
    for (const folder of [join(this.folder, ".git"), this.bare])
      for (const name of ["hooks", "info"]) mkdirSync(join(folder, name), { recursive: true });
    mkdirSync(prepared);
    for (const path of ["dist", ".git"]) renameSync(join(this.folder, path), join(prepared, path));
    renameSync(this.bare, join(prepared, "bare"));
  }

  git(...args: string[]): string {
    const { status, stdout, stderr } = this.run("git", args);
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  }

  /** Releases without asking a registry. */
  release(command: "release" | "promote" | "rollback", ...args: string[]) {
    const quiet = command === "rollback" ? args : [...args, "--no-resolve"];
    return this.slipway(command, ...quiet);
  }

  /** A file as the branch on the server has it. */
  committed(path: string): string {
    return this.git("--git-dir", this.bare, "show", `main:${path}`);
  }

  /** The server's branches that begin so. */
  branches(prefix: string): string[] {
    return this.git("--git-dir", this.bare, "for-each-ref", "--format=%(refname:short)", `refs/heads/${prefix}*`).split("\n");
  }

  /** First lines of the server's commits, newest first. */
  get history(): string[] {
    return this.git("--git-dir", this.bare, "log", "--format=%s", "main").split("\n");
  }
}
