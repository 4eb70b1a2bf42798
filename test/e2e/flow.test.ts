import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { Registry } from "../release/registry-server.ts";
import { writeFiles } from "../write-files.ts";

const needed = ["buildah", "docker-registry", "rsync", "curl"];
const missing = needed.filter((name) => spawnSync("which", [name]).status !== 0);
if (missing.length > 0)
  process.stderr.write(
    `skipped: "from a push to a commit", which needs ${missing.join(", ")}; scripts/install-packages.sh installs them on Debian\n`,
  );

/** What a pipeline of an app asks of the deployments repository. */
interface Asked {
  readonly release: string;
  readonly environment: string;
  readonly token: string;
}

(missing.length > 0 ? describe.skip : describe)("from a push to a commit, with a runner, a builder, a registry and git", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-flow-"));
  const [bare, clone, app, home] = ["deployments.git", "deployments", "app", "home"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  const registry = new Registry();
  const asked: Asked[] = [];
  let gitlab: Server;
  let address = "";
  let sign: (claims: object) => Promise<string>;

  const git = (at: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync("git", args, { cwd: at, encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  };
  const commit = (at: string, message: string) => {
    git(at, "add", "--all");
    git(at, "-c", "user.name=Test", "-c", "user.email=test@dominos.example", "commit", "--quiet", `--message=${message}`);
  };
  const committed = (path: string) => git(folder, "--git-dir", bare, "show", `main:${path}`);

  /** Runs jobs as GitLab's runner would, in a shell. */
  function pipeline(
    at: string,
    jobs: readonly string[],
    variables: Readonly<Record<string, string>>,
    inputs: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number | null; output: string }> {
    const given = [
      ...Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]),
      ...Object.entries(inputs).flatMap(([name, value]) => ["--input", `${name}=${value}`]),
    ];
    const args = [resolve("node_modules/.bin/gitlab-ci-local"), "--force-shell-executor", ...jobs, ...given];
    const child = spawn(process.execPath, args, {
      cwd: at,
      env: { ...asOnARunner(process.env), HOME: home, GCL_IGNORE_PREDEFINED_VARS: Object.keys(variables).join(",") },
    });
    return new Promise((done) => {
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (output += String(part)));
      child.on("exit", (status) => done({ status, output }));
    });
  }

  /** The app's pipeline at a version: build, publish, and ask for the release. */
  const push = async (version: string) => {
    writeFileSync(join(app, "hello"), version);
    commit(app, version);
    const variables = {
      CI_COMMIT_TAG: version,
      CONTAINERS_REGISTRIES_CONF: join(folder, "registries.conf"),
      SLIPWAY_TRIGGER_TOKEN: "trigger",
      SLIPWAY_ID_TOKEN: await sign({ pipeline_id: String(100 + asked.length) }),
    };
    return pipeline(app, [], variables);
  };

  /** The deployments repository's release job, as the trigger starts it. */
  const release = ({ release: wanted, environment, token }: Asked, more: Readonly<Record<string, string>> = {}) => {
    git(clone, "fetch", "--quiet", "origin");
    git(clone, "reset", "--quiet", "--hard", "origin/main");
    const variables = {
      CI_PIPELINE_SOURCE: "trigger",
      CI_SERVER_URL: address,
      CI_PROJECT_URL: `file://${join(folder, "deployments")}`,
      CI_PROJECT_PATH: "deployments",
      CI_DEFAULT_BRANCH: "main",
      ...more,
    };
    return pipeline(clone, ["release"], variables, { release: wanted, environment, "id-token": token });
  };
  const slipway = (...args: string[]) =>
    spawnSync(process.execPath, [join(clone, "bin/slipway.js"), ...args], {
      cwd: clone,
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "" },
    });

  beforeAll(async () => {
    const { privateKey, publicKey } = await generateKeyPair("RS256");
    const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "one", alg: "RS256", use: "sig" }] });
    // What of GitLab the flow asks: its keys, and a trigger that writes down what it is asked for.
    gitlab = createServer(async (request, response) => {
      if (request.url === "/oauth/discovery/keys") return void response.writeHead(200, { "content-type": "application/json" }).end(keys);
      const form = await formOf(request);
      asked.push({
        release: form.get("inputs[release]") ?? "",
        environment: form.get("inputs[environment]") ?? "",
        token: form.get("inputs[id-token]") ?? "",
      });
      response.writeHead(201).end("{}");
    });
    await new Promise<void>((ready) => gitlab.listen(0, "127.0.0.1", ready));
    address = `http://127.0.0.1:${(gitlab.address() as AddressInfo).port}`;
    sign = (claims) =>
      new SignJWT({ project_path: "dominos/backend-app", ref_protected: "true", ...claims })
        .setProtectedHeader({ alg: "RS256", kid: "one" })
        .setIssuer(address)
        .setAudience("slipway")
        .setExpirationTime("10m")
        .sign(privateKey);
    await registry.start();
    writeFileSync(join(folder, "registries.conf"), `[[registry]]\nlocation = "${registry.host}"\ninsecure = true\n`);

    // This repository, with the registry that is at hand.
    git(folder, "clone", "--quiet", resolve("."), clone);
    for (const environment of ["dev", "staging", "prod", "prod-us"]) {
      const file = join(clone, "overlays", environment, "kustomization.yaml");
      writeFileSync(file, readFileSync(file, "utf8").replaceAll(/\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/g, registry.host));
    }
    // It is here, and so is the GitLab whose pipelines release to it.
    const company = join(clone, "overlays/base/company.ts");
    writeFileSync(
      company,
      readFileSync(company, "utf8").replace("https://gitlab.dominos.example/platform/deployments.git", `file://${bare}`),
    );
    const staging = join(clone, "overlays/staging/index.ts");
    writeFileSync(staging, readFileSync(staging, "utf8").replace("releases: {", `releases: { gitlab: "${address}",`));
    const sources = git(clone, "grep", "-l", "dkr.ecr", "--", "overlays")
      .split("\n")
      .filter((path) => path.endsWith(".ts"));
    for (const path of sources) {
      const file = join(clone, path);
      writeFileSync(file, readFileSync(file, "utf8").replaceAll(/\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/g, registry.host));
    }
    // Each job installs for itself; what is done by hand here takes the packages that are there.
    expect(spawnSync("cp", ["-al", resolve("node_modules"), clone]).status).toBe(0);
    expect(slipway("synth")).toMatchObject({ status: 0 });
    commit(clone, "The registry at hand");
    git(folder, "clone", "--quiet", "--bare", clone, bare);
    git(clone, "remote", "set-url", "origin", bare);
    git(clone, "push", "--quiet", "origin", "HEAD:main");
    git(clone, "checkout", "--quiet", "-B", "main");
    // The pipeline includes a file of the protected branch. For an origin that is a folder the runner makes up a host.
    const cloneUrl = "ssh://git@gitlab.com:22/platform/deployments.git";
    const npmrc = ["registry", "cafile"].flatMap((key) => {
      const value = spawnSync("npm", ["config", "get", key], { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } }).stdout.trim();
      return value && value !== "null" ? [`${key}=${value}\n`] : [];
    });
    const authorities = process.env.NODE_EXTRA_CA_CERTS;
    writeFiles(home, {
      ".gitconfig": `[url "${bare}"]\n\tinsteadOf = ${cloneUrl}\n`,
      ".npmrc": [...npmrc, ...(authorities && npmrc.length < 2 ? [`cafile=${authorities}\n`] : [])].join(""),
    });

    writeFiles(app, {
      Dockerfile: "FROM scratch\nCOPY base /base\nCOPY hello /hello\n",
      base: "the same in every version",
      hello: "0",
      ".gitlab-ci.yml": `include:\n  - local: /templates/app.yml\n    inputs: { app: backend-app, image: dominos/backend-app, registry: "${registry.host}", deployments: platform/deployments, gitlab: "${address}", cache: cache/dominos/backend-app }\nstages: [build, deploy]\n`,
    });
    cpSync("templates", join(app, "templates"), { recursive: true });
    git(app, "init", "--quiet", "--initial-branch=main");
    git(app, "remote", "add", "origin", "https://git.example/dominos/backend-app.git");
    commit(app, "First");
    git(app, "update-ref", "refs/remotes/origin/main", "HEAD");
    git(app, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main");
  }, 300_000);
  afterAll(() => {
    registry.stop();
    gitlab.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("an image is built, pushed, and released by tag and digest", async () => {
    const built = await push("3.0.0");
    expect({ status: built.status, output: built.status === 0 ? "" : built.output }).toEqual({ status: 0, output: "" });
    expect(asked).toEqual([
      { release: expect.stringMatching(/^backend-app=3\.0\.0@sha256:[0-9a-f]{64}$/), environment: "staging", token: expect.any(String) },
    ]);
    const layers = await fetch(`http://${registry.host}/v2/cache/dominos/backend-app/tags/list`);
    // Two files, and the label.
    expect(((await layers.json()) as { tags: string[] }).tags).toHaveLength(3);
    const released = await release(asked[0] as Asked);
    expect({ status: released.status, output: released.status === 0 ? "" : released.output }).toEqual({ status: 0, output: "" });
    const digest = asked[0]?.release.split("@")[1];
    expect(committed("dist/staging/backend-app/Deployment.backend-app.k8s.yaml")).toContain(
      `${registry.host}/dominos/backend-app:3.0.0@${digest}`,
    );
    expect(committed("overlays/staging/releases.yaml")).toMatch(/pipeline: 100/);
  }, 300_000);

  test("then it is promoted, rolled back, and what the rollback holds isn't released again", async () => {
    const before = committed("dist/prod/backend-app/Deployment.backend-app.k8s.yaml");
    expect(slipway("promote", "backend-app", "--to", "prod")).toMatchObject({ status: 0 });
    expect(committed("dist/prod/backend-app/Deployment.backend-app.k8s.yaml")).toContain("backend-app:3.0.0@");
    expect(slipway("rollback", "backend-app", "--env", "prod", "--reason", "errors at checkout")).toMatchObject({ status: 0 });
    expect(committed("dist/prod/backend-app/Deployment.backend-app.k8s.yaml")).toBe(before);
    expect(slipway("release", "backend-app=3.0.1", "--env", "prod")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/prod holds .*errors at checkout/),
    });
    expect(committed("dist/prod/backend-app/Deployment.backend-app.k8s.yaml")).toBe(before);
  }, 300_000);

  test("a pipeline of another project releases nothing", async () => {
    const before = git(folder, "--git-dir", bare, "rev-parse", "main");
    const token = await sign({ project_path: "dominos/storefront", pipeline_id: "300" });
    const refused = await release({ release: "backend-app=4.0.0", environment: "staging", token });
    expect(refused.status).not.toBe(0);
    expect(refused.output).toMatch(/dominos\/storefront may not release backend-app/);
    expect(refused.output).not.toContain(token);
    const elsewhere = { release: "backend-app=4.0.0", environment: "staging", token: await sign({ pipeline_id: "301" }) };
    const foreign: Record<string, string>[] = [{ CI_PROJECT_URL: "https://evil.example/x" }, { CI_SERVER_URL: "https://evil.example" }];
    for (const variables of foreign) {
      const { status, output } = await release(elsewhere, variables);
      expect(status).not.toBe(0);
      expect(output).toMatch(/isn't (the address that dist's Applications have|what the overlays of staging say)/);
    }
    expect(git(folder, "--git-dir", bare, "rev-parse", "main")).toBe(before);
  }, 300_000);
});

/** What a runner's shell has of a machine's environment: neither npm's settings nor a developer's, which jobs that hold a token refuse. */
const asOnARunner = (environment: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => /^(PATH|LANG|LC_\w+|TZ|TMPDIR|USER|LOGNAME|\w+_proxy)$/i.test(name)));

/** The fields of a form that curl has sent in parts. */
async function formOf(request: IncomingMessage): Promise<Map<string, string>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const form = await new Response(Buffer.concat(parts), { headers: { "content-type": request.headers["content-type"] ?? "" } }).formData();
  return new Map([...form].map(([name, value]) => [name, String(value)]));
}
