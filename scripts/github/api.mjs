/** Requests to GitHub's API for the scripts beside this file: https://docs.github.com/rest */

/** Characters of an answer. */
const mostAnswer = 20_000_000;

/**
 * Ends a script with a message.
 * @param {string} script its name, which the message begins with
 * @returns {never}
 */
export function end(script, status, message) {
  process.stderr.write(`${script}: ${message}\n`);
  process.exit(status);
}

/**
 * Sends requests about the repository that GITHUB_REPOSITORY names, with the token in SLIPWAY_GITHUB_TOKEN. Any failure ends the script.
 * @param {string} script name of the script that asks
 * @param {(status: number) => string | undefined} explain what a status means, where it means more than its number
 */
export function gitHub(script, explain) {
  const { SLIPWAY_GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY } = process.env;
  if (!/^[\w.-]+\/[\w.-]+$/.test(GITHUB_REPOSITORY)) end(script, 1, "GITHUB_REPOSITORY isn't a repository's name, as owner/name");
  return async (method, path, body) => {
    const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}${path}`, {
      method,
      redirect: "error",
      headers: {
        authorization: `Bearer ${SLIPWAY_GITHUB_TOKEN}`,
        accept: "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        "content-type": "application/json",
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(30_000),
    });
    const what = `${method} ${path.split("?")[0]}`;
    const meaning = method === "GET" ? undefined : explain(response.status);
    if (!response.ok) end(script, 1, `GitHub answers ${response.status} to ${what}${meaning ? `: ${meaning}` : ""}`);
    const text = await textOf(response);
    if (text === undefined) end(script, 1, `GitHub's answer to ${what} has no end`);
    try {
      return JSON.parse(text);
    } catch {
      return end(script, 1, `GitHub's answer to ${what} isn't JSON`);
    }
  };
}

/** The text of an answer; undefined where it is longer than any that is wanted. */
async function textOf(response) {
  let text = "";
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.length > mostAnswer) return undefined;
  }
  return text;
}
