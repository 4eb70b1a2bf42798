/**
 * Posts a review as a comment of a pull request, or updates the one it posted before. It runs nothing of the pull request: the report is a
 * text to it. Variables: SLIPWAY_REPORT (the file), SLIPWAY_PULL_REQUEST (its number), SLIPWAY_GITHUB_TOKEN, SLIPWAY_COMMENT_AUTHOR (default:
 * github-actions[bot], who posts with a job's token), SLIPWAY_HEAD (where the number comes from the pull request's own job: the commit that
 * the pull request must have), and GITHUB_API_URL and GITHUB_REPOSITORY, which the runner sets.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { end as endScript, gitHub } from "./api.mjs";

const marker = "<!-- slipway review -->";
/** Characters that a comment takes (65,536), with room for the marker, and pages of comments. */
const [mostCharacters, mostPages] = [65_000, 50];
const { SLIPWAY_REPORT, SLIPWAY_PULL_REQUEST, SLIPWAY_GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY } = process.env;
const author = process.env.SLIPWAY_COMMENT_AUTHOR || "github-actions[bot]";

const end = (status, message) => endScript("comment", status, message);
const needed = { SLIPWAY_REPORT, SLIPWAY_PULL_REQUEST, SLIPWAY_GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY };
const missing = Object.keys(needed).filter((name) => !needed[name]);
if (missing.length > 0) end(0, `nothing is posted without ${missing.join(", ")}`);
if (!/^[1-9]\d{0,9}$/.test(SLIPWAY_PULL_REQUEST)) end(1, "SLIPWAY_PULL_REQUEST isn't the number of a pull request");
const ask = gitHub("comment", { 403: "the job needs pull-requests: write" });

/** The report is the pull request's word: a plain file of text, and no more of it than a comment takes. */
function report() {
  const handle = openSync(SLIPWAY_REPORT, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  if (!fstatSync(handle).isFile()) end(1, "the report isn't a file");
  const bytes = Buffer.alloc(mostCharacters * 4);
  const read = readSync(handle, bytes, 0, bytes.length, 0);
  closeSync(handle);
  const text = bytes.subarray(0, read).toString("utf8");
  if (text.length <= mostCharacters) return text;
  // At the end of a line and outside of any block, so that the last sentence is read as one.
  const cut = text.slice(0, text.lastIndexOf("\n<details>", mostCharacters) + 1 || mostCharacters);
  return `${cut}\n\n_The report is cut here; the summary of the job has all of it._\n`;
}

/** Anybody can begin a comment with the marker: ours is one that the token's own user wrote. */
async function previous() {
  for (let page = 1; page <= mostPages; page++) {
    const comments = await ask("GET", `/issues/${SLIPWAY_PULL_REQUEST}/comments?per_page=100&page=${page}`);
    const list = Array.isArray(comments) ? comments : [];
    const found = list.find(({ user, body }) => user?.login === author && typeof body === "string" && body.startsWith(marker));
    if (found || list.length < 100) return found;
  }
  return undefined;
}

if (process.env.SLIPWAY_HEAD) {
  const pull = await ask("GET", `/pulls/${SLIPWAY_PULL_REQUEST}`);
  if (pull?.head?.sha !== process.env.SLIPWAY_HEAD) end(1, `pull request ${SLIPWAY_PULL_REQUEST} has another commit than the one reviewed`);
}
const body = `${marker}\n${report()}`;
const comment = await previous();
if (!comment) await ask("POST", `/issues/${SLIPWAY_PULL_REQUEST}/comments`, { body });
else if (comment.body !== body) await ask("PATCH", `/issues/comments/${encodeURIComponent(comment.id)}`, { body });
const outcome = comment ? (comment.body === body ? "the comment says so already" : "the comment is updated") : "the comment is posted";
process.stdout.write(`comment: ${outcome}\n`);
