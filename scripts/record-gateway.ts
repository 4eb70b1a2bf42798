/**
 * Records how the real API Gateway answers: deploys two kinds of small stacks to an AWS account, asks about a hundred questions, writes the
 * answers in the form of test/aws/recorded.json, and removes the stacks. See docs/gateway.md. No pipeline runs it.
 */
import { existsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type RecordingPlace, record, stackNames } from "./record-gateway/record.ts";
import { Stacks } from "./record-gateway/stacks.ts";

const usage = `npm run record:gateway -- --account 222222222222 --region eu-west-1 --output recorded.json
  --account   account that gets the stacks for some minutes; the credentials must be its own
  --region    its region
  --output    file that gets the answers
  --remove    only removes what a recording left that was killed
  --endpoint  address of a server on this machine that stands for AWS, for tests of this script
Credentials come from where the AWS SDK looks for them, as AWS_PROFILE.`;

class UsageError extends Error {}

interface Arguments extends RecordingPlace {
  readonly output: string | undefined;
}

function readArguments(): Arguments {
  const { values } = read();
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  const { account = "", region = "", output, endpoint, remove = false } = values;
  if (!/^\d{12}$/.test(account)) throw new UsageError("--account must be the 12 digits of an account");
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) throw new UsageError("--region must be a region, as eu-west-1");
  if (endpoint && !/^http:\/\/127\.0\.0\.1:\d+$/.test(endpoint)) throw new UsageError("--endpoint must be http://127.0.0.1:PORT");
  if (process.env.CI && !endpoint) throw new UsageError("a pipeline doesn't record: a person does, in an account of theirs");
  if (!output && !remove) throw new UsageError("--output must name a file");
  if (output && !existsSync(dirname(output))) throw new UsageError(`--output names a file in ${dirname(output)}, which isn't there`);
  return { account, region, endpoint, output: remove ? undefined : output };
}

function read() {
  try {
    const text = { type: "string" } as const;
    return parseArgs({
      options: { help: { type: "boolean" }, account: text, region: text, output: text, endpoint: text, remove: { type: "boolean" } },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

const report = (step: string) => process.stderr.write(`${step}\n`);

async function verifyAccount({ account, region, endpoint }: RecordingPlace): Promise<void> {
  const { Account } = await new STSClient({ region, ...(endpoint ? { endpoint } : {}) }).send(new GetCallerIdentityCommand({}));
  if (Account !== account) throw new UsageError(`the credentials belong to account ${Account}, and --account is ${account}`);
}

async function removeAll(stacks: Stacks): Promise<void> {
  const problems: string[] = [];
  for (const name of [...stackNames].reverse()) {
    if (!(await stacks.has(name))) continue;
    report(`removing ${name}`);
    await stacks.remove(name).catch((error: Error) => problems.push(error.message));
  }
  if (problems.length > 0) throw new Error(`these stacks are still there; run this again with --remove:\n${problems.join("\n")}`);
}

/** Milliseconds between two looks at a stack. */
const intervalOf = ({ endpoint }: RecordingPlace) => (endpoint ? 100 : 3000);

/** Records, and removes the stacks whatever happens. */
async function recordAndRemove(place: RecordingPlace, output: string): Promise<void> {
  const interval = intervalOf(place);
  const removing = new Stacks({ ...place, interval });
  for (const name of stackNames)
    if (await removing.has(name)) throw new UsageError(`the stack ${name} is there already: another recording runs, or use --remove`);
  const stopped = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.on(name, () => {
      report(`${name}: the stacks are removed; this takes some minutes`);
      stopped.abort(new Error(`stopped by ${name}`));
    });
  try {
    const recorded = await record(new Stacks({ ...place, interval, signal: stopped.signal }), place, report, stopped.signal);
    writeFileSync(output, `${JSON.stringify(recorded, null, 2)}\n`);
    report(`${recorded.cases.length} cases and ${recorded.routing.length} routes are in ${output}`);
  } finally {
    await removeAll(removing);
  }
}

try {
  const { output, ...place } = readArguments();
  await verifyAccount(place);
  if (output) await recordAndRemove(place, output);
  else await removeAll(new Stacks({ ...place, interval: intervalOf(place) }));
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(`record:gateway: ${(error as Error).message}\n${isUsage ? `\n${usage}\n` : ""}`);
  process.exitCode = isUsage ? 2 : 1;
}
