import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { formatImage, type ImageReference, isDigest, parseImage } from "../kubernetes/index.ts";
import { errorMessage, own, readText } from "../outside/index.ts";
import { askHelper, type Credentials, objectIn } from "./credential-helper.ts";
import { ecrCredentials, isEcr } from "./ecr.ts";
import { Refused } from "./refused.ts";

/** Manifests and indexes of images, old and new: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

const mostTries = 4;
/** Milliseconds for an answer with all of its body. */
const timeout = 15_000;
/** Bytes of a manifest; registries take at most 4 MiB. */
const mostBytes = 4 * 1024 * 1024;
/** Bytes of the answer that holds a token. */
const mostTokenBytes = 1024 * 1024;

/**
 * Asks an image's registry for the digest its tag stands for; of an image for many platforms that of their index.
 * @throws Refused when the registry doesn't have it, or doesn't let us in
 */
export async function digestOf(image: ImageReference): Promise<string> {
  const { host, repository } = placeOf(image.name);
  const reference = image.digest ?? image.tag ?? "latest";
  const url = `${schemeOf(host)}://${host}/v2/${repository}/manifests/${encodeURIComponent(reference)}`;
  const head = await asked(url, "HEAD", host, repository);
  const digest = head.headers.get("docker-content-digest");
  if (head.ok && digest && isDigest(digest)) return digest;
  const response = head.ok ? await asked(url, "GET", host, repository) : head;
  if (!response.ok) throw refusal(image, host, response.status);
  const body = await bodyOf(response, mostBytes, host);
  return `sha256:${createHash("sha256").update(body).digest("hex")}`;
}

/** Docker Hub's images need no host, and its API has one of its own. */
function placeOf(name: string): { host: string; repository: string } {
  const { registry: host = "docker.io", repository } = parseImage(name);
  if (host !== "docker.io") return { host, repository };
  return { host: "registry-1.docker.io", repository: repository.includes("/") ? repository : `library/${repository}` };
}

/** A registry on this machine may do without TLS, as for Docker. */
const schemeOf = (host: string) => (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host) ? "http" : "https");

/** Asks, shows who we are where that is wanted, and asks again later where the registry is busy. */
async function asked(url: string, method: string, host: string, repository: string): Promise<Response> {
  let authorization: string | undefined;
  for (let tries = 1; ; tries++) {
    const response = await request(url, method, authorization, host);
    if (response.status === 401 && authorization === undefined) {
      await response.body?.cancel();
      authorization = await authorizationFor(response.headers.get("www-authenticate") ?? "", host, repository);
      if (authorization === undefined) return response;
      continue;
    }
    if ((response.status !== 429 && response.status < 500) || tries >= mostTries) return response;
    await response.body?.cancel();
    const after = Number(response.headers.get("retry-after"));
    await new Promise((resolve) => setTimeout(resolve, Math.min(10_000, after > 0 ? after * 1000 : 300 * 2 ** tries)));
  }
}

async function request(url: string, method: string, authorization: string | undefined, host: string): Promise<Response> {
  const headers = { accept: manifestTypes, ...(authorization ? { authorization } : {}) };
  try {
    return await fetch(url, { method, headers, redirect: "follow", signal: AbortSignal.timeout(timeout) });
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new Refused(`${host} can't be asked for digests: ${errorMessage(cause)}\nUse --no-resolve where it can't be reached.`);
  }
}

/** What a registry's challenge asks for: the password itself, or a token for it: https://distribution.github.io/distribution/spec/auth/token/ */
async function authorizationFor(challenge: string, host: string, repository: string): Promise<string | undefined> {
  const credentials = await credentialsFor(host);
  const basic = credentials && `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64")}`;
  if (/^basic\b/i.test(challenge)) return basic;
  if (!/^bearer\b/i.test(challenge)) return undefined;
  const fields = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key.toLowerCase(), value]));
  const address = fields.get("realm") ?? "";
  const realm = URL.canParse(address) ? new URL(address) : undefined;
  // A password goes only where it is safe on its way.
  if (!realm || (realm.protocol !== "https:" && schemeOf(realm.host) !== "http")) return undefined;
  const service = fields.get("service");
  if (service !== undefined) realm.searchParams.set("service", service);
  realm.searchParams.set("scope", fields.get("scope") ?? `repository:${repository}:pull`);
  const response = await request(realm.href, "GET", basic, realm.host);
  if (!response.ok) return undefined;
  const answer = objectIn((await bodyOf(response, mostTokenBytes, realm.host)).toString("utf8"));
  const token = own(answer, "token") ?? own(answer, "access_token");
  if (typeof token === "string" && /^[\x21-\x7e]+$/.test(token)) return `Bearer ${token}`;
  throw new Refused(`${realm.host} was asked for a token for ${host}, and answers without one: log in again, or use --no-resolve.`);
}

/** The body of an answer, which may have no end. @throws Refused past so many bytes, and when the time is over */
async function bodyOf(response: Response, most: number, host: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of response.body ?? []) {
      parts.push(part);
      length += part.length;
      if (length > most) break;
    }
  } catch {
    throw new Refused(`${host} doesn't finish its answer: try again later, or use --no-resolve.`);
  }
  if (length > most)
    throw new Refused(`${host} answers with more than ${most} bytes, so it is neither a manifest nor a token. Use --no-resolve.`);
  return Buffer.concat(parts);
}

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: unknown }>>;
  readonly credHelpers?: Readonly<Record<string, unknown>>;
  readonly credsStore?: unknown;
}

/** As `docker login`, or a helper such as ecr-login, has left them: https://docs.docker.com/reference/cli/docker/login/#credential-helpers */
async function credentialsFor(host: string): Promise<Credentials | undefined> {
  const config = dockerConfig();
  const keys = host === "registry-1.docker.io" ? ["https://index.docker.io/v1/", "docker.io"] : [host, `https://${host}`];
  const helper = keys.map((key) => own(config.credHelpers, key)).find(Boolean) ?? config.credsStore;
  if (typeof helper === "string" && /^[\w.-]+$/.test(helper)) return askHelper(helper, keys[0] ?? host);
  const auth = keys.map((key) => own(config.auths, key)?.auth).find(Boolean);
  if (!auth && isEcr(host)) return ecrCredentials(host);
  const [user = "", ...password] = Buffer.from(typeof auth === "string" ? auth : "", "base64")
    .toString("utf8")
    .split(":");
  return user ? { user, password: password.join(":") } : undefined;
}

function dockerConfig(): DockerConfig {
  try {
    return (objectIn(readText(join(process.env.DOCKER_CONFIG ?? join(homedir(), ".docker"), "config.json"))) ?? {}) as DockerConfig;
  } catch {
    return {};
  }
}

function refusal(image: ImageReference, host: string, status: number): Refused {
  const shown = formatImage(image);
  if (status === 404) return new Refused(`${host} has no ${shown}: has it been pushed, and is the tag spelt so?`);
  if (status === 401 || status === 403)
    return new Refused(
      `${host} doesn't let us see ${shown} (${status}): log in with docker login or a credential helper, or use --no-resolve.`,
    );
  return new Refused(`${host} answers ${status} for ${shown}: try again later, or use --no-resolve.`);
}
