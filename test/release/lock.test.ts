import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lock, whileLocked } from "../../lib/release/lock.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-lock-"));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
const newPath = () => join(folder, `${count++}.lock`);
const silent = () => {};

test("one after the other, whatever becomes of each", async () => {
  const path = newPath();
  let now = 0;
  const seen: number[] = [];
  const task = (number: number) =>
    whileLocked(path, silent, async () => {
      seen.push(++now);
      await new Promise((done) => setTimeout(done, 10));
      now--;
      if (number === 2) throw new Error("second");
      return number;
    });
  const ends = await Promise.allSettled([1, 2, 3].map(task));
  expect(seen).toEqual([1, 1, 1]);
  expect(ends.map((end) => (end.status === "fulfilled" ? end.value : end.reason.message))).toEqual([1, "second", 3]);
  expect(readdirSync(folder)).toEqual([]);
});

describe("a lock that was left behind is free at once:", () => {
  /** A lock as this process writes it. */
  function written(): Record<string, unknown> {
    const path = newPath();
    const lock = Lock.take(path) as Lock;
    const holder = JSON.parse(readFileSync(path, "utf8"));
    lock.release();
    return holder;
  }
  const gone = () => spawnSync(process.execPath, ["--eval", ""]).pid;
  const cases: Readonly<Record<string, (path: string) => void>> = {
    "of a process that has ended": (path) => writeFileSync(path, JSON.stringify({ ...written(), pid: gone(), started: "1" })),
    "of a process whose number is in use again": (path) => writeFileSync(path, JSON.stringify({ ...written(), started: "1" })),
    "an empty file, as a full disk leaves it": (path) => writeFileSync(path, ""),
    "half a file": (path) => writeFileSync(path, JSON.stringify(written()).slice(0, 20)),
    "a folder": (path) => mkdirSync(join(path, "owner"), { recursive: true }),
    "of another container, not refreshed for long": (path) => {
      writeFileSync(path, JSON.stringify({ ...written(), namespace: "elsewhere" }));
      utimesSync(path, new Date(0), new Date(0));
    },
  };
  test.each(Object.keys(cases))("%s", (name) => {
    const path = newPath();
    cases[name]?.(path);
    const lock = Lock.take(path);
    expect(lock).toBeInstanceOf(Lock);
    (lock as Lock).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("while that of a live process, here or in another container, is not", () => {
    const path = newPath();
    const lock = Lock.take(path) as Lock;
    expect(Lock.take(path)).toMatchObject({ pid: process.pid });
    lock.release();
    const holder = { ...written(), pid: gone(), namespace: "elsewhere" };
    writeFileSync(path, JSON.stringify(holder));
    expect(Lock.take(path)).toEqual(holder);
    rmSync(path);
  });
});

test("who waits for longer than a second says what for", async () => {
  const path = newPath();
  const lock = Lock.take(path) as Lock;
  const messages: string[] = [];
  setTimeout(() => lock.release(), 1500);
  await whileLocked(
    path,
    (message) => messages.push(message),
    async () => {},
  );
  expect(messages).toEqual([
    expect.stringMatching(`waiting for another release to the same branch: process ${process.pid} on this machine`),
  ]);
});

test("many processes that take a lock from one that was killed never have it at the same time", async () => {
  const [path, log] = [newPath(), join(folder, "log")];
  const module = join(process.cwd(), "lib/release/lock.ts");
  // Each appends when it gets in and when it goes; a third of them end without a word while they have it.
  const program = `
    const { createJiti } = await import(${JSON.stringify(join(process.cwd(), "node_modules/jiti/lib/jiti.mjs"))});
    const { whileLocked } = await createJiti("file:///").import(${JSON.stringify(module)});
    const { appendFileSync } = await import("node:fs");
    await whileLocked(${JSON.stringify(path)}, () => {}, async () => {
      appendFileSync(${JSON.stringify(log)}, "in\\n");
      await new Promise((done) => setTimeout(done, 20));
      appendFileSync(${JSON.stringify(log)}, "out\\n");
      if (Number(process.argv[1]) % 3 === 0) process.kill(process.pid, "SIGKILL");
    });`;
  writeFileSync(path, "");
  const processes = Array.from(
    { length: 12 },
    (_name, index) =>
      new Promise((done) =>
        spawn(process.execPath, ["--input-type=module", "--eval", program, String(index)], {
          env: { ...process.env, NODE_OPTIONS: "" },
          stdio: "ignore",
        }).on("exit", done),
      ),
  );
  await Promise.all(processes);
  expect(readFileSync(log, "utf8")).toBe("in\nout\n".repeat(12));
  rmSync(log);
}, 60_000);
