import { spawn } from "node:child_process";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { ReleasedProject } from "./estate.ts";

/** A process that serves a GitLab instance's keys; the real one isn't to be had here. */
async function keyServer(keys: object): Promise<{ issuer: string; stop: () => void }> {
  const program =
    "const b=process.argv[1];const s=require('http').createServer((q,r)=>{r.writeHead(q.url==='/oauth/discovery/keys'?200:404,{'content-type':'application/json'});r.end(b)}).listen(0,'127.0.0.1',()=>console.log(s.address().port))";
  const server = spawn(process.execPath, ["-e", program, JSON.stringify(keys)], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<string>((told) => server.stdout.once("data", (line) => told(String(line).trim())));
  return { issuer: `http://127.0.0.1:${port}`, stop: () => server.kill() };
}

test("a pipeline releases the apps that name its project as their source, and nobody else's", async () => {
  const [own, foreign] = [await generateKeyPair("RS256"), await generateKeyPair("RS256")];
  const { issuer, stop } = await keyServer({ keys: [{ ...(await exportJWK(own.publicKey)), kid: "one", alg: "RS256", use: "sig" }] });
  const project = new ReleasedProject();
  const token = (claims: object, { key = own.privateKey, audience = "slipway", from = issuer, ends = "5m" } = {}) =>
    new SignJWT({ project_path: "team/web", pipeline_id: "41", ref_protected: "true", ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "one" })
      .setIssuer(from)
      .setAudience(audience)
      .setExpirationTime(ends)
      .sign(key);
  const release = (target: string, value: string) =>
    project.run(
      process.execPath,
      [`${process.cwd()}/bin/slipway.js`, "release", target, "--env", "staging", "--no-resolve", "--id-token"],
      { CI_SERVER_URL: issuer, SLIPWAY_ID_TOKEN: value },
    );

  const before = project.history;
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["mail=2", await token({}), /team\/web may not release mail to staging: its source is team\/mail/],
    ["web=2", await token({ ref_protected: "false" }), /isn't protected/],
    ["web=2", await token({}, { key: foreign.privateKey }), /isn't accepted/],
    ["web=2", await token({}, { audience: "other" }), /isn't accepted/],
    ["web=2", await token({}, { from: "https://gitlab.elsewhere.example" }), /isn't accepted/],
    ["web=2", await token({}, { ends: "-5m" }), /isn't accepted/],
    ["web=2", "none", /isn't accepted/],
  ];
  for (const [target, value, message] of refused) {
    const { status, stdout, stderr } = release(target, value);
    expect({ target, status, stderr }).toMatchObject({ target, status: 1, stderr: expect.stringMatching(message) });
    expect(stdout + stderr).not.toContain(value.length > 20 ? value : "eyJ");
  }
  expect(release("web=2", "")).toMatchObject({ status: 2, stderr: expect.stringMatching(/SLIPWAY_ID_TOKEN is empty/) });
  expect(project.history).toEqual(before);

  expect(release("web=2", await token({}))).toMatchObject({ status: 0 });
  expect(project.landed("overlays/staging/releases.yaml")).toMatch(/pipeline: 41/);
  stop();
}, 60_000);
