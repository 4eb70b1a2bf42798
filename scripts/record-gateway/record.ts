import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { RouteOperation } from "slipway";
import { ask } from "./ask.ts";
import { backendTemplate, type Replies } from "./backend.ts";
import { frontTemplate } from "./front.ts";
import * as own from "./questions.ts";
import {
  type Answer,
  type Asked,
  type Case,
  isAboutRequest,
  type Question,
  type Recorded,
  type RecordedRequest,
  seenOf,
} from "./recording.ts";
import type { Stacks } from "./stacks.ts";

export interface RecordingPlace {
  readonly account: string;
  readonly region: string;
  /** Address of a server that stands for AWS. Default: AWS itself. */
  readonly endpoint?: string | undefined;
}

/** Names of the stacks of a recording. */
const backendStack = "slipway-record-backend";
const frontStack = (index: number) => `slipway-record-front-${index + 1}`;

const known = JSON.parse(readFileSync(new URL("../../test/aws/recorded.json", import.meta.url), "utf8")) as Recorded;
const operations: Recorded["operations"] = { ...known.operations, ...own.operations };
const questions: readonly Question[] = [...known.cases, ...own.questions].filter(({ backendAnswers }) => canAnswer(backendAnswers));
const routing = [...known.routing, ...own.routing];

/** The backend is an API Gateway itself, and sends these under another name. */
function canAnswer(reply: Question["backendAnswers"]): boolean {
  const names = typeof reply === "string" ? [] : Object.keys(reply.headers ?? {});
  return !names.some((name) => ["www-authenticate", "date", "server"].includes(name.toLowerCase()));
}

/** Operations of a stack, which must be small enough to be sent without a bucket. */
const largestStack = 16;
const chunks: readonly Recorded["operations"][] = Array.from(
  { length: Math.ceil(Object.keys(operations).length / largestStack) },
  (_chunk, index) => Object.fromEntries(Object.entries(operations).slice(index * largestStack, (index + 1) * largestStack)),
);

/** All stacks that a recording deploys. */
export const stackNames: readonly string[] = [backendStack, ...chunks.map((_chunk, index) => frontStack(index))];

/** Ids of the replies, by what they are. */
const replyIds = new Map(
  [...new Set(questions.map(({ backendAnswers }) => JSON.stringify(backendAnswers)))].map((reply, index) => [reply, `Reply${index}`]),
);
/** The id of a question's reply. One that the backend doesn't have makes it say what it was asked. */
const replyOf = (question: Question) =>
  isAboutRequest(question) ? "asked" : (replyIds.get(JSON.stringify(question.backendAnswers)) ?? "");
const isProxied = ({ request }: Question) => request.path === "/p";

/** The replies at /d, for operations, and at /p, for the proxy. */
function replies(): Replies {
  const of = (some: readonly Question[]) =>
    Object.fromEntries(
      some.filter((question) => !isAboutRequest(question)).map((question) => [replyOf(question), question.backendAnswers]),
    );
  return { d: of(questions.filter((question) => !isProxied(question))), p: of(questions.filter(isProxied)) };
}

/**
 * Deploys the stacks, asks every question, and gives what was answered. Whoever calls it removes the stacks.
 * @param report hears of every step
 */
export async function record(
  stacks: Stacks,
  place: RecordingPlace,
  report: (step: string) => void,
  signal: AbortSignal,
): Promise<Recorded> {
  const backend = await deploy(backendStack, backendTemplate(replies()));
  const fronts: { readonly operations: Recorded["operations"]; readonly stage: string }[] = [];
  for (const [index, chunk] of chunks.entries())
    fronts.push({ operations: chunk, stage: await deploy(frontStack(index), frontTemplate(chunk, { ...place, backend })) });
  for (const { stage } of fronts) await ready(stage, signal);

  report(`asking ${questions.length + routing.length} questions`);
  const cases: Case[] = [];
  for (const question of questions) {
    signal.throwIfAborted();
    const path = pathOf(question);
    const front = fronts.find((front) => Object.values(front.operations).some((operation) => serves(operation, question.request.path)));
    cases.push(caseOf(question, await asked((front ?? fronts[0])?.stage ?? "", { ...question.request, path })));
  }
  const routed: Recorded["routing"][number][] = [];
  for (const { name, request } of routing) {
    signal.throwIfAborted();
    routed.push({ name, request, served: served(await asked(fronts[0]?.stage ?? "", request)) });
  }
  return { source: sourceOf(place), operations, routing: routed, cases };

  async function deploy(name: string, template: object): Promise<string> {
    signal.throwIfAborted();
    report(`deploying ${name}`);
    const { outputs } = await stacks.create(name, template);
    return stageOf(place, outputs.Api ?? "");
  }
}

const sourceOf = ({ region, endpoint }: RecordingPlace) =>
  `Recorded by \`npm run record:gateway\` on ${new Date().toISOString().slice(0, 10)} ${endpoint ? "from a server that stands for AWS, which proves nothing of the real API Gateway" : `in ${region}`}.`;

/** Address of an API's stage. */
const stageOf = ({ region, endpoint }: RecordingPlace, api: string) =>
  endpoint
    ? `${endpoint}/_aws/execute-api/${api}/live`
    : `https://${api}.execute-api.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}/live`;

/** Waits until a stage that was just deployed serves requests, for at most a minute. */
async function ready(stage: string, signal: AbortSignal): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    const answer = await ask(stage, { method: "GET", path: "/r/ready" }).catch((error: Error) => error);
    if (!(answer instanceof Error) && askedOf(answer)) return;
    if (Date.now() > end)
      throw new Error(`${stage} doesn't serve requests: ${answer instanceof Error ? answer.message : `${answer.status} ${answer.body}`}`);
    await sleep(1000, undefined, { signal });
  }
}

/** Asks once more where a connection breaks: one such question of a hundred shouldn't cost all answers. */
const asked = (stage: string, request: RecordedRequest): Promise<Answer> => ask(stage, request).catch(() => ask(stage, request));

/** The path of a question's request, with the id of the backend's reply where an operation or the proxy serves it. */
function pathOf(question: Question): string {
  const { path } = question.request;
  const isServed = isProxied(question) || Object.values(operations).some((operation) => serves(operation, path));
  return isServed ? `${path.replace(/\/$/, "")}/${replyOf(question)}${path.endsWith("/") ? "/" : ""}` : path;
}

/** Whether an operation's path is that of a request, whatever its method. */
function serves({ path = "" }: RouteOperation, asked: string): boolean {
  const pattern = path.replace(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^/d${pattern}/?$`).test(asked);
}

function caseOf(question: Question, answer: Answer): Case {
  const { name, request, backendAnswers, compares, names } = question;
  const real = seenOf(question, answer, askedOf(answer));
  return { name, request, backendAnswers, compares, ...(names ? { names } : {}), status: answer.status, real };
}

/** What the backend was asked, where an answer is what it says of that: each value after "=". */
function askedOf({ body }: Answer): Asked | undefined {
  try {
    const said = Object.entries(JSON.parse(body) as Asked).map(([name, value]: [string, string]) => [name, value.replace("=", "")]);
    const asked = Object.fromEntries(said) as Partial<Asked>;
    return asked.userAgent === undefined ? undefined : ({ ...asked, userAgent: asked.userAgent.split("_")[0] } as Asked);
  } catch {
    return undefined;
  }
}

/** The path without the name of the backend's stage. */
const served = (answer: Answer) => askedOf(answer)?.path.replace(/^\/live(?=\/)/, "") ?? null;
