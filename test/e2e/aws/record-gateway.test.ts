import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Recorded } from "../../../scripts/record-gateway/recording.ts";
import { useBackend } from "../../aws/backend.ts";
import { recordedGateway, replayed } from "../../aws/replay.ts";
import { describeWithLocalStack, useLocalStack } from "./localstack.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-recording-"));
afterAll(() => rmSync(folder, { recursive: true }));
const recorderScript = "scripts/record-gateway.ts";
const backendStack = "slipway-record-backend";

interface Run {
  readonly status: number | null;
  readonly said: string;
}

/** `npm run record:gateway`, with an account's credentials. @param watch sees what it says while it runs */
function run(account: string, args: readonly string[], watch: (said: string, recorder: ChildProcess) => void = () => {}): Promise<Run> {
  const { PATH, HOME } = process.env;
  const recorder = spawn("node_modules/.bin/jiti", [recorderScript, "--region", "eu-west-1", ...args], {
    env: {
      PATH,
      HOME,
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
      JITI_FS_CACHE: "false",
      NODE_DISABLE_COMPILE_CACHE: "1",
      NODE_NO_WARNINGS: "1",
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  recorder.stderr?.on("data", (part) => {
    said += String(part);
    watch(said, recorder);
  });
  return new Promise((resolve) => recorder.on("close", (status) => resolve({ status, said })));
}

/** A server on loopback before another one, that refuses requests whose body is of a kind. */
class Refusing {
  readonly #server: Server;

  constructor(target: () => string, refused: RegExp) {
    this.#server = createServer((asked, answer) => {
      const parts: Buffer[] = [];
      asked.on("data", (part: Buffer) => parts.push(part));
      asked.on("end", () => {
        const body = Buffer.concat(parts);
        if (refused.test(body.toString("utf8"))) refuse(answer);
        else pass(asked, body, new URL(target()), answer);
      });
    });
  }

  start(): Promise<string> {
    return new Promise((resolve) => {
      this.#server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`));
    });
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function refuse(answer: ServerResponse): void {
  const error = "<Error><Type>Sender</Type><Code>LimitExceededException</Code><Message>too many APIs</Message></Error>";
  answer.writeHead(400, { "Content-Type": "text/xml" }).end(`<ErrorResponse>${error}</ErrorResponse>`);
}

function pass({ method, url, headers }: IncomingMessage, body: Buffer, { hostname, port }: URL, answer: ServerResponse): void {
  const passed = request({ hostname, port, method, path: url, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  passed.on("error", () => answer.destroy());
  passed.end(body);
}

describeWithLocalStack("npm run record:gateway, of LocalStack", () => {
  const localStack = useLocalStack();
  const backend = useBackend();
  const left = async (account: string) => {
    const names = [backendStack, ...[1, 2, 3, 4].map((index) => `slipway-record-front-${index}`)];
    const there = await Promise.all(names.map((name) => localStack.stacks(account, "eu-west-1").has(name)));
    return names.filter((_name, index) => there[index]);
  };
  const arguments_ = (account: string, output: string, endpoint = localStack.url) => [
    ...["--account", account, "--endpoint", endpoint],
    ...["--output", join(folder, output)],
  ];

  test("it asks every question, writes the answers as data, and removes its stacks", async () => {
    const { status, said } = await run("222222222222", arguments_("222222222222", "whole.json"));
    expect({ status, said }).toMatchObject({ status: 0, said: expect.stringContaining("asking ") });
    expect(await left("222222222222")).toEqual([]);

    const text = readFileSync(join(folder, "whole.json"), "utf8");
    // Nothing of the account or of an API is in it.
    expect(text).not.toMatch(/222222222222|127\.0\.0\.1|execute-api/);
    const recording = JSON.parse(text) as Recorded;
    expect(recording.cases.length).toBeGreaterThan(100);
    expect(recording.cases.filter(({ status, real }) => status === undefined || real === undefined)).toEqual([]);

    // What was recorded of the real service before. LocalStack holds a body against JSON where a method has no model, too.
    const known = JSON.parse(readFileSync("test/aws/recorded.json", "utf8")) as Recorded;
    const before = new Map(known.cases.map(({ name, real }) => [name, real]));
    const again = recording.cases.filter(({ name }) => before.has(name));
    expect(again.length).toBe(known.cases.length - 1);
    const others = again.filter(({ name, real }) => JSON.stringify(real) !== JSON.stringify(before.get(name)));
    expect(others.map(({ name, real }) => [name, real])).toEqual(
      known.cases.filter(({ name }) => / text$/.test(name)).map(({ name }) => [name, '{"message": "Invalid request body"}']),
    );
    expect(recording.routing.find(({ request: { path } }) => path === "/r/test/")).toMatchObject({ served: "/r/test" });
  });

  test("the simulator reads what it writes, and answers most of it as LocalStack does", async () => {
    const recording = JSON.parse(readFileSync(join(folder, "whole.json"), "utf8")) as Recorded;
    const gateway = recordedGateway(recording, "resources", backend.url);
    const agrees = async (recorded: Recorded["cases"][number]) => {
      const simulated = await replayed(recorded, gateway, backend).catch((error: Error) => error.name);
      return JSON.stringify(simulated) === JSON.stringify(recorded.real);
    };
    const agreed: string[] = [];
    for (const recorded of recording.cases) if (await agrees(recorded)) agreed.push(recorded.name);
    expect(agreed.length).toBeGreaterThan(50);
    expect(agreed).toEqual(
      expect.arrayContaining(["a loop", "headers that leave under another name", "a body that doesn't fit its model"]),
    );
  });

  test("credentials of another account are refused before anything is deployed", async () => {
    const { status, said } = await run("333333333333", arguments_("222222222222", "refused.json"));
    expect({ status, said }).toMatchObject({ status: 2, said: expect.stringContaining("the credentials belong to account 333333333333") });
    expect([await left("333333333333"), existsSync(join(folder, "refused.json"))]).toEqual([[], false]);
  });

  test("the stacks are removed when one of them can't be deployed", async () => {
    const refusing = new Refusing(() => localStack.url, /Action=CreateStack&.*StackName=slipway-record-front-3/);
    try {
      const { status, said } = await run("444444444444", arguments_("444444444444", "failed.json", await refusing.start()));
      expect({ status, said }).toMatchObject({ status: 1, said: expect.stringContaining("record:gateway: too many APIs") });
      expect(said).toContain("removing slipway-record-front-2");
      expect([await left("444444444444"), existsSync(join(folder, "failed.json"))]).toEqual([[], false]);
    } finally {
      refusing.stop();
    }
  });

  test("the stacks are removed on Ctrl-C", async () => {
    let isStopped = false;
    const { status, said } = await run("555555555555", arguments_("555555555555", "stopped.json"), (text, recorder) => {
      if (isStopped || !text.includes("deploying slipway-record-front-2")) return;
      isStopped = true;
      recorder.kill("SIGINT");
    });
    expect({ status, said }).toMatchObject({ status: 1, said: expect.stringContaining("record:gateway: stopped by SIGINT") });
    expect(said).toContain("removing slipway-record-backend");
    expect([await left("555555555555"), existsSync(join(folder, "stopped.json"))]).toEqual([[], false]);
  });

  test("what a killed recording left is named, and --remove removes it", async () => {
    const template = { Resources: { Topic: { Type: "AWS::SNS::Topic" } } };
    await localStack.stacks("666666666666", "eu-west-1").create(backendStack, template);
    const refused = await run("666666666666", arguments_("666666666666", "again.json"));
    expect(refused).toMatchObject({ status: 2, said: expect.stringContaining(`the stack ${backendStack} is there already`) });
    expect(await left("666666666666")).toEqual([backendStack]);
    const removed = await run("666666666666", ["--account", "666666666666", "--endpoint", localStack.url, "--remove"]);
    expect(removed).toMatchObject({ status: 0, said: `removing ${backendStack}\n` });
    expect(await left("666666666666")).toEqual([]);
  });
});
