import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { writeFiles } from "../write-files.ts";

interface Note {
  id: number;
  body: string | null;
  system?: boolean;
  author: { id: number } | null;
}

const marker = "<!-- slipway review -->";
const script = (parse(readFileSync("templates/note.yml", "utf8"))[".slipway-note"] as { script: string[] }).script.join("\n");

describe("the job that posts a review's note", () => {
  let notes: Note[] = [];
  let answered: string[] = [];
  // A server that keeps notes as GitLab's API does, two a page; the real one isn't to be had here.
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the routes of a small server read best one below the other
  const server = createServer(async (request, response) => {
    let text = "";
    request.setEncoding("utf8");
    for await (const part of request) text += String(part);
    const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
    answered.push(`${request.method} ${pathname}`);
    const answer = (status: number, value: unknown, headers = {}) =>
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
    if (request.headers["private-token"] !== "secret") return void answer(401, {});
    if (pathname.endsWith("/user")) return void answer(200, { id: 7 });
    const [, id] = /notes\/(\d+)$/.exec(pathname) ?? [];
    const own = notes.find((note) => String(note.id) === id);
    if (request.method === "PUT" && own?.author?.id !== 7) return void answer(403, {});
    if (request.method === "PUT" && own) own.body = (JSON.parse(text) as Note).body;
    if (request.method === "POST") notes.push({ id: notes.length + 1, body: (JSON.parse(text) as Note).body, author: { id: 7 } });
    const page = Number(searchParams.get("page") ?? "1");
    const endless = notes.length === 0 && answered.length > 2 && searchParams.has("page") && endlessly;
    const next = endless || notes.length > page * 2 ? String(page + 1) : "";
    answer(200, request.method === "GET" ? notes.slice(page * 2 - 2, page * 2) : {}, { "x-next-page": next });
  });
  let endlessly = false;
  let folder: string;
  let address: string;
  beforeAll(async () => {
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`;
  });
  afterAll(() => server.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-note-"));
    writeFiles(folder, { "review.md": "### Review: rollout\n" });
    [notes, answered, endlessly] = [[], [], false];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (more: Readonly<Record<string, string>> = {}) => {
    const variables = {
      PATH: process.env.PATH ?? "",
      CI_BUILDS_DIR: folder,
      CI_API_V4_URL: address,
      CI_PROJECT_ID: "1",
      CI_MERGE_REQUEST_IID: "2",
      SLIPWAY_GITLAB_TOKEN: "secret",
      ...more,
    };
    const child = spawn("sh", ["-c", script], { cwd: folder, env: variables });
    return new Promise<{ status: number | null; output: string }>((ended) => {
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (output += String(part)));
      child.on("close", (status) => ended({ status, output }));
    });
  };

  test("posts it once, and then updates it", async () => {
    expect(await run()).toEqual({ status: 0, output: "note: the note is posted\n" });
    expect(await run()).toEqual({ status: 0, output: "note: the note says so already\n" });
    writeFiles(folder, { "review.md": "### Review: downtime\n" });
    expect(await run()).toEqual({ status: 0, output: "note: the note is updated\n" });
    expect(notes).toEqual([{ id: 1, body: `${marker}\n### Review: downtime\n`, author: { id: 7 } }]);
    expect(readdirSync(folder)).toEqual(["review.md"]);
  });

  test.each([
    ["newlines", "\n"],
    ["carriage returns", "\r"],
    ["line separators", "\u2028"],
    ["spaces", " "],
  ])("reads a review of 400 kB of %s at once", async (_name, character) => {
    const body = `${character.repeat(390_000 / Buffer.byteLength(character))}\n  /close`;
    writeFiles(folder, { "review.md": body });
    const begun = Date.now();
    expect(await run()).toMatchObject({ status: 0 });
    expect(Date.now() - begun).toBeLessThan(5000);
    expect(notes[0]?.body).toBe(`${marker}\n${body.replace("/close", "&#47;close")}`);
  });

  test("takes no note for its own but one that its own user wrote, and stumbles over none", async () => {
    notes = [
      { id: 1, body: `${marker} of somebody else`, author: { id: 8 } },
      { id: 2, body: null, author: { id: 7 } },
      { id: 3, body: `${marker} system`, system: true, author: { id: 7 } },
      { id: 4, body: `${marker} nobody's`, author: null },
    ];
    expect(await run()).toMatchObject({ status: 0, output: "note: the note is posted\n" });
    expect(notes.map(({ body }) => body)).toHaveLength(5);
    expect(await run()).toMatchObject({ output: "note: the note says so already\n" });
    expect(notes[0]?.body).toBe(`${marker} of somebody else`);
  });

  test("reads no pages without end", async () => {
    endlessly = true;
    expect(await run()).toMatchObject({ status: 0 });
    expect(answered.filter((entry) => entry.startsWith("GET")).length).toBeLessThan(60);
  });

  test("posts text alone: no command of GitLab's, no link's target, nothing large", async () => {
    writeFiles(folder, { "review.md": "### Review\n/approve\n  /merge\nsee /a\n" });
    expect(await run()).toMatchObject({ status: 0 });
    expect(notes[0]?.body).toBe(`${marker}\n### Review\n&#47;approve\n  &#47;merge\nsee /a\n`);
    writeFiles(folder, { "review.md": "x".repeat(400_001) });
    expect(await run()).toMatchObject({ status: 1, output: expect.stringContaining("more than 400000 bytes") });
    rmSync(join(folder, "review.md"));
    symlinkSync("/etc/hostname", join(folder, "review.md"));
    expect((await run()).status).not.toBe(0);
    rmSync(join(folder, "review.md"));
    expect(spawnSync("mkfifo", [join(folder, "review.md")]).status).toBe(0);
    expect((await run()).status).not.toBe(0);
    expect(notes).toHaveLength(1);
  });

  test("says what is wrong, without the token", async () => {
    const wrong = await run({ SLIPWAY_GITLAB_TOKEN: "wrong-token" });
    expect(wrong).toEqual({ status: 1, output: "note: GitLab answers 401 to GET /user\n" });
    expect(await run({ SLIPWAY_GITLAB_TOKEN: "" })).toEqual({
      status: 0,
      output: "note: nothing is posted without SLIPWAY_GITLAB_TOKEN\n",
    });
  });
});
