/**
 * Posts a file as a note of the merge request, or updates the one it posted before: `node scripts/post-note.mjs review.md`.
 * Takes GitLab's own variables, and a token with the scope api in SLIPWAY_GITLAB_TOKEN.
 */
import { readFileSync } from "node:fs";

const marker = "<!-- slipway review -->";
const { CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, SLIPWAY_GITLAB_TOKEN } = process.env;
const [file] = process.argv.slice(2);
const missing = Object.entries({ CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, SLIPWAY_GITLAB_TOKEN })
  .filter(([, value]) => !value)
  .map(([name]) => name);
if (!file || missing.length > 0) {
  process.stderr.write(`post-note: nothing is posted without ${[...(file ? [] : ["a file"]), ...missing].join(", ")}\n`);
  process.exit(file ? 0 : 2);
}

const notes = `${CI_API_V4_URL}/projects/${encodeURIComponent(CI_PROJECT_ID)}/merge_requests/${encodeURIComponent(CI_MERGE_REQUEST_IID)}/notes`;

async function ask(method, url, body) {
  const response = await fetch(url, {
    method,
    headers: { "private-token": SLIPWAY_GITLAB_TOKEN, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) {
    process.stderr.write(`post-note: GitLab answers ${response.status} to ${method} ${new URL(url).pathname}\n`);
    process.exit(1);
  }
  return response;
}

async function previous() {
  for (let page = "1"; page; ) {
    const response = await ask("GET", `${notes}?per_page=100&page=${encodeURIComponent(page)}`);
    const found = (await response.json()).find(({ body }) => body.startsWith(marker));
    if (found) return found;
    page = response.headers.get("x-next-page") ?? "";
  }
  return undefined;
}

const body = `${marker}\n${readFileSync(file, "utf8")}`;
const note = await previous();
if (!note) await ask("POST", notes, { body });
else if (note.body !== body) await ask("PUT", `${notes}/${note.id}`, { body });
process.stdout.write(
  `post-note: ${note ? (note.body === body ? "the note says so already" : "the note is updated") : "the note is posted"}\n`,
);
