import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port.ts";

const program = ["/usr/bin/docker-registry", "/usr/local/bin/registry"].find((path) => existsSync(path));

/** A describe that is skipped, saying why, where no registry is installed. */
export function describeWithRegistry(name: string, tests: () => void): void {
  if (!program)
    process.stderr.write(`skipped: "${name}", which needs docker-registry; scripts/install-packages.sh installs it on Debian\n`);
  (program ? describe : describe.skip)(name, tests);
}

/** A real OCI registry on loopback. */
export class Registry {
  readonly #folder = mkdtempSync(join(tmpdir(), "slipway-registry-"));
  #server: ChildProcess | undefined;
  host = "";

  async start(): Promise<void> {
    const port = await freePort();
    this.host = `127.0.0.1:${port}`;
    writeFileSync(
      join(this.#folder, "config.yml"),
      `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${join(this.#folder, "data")} } }\nhttp: { addr: "${this.host}" }\n`,
    );
    this.#server = spawn(program as string, ["serve", join(this.#folder, "config.yml")], { stdio: "ignore" });
    for (let tries = 0; ; tries++) {
      if (
        await fetch(`http://${this.host}/v2/`).then(
          ({ status }) => status === 200 || status === 401,
          () => false,
        )
      )
        return;
      if (tries > 100) throw new Error("the registry doesn't start");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  stop(): void {
    this.#server?.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Pushes an image without layers, and gives the digest of its manifest. @param more makes it another image */
  async push(repository: string, tag: string, more = ""): Promise<string> {
    const config = await this.#pushBlob(
      repository,
      JSON.stringify({ architecture: "amd64", os: "linux", config: { Labels: { more } }, rootfs: { type: "layers", diff_ids: [] } }),
    );
    const type = "application/vnd.oci.image.manifest.v1+json";
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      config: { mediaType: "application/vnd.oci.image.config.v1+json", ...config },
      layers: [],
    });
    return this.#put(repository, tag, type, manifest);
  }

  /** Pushes an index over two images, as builds for several platforms do. */
  async pushIndex(repository: string, tag: string): Promise<string> {
    const manifests = await Promise.all(
      ["amd64", "arm64"].map(async (architecture) => {
        const digest = await this.push(repository, architecture, architecture);
        const response = await this.#ask("HEAD", `/v2/${repository}/manifests/${digest}`);
        return {
          mediaType: "application/vnd.oci.image.manifest.v1+json",
          digest,
          size: Number(response.headers.get("content-length")),
          platform: { architecture, os: "linux" },
        };
      }),
    );
    const type = "application/vnd.oci.image.index.v1+json";
    return this.#put(repository, tag, type, JSON.stringify({ schemaVersion: 2, mediaType: type, manifests }));
  }

  async #put(repository: string, tag: string, type: string, body: string): Promise<string> {
    const { status } = await this.#ask("PUT", `/v2/${repository}/manifests/${tag}`, body, { "content-type": type });
    if (status !== 201) throw new Error(`the registry answers ${status}`);
    return `sha256:${createHash("sha256").update(body).digest("hex")}`;
  }

  async #pushBlob(repository: string, body: string): Promise<{ digest: string; size: number }> {
    const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
    const { headers } = await this.#ask("POST", `/v2/${repository}/blobs/uploads/`);
    const location = new URL(headers.get("location") ?? "", `http://${this.host}`);
    location.searchParams.set("digest", digest);
    await this.#ask("PUT", location.pathname + location.search, body, { "content-type": "application/octet-stream" });
    return { digest, size: Buffer.byteLength(body) };
  }

  #ask(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`http://${this.host}${path}`, {
      method,
      headers: { accept: "application/vnd.oci.image.manifest.v1+json", ...headers },
      ...(body === undefined ? {} : { body }),
    });
  }
}
