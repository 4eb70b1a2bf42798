import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ecrCredentials } from "../../lib/release/ecr.ts";

/** AWS's library asks a server that answers as ECR's API does; the real one isn't to be had here. */
test("a registry of ECR is entered by the usual AWS credentials", async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.headers["x-amz-target"]} ${String(request.headers.authorization).replace(/Signature=.*/, "")}`);
    const denied = !String(request.headers.authorization).includes("Credential=AKIAEXAMPLE/");
    const body = denied
      ? { __type: "AccessDeniedException", message: "not authorized" }
      : { authorizationData: [{ authorizationToken: Buffer.from("AWS:short-lived").toString("base64") }] };
    response.writeHead(denied ? 400 : 200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const given = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_ECR: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_EC2_METADATA_DISABLED: "true",
  });
  const host = "111111111111.dkr.ecr.eu-west-1.amazonaws.com";
  try {
    expect(await ecrCredentials(host)).toEqual({ user: "AWS", password: "short-lived" });
    expect(asked[0]).toMatch(/GetAuthorizationToken AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d+\/eu-west-1\/ecr\/aws4_request/);
    process.env.AWS_ACCESS_KEY_ID = "AKIAOTHER";
    await expect(ecrCredentials(host)).rejects.toThrow(/AWS gives no password for 111111111111.*ecr:GetAuthorizationToken/s);
  } finally {
    for (const key of Object.keys(process.env)) if (!(key in given)) delete process.env[key];
    Object.assign(process.env, given);
    server.close();
  }
}, 30_000);
