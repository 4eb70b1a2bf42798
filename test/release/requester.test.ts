import { spawn } from "node:child_process";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { ReleasedProject } from "./estate.ts";

/** A process that serves a GitLab instance's keys; the real one isn't to be had here. */
async function keyServer(keys: object): Promise<{ issuer: string; stop: () => void }> {
  const program =
    "const b=process.argv[1];const s=require('http').createServer((q,r)=>{r.writeHead(q.url==='/oauth/discovery/keys'?200:404,{'content-type':'application/json'});r.end(b)}).listen(0,'127.0.0.1',()=>console.log(s.address().port))";
  const server = spawn(process.execPath, ["-e", program, JSON.stringify(keys)], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<string>((reported) => server.stdout.once("data", (line) => reported(String(line).trim())));
  return { issuer: `http://127.0.0.1:${port}`, stop: () => server.kill() };
}

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;
const keysOf = async ({ publicKey }: KeyPair) => ({ keys: [{ ...(await exportJWK(publicKey)), kid: "one", alg: "RS256", use: "sig" }] });

let own: KeyPair;
let foreign: KeyPair;
let gitlab: Awaited<ReturnType<typeof keyServer>>;
let elsewhere: Awaited<ReturnType<typeof keyServer>>;
beforeAll(async () => {
  [own, foreign] = [await generateKeyPair("RS256"), await generateKeyPair("RS256")];
  [gitlab, elsewhere] = [await keyServer(await keysOf(own)), await keyServer(await keysOf(foreign))];
});
afterAll(() => {
  gitlab.stop();
  elsewhere.stop();
});

const token = (claims: object = {}, { key = own.privateKey, audience = "slipway", from = gitlab.issuer, ends = "5m" } = {}) =>
  new SignJWT({ project_path: "team/web", pipeline_id: "41", ref_protected: "true", user_login: "ada", ...claims })
    .setProtectedHeader({ alg: "RS256", kid: "one" })
    .setIssuer(from)
    .setAudience(audience)
    .setExpirationTime(ends)
    .sign(key);

/** An estate whose overlays, as the server's branch has them, say whom releases come from. */
function trusting(releases: Readonly<Record<"staging" | "prod", object>>): ReleasedProject {
  const project = new ReleasedProject();
  let text = project.read("overlays/index.ts");
  for (const [name, said] of Object.entries(releases))
    text = text.replace(`environment("${name}", {`, `environment("${name}", { releases: ${JSON.stringify(said)},`);
  project.write({ "overlays/index.ts": text });
  project.git("commit", "--quiet", "--all", "--message=Whom releases come from");
  project.git("push", "--quiet", "origin", "main");
  return project;
}
const slipway = (project: ReleasedProject, args: readonly string[], value: string, variables: Record<string, string> = {}) =>
  project.slipwayWith({ SLIPWAY_ID_TOKEN: value, ...variables }, ...args);
const releasing = (target: string, environment = "staging") => ["release", target, "--env", environment, "--no-resolve", "--id-token"];

test("a pipeline releases the apps that name its project as their source, and nobody else's", async () => {
  const project = trusting({ staging: { gitlab: gitlab.issuer }, prod: { gitlab: gitlab.issuer } });
  const before = project.history;
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["mail=2", await token(), /team\/web may not release mail to staging: its source is team\/mail/],
    ["web=2", await token({ ref_protected: "false" }), /isn't protected/],
    ["web=2", await token({ pipeline_id: "0" }), /names no pipeline/],
    ["web=2", await token({}, { key: foreign.privateKey }), /isn't accepted/],
    ["web=2", await token({}, { audience: "other" }), /isn't accepted/],
    ["web=2", await token({}, { from: "https://gitlab.elsewhere.example" }), /isn't accepted/],
    ["web=2", await token({}, { ends: "-5m" }), /isn't accepted/],
    ["web=2", "none", /isn't accepted/],
    ["web=2", "x".repeat(20_000), /more than 16384 characters/],
  ];
  for (const [target, value, message] of refused) {
    const { status, stdout, stderr } = slipway(project, releasing(target), value);
    expect({ target, status, stderr }).toMatchObject({ target, status: 1, stderr: expect.stringMatching(message) });
    expect(stdout + stderr).not.toContain(value.length > 20 ? value : "eyJ");
  }
  expect(slipway(project, releasing("web=2"), "")).toMatchObject({ status: 2, stderr: expect.stringMatching(/SLIPWAY_ID_TOKEN is empty/) });
  expect(project.history).toEqual(before);

  expect(slipway(project, releasing("web=2"), await token())).toMatchObject({ status: 0 });
  expect(project.committed("overlays/staging/releases.yaml")).toMatch(/pipeline: 41\n.*\n\s*by: ada/);
}, 120_000);

test("the overlays of the server's branch say which instance and audience are trusted; no variable of the job does", async () => {
  const project = trusting({ staging: { gitlab: gitlab.issuer, audience: "deployments" }, prod: {} });
  const before = project.history;
  const forged = await token({}, { key: foreign.privateKey, from: elsewhere.issuer, audience: "mine" });
  const foreignVariables: Record<string, string>[] = [
    { CI_SERVER_URL: elsewhere.issuer },
    { CI_SERVER_URL: elsewhere.issuer, SLIPWAY_AUDIENCE: "mine" },
    { SLIPWAY_AUDIENCE: "mine" },
    { CI_API_V4_URL: `${elsewhere.issuer}/api/v4` },
  ];
  for (const variables of foreignVariables) {
    const { status, stderr } = slipway(project, releasing("web=2"), forged, variables);
    expect({ variables, status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/isn't what the overlays of staging say/),
    });
  }
  expect(slipway(project, releasing("web=2"), forged)).toMatchObject({ status: 1, stderr: expect.stringMatching(/isn't accepted/) });

  // What lies in the job's own tree counts no more than its variables.
  const text = project.read("overlays/index.ts");
  project.write({ "overlays/index.ts": text.replaceAll(gitlab.issuer, elsewhere.issuer).replace("deployments", "mine") });
  expect(slipway(project, releasing("web=2"), forged)).toMatchObject({ status: 1, stderr: expect.stringMatching(/isn't accepted/) });
  expect(project.history).toEqual(before);

  const genuine = await token({}, { audience: "deployments" });
  expect(
    slipway(project, releasing("web=2"), genuine, { CI_SERVER_URL: `${gitlab.issuer}/`, CI_API_V4_URL: `${gitlab.issuer}/api/v4` }),
  ).toMatchObject({
    status: 0,
  });
}, 120_000);

test("an environment says whose pipelines may release to it; one that is promoted to takes none unless it says so", async () => {
  const unsaid = trusting({ staging: { gitlab: gitlab.issuer }, prod: { gitlab: gitlab.issuer } });
  expect(slipway(unsaid, releasing("web=2", "prod"), await token())).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/prod takes releases from no pipeline. Images get there by promotion from staging/),
  });
  const said = trusting({
    staging: { gitlab: gitlab.issuer, pipelines: ["team/mail"] },
    prod: { gitlab: gitlab.issuer, pipelines: ["team/web"] },
  });
  expect(slipway(said, releasing("web=2"), await token())).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/team\/web may not release to staging, which takes releases from team\/mail only/),
  });
  expect(slipway(said, releasing("mail=2"), await token({ project_path: "team/mail" }))).toMatchObject({ status: 0 });
  // To be named lets a project move its own apps, not others'.
  expect(slipway(said, releasing("mail=2", "prod"), await token())).toMatchObject({ status: 1 });
  expect(slipway(said, releasing("web=2", "prod"), await token())).toMatchObject({ status: 0 });
}, 120_000);

test("with an ID token there is no way around: promote, rollback, hold, unhold and render are refused", async () => {
  const project = trusting({ staging: { gitlab: gitlab.issuer }, prod: { gitlab: gitlab.issuer } });
  const before = project.history;
  const value = await token();
  for (const args of [
    ["promote", "web", "--to", "prod", "--no-resolve"],
    ["rollback", "web", "--env", "prod"],
    ["hold", "web", "--env", "prod", "--reason", "x"],
    ["unhold", "web", "--env", "prod"],
    ["render"],
  ])
    expect(slipway(project, args, value)).toMatchObject({ status: 1, stderr: expect.stringMatching(/may release, and do nothing else/) });
  expect(project.history).toEqual(before);
}, 120_000);

test("an estate that names no GitLab instance says so", async () => {
  const project = trusting({ staging: {}, prod: {} });
  const text = project.read("overlays/index.ts");
  project.write({ "overlays/index.ts": text.replaceAll("https://git.example/shop.git", "ssh://git@git.example/shop.git") });
  project.git("commit", "--quiet", "--all", "--message=By SSH");
  project.git("push", "--quiet", "origin", "main");
  expect(slipway(project, releasing("web=2"), await token())).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("releases.gitlab"),
  });
}, 60_000);
