import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf, Refused } from "../../lib/release/index.ts";
import { ReleasedProject } from "./estate.ts";
import { describeWithRegistry, Registry } from "./registry-server.ts";

describeWithRegistry("a registry", () => {
  const registry = new Registry();
  beforeAll(() => registry.start());
  afterAll(() => registry.stop());

  test("returns the digest of a tag, and of an index for several platforms", async () => {
    const digest = await registry.push("team/web", "1.0.0");
    expect(await digestOf({ name: `${registry.host}/team/web`, tag: "1.0.0" })).toBe(digest);
    const index = await registry.pushIndex("team/web", "2.0.0");
    expect(await digestOf({ name: `${registry.host}/team/web`, tag: "2.0.0" })).toBe(index);
    expect(await digestOf({ name: `${registry.host}/team/web`, digest })).toBe(digest);
  });

  test("that doesn't have an image, or isn't there, refuses the release with what to do", async () => {
    await expect(digestOf({ name: `${registry.host}/team/web`, tag: "9" })).rejects.toThrow(/has no .*team\/web:9: has it been pushed/);
    await expect(digestOf({ name: "127.0.0.1:1/team/web", tag: "9" })).rejects.toThrow(/can't be asked.*--no-resolve/s);
  });

  test("is asked by a release, which pins tag and digest", async () => {
    const project = new ReleasedProject();
    for (const file of ["overlays/index.ts", "overlays/staging/kustomization.yaml", "overlays/prod/kustomization.yaml"])
      project.write({ [file]: project.read(file).replaceAll("registry.example", registry.host) });
    expect(project.slipway("synth").status).toBe(0);
    project.git("commit", "--all", "--quiet", "--message=Registry");
    project.git("add", "--all");
    project.git("commit", "--quiet", "--allow-empty", "--message=Render");
    project.git("push", "--quiet", "origin", "main");
    const digest = await registry.push("team/web", "1.4.0");
    expect(project.slipway("release", "web=1.4.0", "--env", "staging")).toMatchObject({ status: 0 });
    expect(project.committed("dist/staging/web/Deployment.web.k8s.yaml")).toContain(`${registry.host}/team/web:1.4.0@${digest}`);
    expect(project.slipway("release", "web=1.5.0", "--env", "staging")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/has no/),
    });
    expect(project.slipway("promote", "web", "--to", "prod")).toMatchObject({ status: 0 });
    expect(project.committed("dist/prod/web/Deployment.web.k8s.yaml")).toContain(`${registry.host}/team/web:1.4.0@${digest}`);
  }, 60_000);
});

describe("what registries ask of those who ask", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-docker-"));
  const given = process.env.DOCKER_CONFIG;
  afterAll(() => {
    rmSync(folder, { recursive: true });
    if (given === undefined) delete process.env.DOCKER_CONFIG;
    else process.env.DOCKER_CONFIG = given;
  });
  const digest = `sha256:${"c".repeat(64)}`;

  /** A server that plays a registry's part in the token flow, which Debian's registry has no token server for. */
  async function served(answer: (url: string, authorization: string | undefined) => [number, Record<string, string>, string?]) {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const { url = "", headers } = request;
      asked.push(`${url} ${headers.authorization ?? ""}`);
      const [status, more, body] = answer(url, headers.authorization);
      response.writeHead(status, more).end(request.method === "HEAD" ? undefined : body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { host, asked, stop: () => server.close() };
  }

  test("a token for a password, which goes to the realm alone", async () => {
    const registry = await served((url, authorization) => {
      if (url.startsWith("/token")) return [200, { "content-type": "application/json" }, JSON.stringify({ token: "short-lived" })];
      if (authorization === "Bearer short-lived") return [200, { "docker-content-digest": digest }];
      return [401, { "www-authenticate": `Bearer realm="http://${registry.host}/token",service="registry"` }];
    });
    process.env.DOCKER_CONFIG = folder;
    writeFileSync(
      join(folder, "config.json"),
      JSON.stringify({ auths: { [registry.host]: { auth: Buffer.from("me:hunter2").toString("base64") } } }),
    );
    expect(await digestOf({ name: `${registry.host}/team/web`, tag: "1" })).toBe(digest);
    expect(registry.asked[1]).toBe(
      `/token?service=registry&scope=repository%3Ateam%2Fweb%3Apull Basic ${Buffer.from("me:hunter2").toString("base64")}`,
    );
    expect(registry.asked.filter((entry) => entry.startsWith("/v2") && entry.includes("Basic"))).toEqual([]);
    registry.stop();
  });

  test("no password over plain HTTP to a host that isn't this machine", async () => {
    const registry = await served(() => [401, { "www-authenticate": 'Bearer realm="http://elsewhere.example/token"' }]);
    await expect(digestOf({ name: `${registry.host}/team/web`, tag: "1" })).rejects.toThrow(Refused);
    expect(registry.asked).toHaveLength(1);
    registry.stop();
  });

  test("another try when it is busy, a clear word when it says no", async () => {
    let tries = 0;
    const busy = await served(() => (++tries < 3 ? [503, { "retry-after": "0" }] : [200, { "docker-content-digest": digest }]));
    expect(await digestOf({ name: `${busy.host}/team/web`, tag: "1" })).toBe(digest);
    expect(tries).toBe(3);
    busy.stop();
    const closed = await served(() => [403, {}]);
    await expect(digestOf({ name: `${closed.host}/team/web`, tag: "1" })).rejects.toThrow(/doesn't let us see.*\(403\)/);
    closed.stop();
  }, 20_000);

  test("a bound: an answer without end, and one that isn't finished, are refused", async () => {
    const endless = createServer((request, response) => {
      response.writeHead(200, {});
      if (request.method === "HEAD") return void response.end();
      const chunk = Buffer.alloc(256 * 1024, "a");
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more).on("error", () => {});
      more();
    });
    await new Promise<void>((resolve) => endless.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(endless.address() as AddressInfo).port}`;
    const before = process.memoryUsage().rss;
    await expect(digestOf({ name: `${host}/team/web`, tag: "1" })).rejects.toThrow(/more than 4194304 bytes/);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    endless.closeAllConnections();
    endless.close();
  });

  test.each([
    ["no JSON", "<html>hunter2-token</html>"],
    ["JSON without a token", JSON.stringify({ errors: "hunter2-token" })],
    ["a token that is no text", JSON.stringify({ token: ["hunter2-token"] })],
    ["a token that can't be sent", JSON.stringify({ token: "hunter2-token\n" })],
    ["more than a token", `"${"hunter2-token".repeat(200_000)}"`],
  ])("a token: an answer with %s is refused and not quoted", async (_name, body) => {
    const registry = await served((url) =>
      url.startsWith("/token") ? [200, {}, body] : [401, { "www-authenticate": `Bearer realm="http://${registry.host}/token"` }],
    );
    const error = await digestOf({ name: `${registry.host}/team/web`, tag: "1" }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Refused);
    expect(String((error as Error).stack)).not.toContain("hunter2");
    registry.stop();
  });

  test.each([
    ["prints no JSON", "echo hunter2-secret", /something other than JSON/],
    ["prints JSON that is not an object", `echo '"hunter2-secret"'`, /something other than JSON/],
    ["prints without end", "while :; do echo hunter2-secret-hunter2-secret-hunter2-secret; done", /more than \d+ bytes/],
    ["knows nothing", "echo hunter2-secret; echo hunter2-secret >&2; exit 1", /doesn't let us see/],
  ])("a password: a credential helper that %s is refused by its name and not quoted", async (_name, script, message) => {
    const registry = await served(() => [401, { "www-authenticate": "Basic realm=x" }]);
    const program = join(folder, "docker-credential-test");
    writeFileSync(program, `#!/bin/sh\ncat >/dev/null\n${script}\n`, { mode: 0o755 });
    const path = process.env.PATH;
    process.env.PATH = `${folder}:${path}`;
    process.env.DOCKER_CONFIG = folder;
    writeFileSync(join(folder, "config.json"), JSON.stringify({ credHelpers: { [registry.host]: "test" } }));
    const error = await digestOf({ name: `${registry.host}/team/web`, tag: "1" }).catch((thrown: unknown) => thrown);
    process.env.PATH = path;
    expect(error).toBeInstanceOf(Refused);
    expect((error as Error).message).toMatch(message);
    expect(String((error as Error).stack)).not.toContain("hunter2");
    registry.stop();
  });
});
