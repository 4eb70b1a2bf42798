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
 * @param {Readonly<Record<number, string>>} meanings what a status of a request that writes means, where it means more than its number
 */
export function gitHub(script, meanings) {
  const { SLIPWAY_GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY } = process.env;
  if (!/^[\w.-]+\/[\w.-]+$/.test(GITHUB_REPOSITORY)) end(script, 1, "GITHUB_REPOSITORY isn't a repository's name, as owner/name");
  return async (method, path, body) => {
    const place = `/repos/${GITHUB_REPOSITORY}${path}`;
    const what = `${method} ${place.split("?")[0]}`;
    const { status, text } = await answerTo(what, `${GITHUB_API_URL}${place}`, method, body);
    const meaning = (method === "GET" ? readingMeanings : meanings)[status];
    if (status >= 300) end(script, 1, `GitHub answers ${status} to ${what}${meaning ? `: ${meaning}` : ""}`);
    if (text === undefined) end(script, 1, `GitHub's answer to ${what} has more than ${mostAnswer} characters`);
    try {
      return JSON.parse(text);
    } catch {
      return end(script, 1, `GitHub's answer to ${what} isn't JSON`);
    }
  };

  async function answerTo(what, address, method, body) {
    try {
      const response = await fetch(address, {
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
      return { status: response.status, text: await textOf(response) };
    } catch (error) {
      return end(script, 1, `GitHub gives no answer to ${what}: ${error.cause?.message ?? error.message}`);
    }
  }
}

const readingMeanings = {
  401: "the token isn't valid",
  404: "it isn't there, or the token may not see it",
  422: "it isn't there",
};

/** The text of an answer; undefined where it is longer than any that is wanted. */
async function textOf(response) {
  let text = "";
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.length > mostAnswer) return undefined;
  }
  return text;
}
