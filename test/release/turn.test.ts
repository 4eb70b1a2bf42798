import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inTurn } from "../../lib/release/turn.ts";

/** What it is about: nobody else's. */
const what = () => `${process.pid} ${expect.getState().currentTestName}`;
const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("slipway-turn-"));

test("one after the other, whatever becomes of each", async () => {
  let now = 0;
  const seen: number[] = [];
  const one = (number: number) =>
    inTurn(what(), async () => {
      seen.push(++now);
      await new Promise((done) => setTimeout(done, 10));
      now--;
      if (number === 2) throw new Error("second");
      return number;
    });
  const ends = await Promise.allSettled([1, 2, 3].map(one));
  expect(seen).toEqual([1, 1, 1]);
  expect(ends.map((end) => (end.status === "fulfilled" ? end.value : end.reason.message))).toEqual([1, "second", 3]);
});

test("what a killed process held is free", async () => {
  const before = folders();
  const held = await inTurn(what(), async () => folders().find((name) => !before.includes(name)) as string);
  const gone = spawnSync(process.execPath, ["--eval", ""]).pid;
  mkdirSync(join(tmpdir(), held));
  writeFileSync(join(tmpdir(), held, "owner"), String(gone));
  expect(await inTurn(what(), async () => folders().includes(held))).toBe(true);
  expect(folders()).not.toContain(held);
  rmSync(join(tmpdir(), held), { recursive: true, force: true });
});
