import { spawn, spawnSync } from "node:child_process";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/**
 * Git over HTTP on loopback, by git's own http-backend. Of GitLab it has one thing more: after a push it tells a webhook which files
 * changed, in the words of https://docs.gitlab.com/user/project/integrations/webhook_events/#push-events
 */
export class GitHost {
  readonly #folder: string;
  readonly #server: Server = createServer((request, response) => this.#serve(request, response));
  /** Address that hears of pushes; may be set when its server has come up. */
  webhook = "";

  /** @param folder where bare repositories lie as PROJECT.git */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async start(): Promise<void> {
    await new Promise<void>((ready) => this.#server.listen(0, "127.0.0.1", ready));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** @param project as platform/deployments */
  url(project: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${project}.git`;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
    const [, project = ""] = /^\/(.+?)\.git\//.exec(pathname) ?? [];
    const before = this.#main(project);
    const header = (name: string, variable: string) => {
      const value = request.headers[name];
      return typeof value === "string" ? { [variable]: value } : {};
    };
    const backend = spawn("git", ["http-backend"], {
      env: {
        PATH: process.env.PATH ?? "",
        GIT_PROJECT_ROOT: this.#folder,
        GIT_HTTP_EXPORT_ALL: "1",
        // Who is named may push.
        REMOTE_USER: "anybody",
        REQUEST_METHOD: request.method ?? "GET",
        PATH_INFO: pathname,
        QUERY_STRING: search.slice(1),
        ...header("content-type", "CONTENT_TYPE"),
        ...header("content-length", "CONTENT_LENGTH"),
        ...header("content-encoding", "HTTP_CONTENT_ENCODING"),
        ...header("git-protocol", "GIT_PROTOCOL"),
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    request.pipe(backend.stdin);
    backend.stdin.on("error", () => undefined);
    answer(backend.stdout, response);
    backend.on("exit", () => {
      const after = this.#main(project);
      if (before && after && before !== after) void this.#report(project, before, after);
    });
  }

  #git(project: string, ...args: string[]): string {
    return spawnSync("git", ["--git-dir", join(this.#folder, `${project}.git`), ...args], { encoding: "utf8" }).stdout.trim();
  }

  #main(project: string): string {
    return project ? this.#git(project, "rev-parse", "--verify", "--quiet", "refs/heads/main") : "";
  }

  async #report(project: string, before: string, after: string): Promise<void> {
    if (!this.webhook) return;
    const files = this.#git(project, "diff", "--name-only", "--no-renames", before, after).split("\n").filter(Boolean);
    const event = {
      object_kind: "push",
      ref: "refs/heads/main",
      before,
      after,
      project: { web_url: this.url(project).replace(/\.git$/, ""), default_branch: "main" },
      commits: [{ id: after, modified: files, added: [], removed: [] }],
    };
    await fetch(this.webhook, {
      method: "POST",
      headers: { "content-type": "application/json", "x-gitlab-event": "Push Hook" },
      body: JSON.stringify(event),
    }).catch(() => undefined);
  }
}

/** Hands on what a CGI program says: headers, an empty line, a body. */
function answer(from: NodeJS.ReadableStream, response: ServerResponse): void {
  let head: Buffer | undefined = Buffer.alloc(0);
  from.on("data", (part: Buffer) => {
    if (head === undefined) return void response.write(part);
    head = Buffer.concat([head, part]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    const headers = head
      .subarray(0, end)
      .toString()
      .split("\r\n")
      .map((line) => line.split(/:\s*/, 2) as [string, string]);
    const status = headers.find(([name]) => name.toLowerCase() === "status")?.[1] ?? "200";
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers.filter(([name]) => name.toLowerCase() !== "status")));
    response.write(head.subarray(end + 4));
    head = undefined;
  });
  from.on("end", () => {
    if (head !== undefined) response.writeHead(500);
    response.end();
  });
}
