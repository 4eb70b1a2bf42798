/**
 * Opens a pull request for the branch that `slipway release --pull-request` pushed, where none is open. Variables: SLIPWAY_BRANCH,
 * SLIPWAY_TARGET (the branch to merge into; default: the repository's own), SLIPWAY_GITHUB_TOKEN, and GITHUB_API_URL, GITHUB_REPOSITORY and
 * GITHUB_OUTPUT, which the runner sets.
 */
import { appendFileSync } from "node:fs";
import { end as endScript, gitHub } from "./api.mjs";

const { SLIPWAY_BRANCH, SLIPWAY_TARGET, SLIPWAY_GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_OUTPUT } = process.env;
const end = (status, message) => endScript("pull-request", status, message);

const needed = { SLIPWAY_BRANCH, SLIPWAY_GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_OUTPUT };
const missing = Object.keys(needed).filter((name) => !needed[name]);
if (missing.length > 0) end(1, `nothing is opened without ${missing.join(", ")}`);
const ask = gitHub("pull-request", {
  403: "the job needs pull-requests: write, and the repository's settings must let workflows open pull requests (Settings, Actions, General)",
  422: "most often the branch holds nothing that its target doesn't, or the target isn't there",
});

const target = SLIPWAY_TARGET || (await ask("GET", "")).default_branch;
if (typeof target !== "string" || target === "") end(1, "GitHub names no default branch of the repository");
const head = `${GITHUB_REPOSITORY.split("/")[0]}:${SLIPWAY_BRANCH}`;

const open = await ask("GET", `/pulls?${new URLSearchParams({ state: "open", head, base: target })}`);
const before = Array.isArray(open) ? open[0] : undefined;
const pull = before ?? (await openPullRequest());
if (!Number.isSafeInteger(pull?.number)) end(1, "GitHub's answer names no number of a pull request");
appendFileSync(GITHUB_OUTPUT, `pull-request=${pull.number}\n`);
process.stdout.write(`pull-request: ${pull.number} is ${before ? "open already" : "opened"}\n`);

/** The commit's own message says what it does: its first line is the title, and what stands below is shown as it is. */
async function openPullRequest() {
  const { commit } = await ask("GET", `/commits/${SLIPWAY_BRANCH.split("/").map(encodeURIComponent).join("/")}`);
  const [title = "", ...rest] = String(commit?.message ?? "").split("\n");
  const details = rest.join("\n").trim();
  const body = details === "" ? "" : `\`\`\`\`\`\`text\n${details}\n\`\`\`\`\`\`\n`;
  return ask("POST", "/pulls", { title: [...title].slice(0, 200).join("") || SLIPWAY_BRANCH, head: SLIPWAY_BRANCH, base: target, body });
}
