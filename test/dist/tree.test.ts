import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCurrent, marker, planTree, replaceFile, writeTree } from "../../lib/dist/index.ts";
import { writeFiles } from "../write-files.ts";

const text = (body: string) => `${marker} for test\n${body}\n`;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-tree-"));
});
afterEach(() => rmSync(root, { recursive: true }));
const plan = (files: Record<string, string>, owned?: (path: string) => boolean) => planTree(root, new Map(Object.entries(files)), owned);

test("a plan says what is missing, changed, stale, foreign and blocked, and carrying it out makes it current", () => {
  writeFiles(root, { "a/same.yaml": text("1"), "a/changed.yaml": text("1"), "b/stale.yaml": text("1"), "b/notes.txt": "mine" });
  const files = { "a/same.yaml": text("1"), "a/changed.yaml": text("2"), "c/missing.yaml": text("3") };
  const planned = plan(files);
  expect(planned).toMatchObject({
    missing: ["c/missing.yaml"],
    changed: ["a/changed.yaml"],
    stale: ["b/stale.yaml"],
    foreign: ["b/notes.txt"],
    blocked: [],
  });
  writeTree(planned);
  expect(isCurrent(plan(files))).toBe(true);
  expect(readFileSync(join(root, "a/changed.yaml"), "utf8")).toBe(text("2"));
  expect(readdirSync(join(root, "b"))).toEqual(["notes.txt"]);
});

test("a foreign file in a generated one's place, or where a folder has to be, blocks", () => {
  writeFiles(root, { "a.yaml": "mine", b: "mine" });
  expect(plan({ "a.yaml": text("1"), "b/c.yaml": text("1") })).toMatchObject({ blocked: ["a.yaml", "b"], missing: ["b/c.yaml"] });
});

test("only what is owned is looked at", () => {
  writeFiles(root, { "dev/old.yaml": text("1"), "prod/old.yaml": text("1") });
  expect(plan({}, (path) => path.startsWith("dev/")).stale).toEqual(["dev/old.yaml"]);
});

test("what a killed writer left behind goes, and what a running one is writing stays", () => {
  const { pid: gone } = spawnSync(process.execPath, ["-e", ""]);
  writeFiles(root, { [`.slipway-${gone}-00ff.tmp`]: "half", [`.slipway-${process.pid}-00ff.tmp`]: "half", "a.yaml": text("1") });
  expect(plan({ "a.yaml": text("1") })).toMatchObject({ foreign: [], stale: [] });
  expect(readdirSync(root).sort()).toEqual([`.slipway-${process.pid}-00ff.tmp`, "a.yaml"]);
});

test("a failed write leaves the old file and nothing beside it", () => {
  writeFiles(root, { "folder/a.yaml": text("1") });
  expect(() => replaceFile(join(root, "folder"), text("2"))).toThrow();
  expect(existsSync(join(root, "folder/a.yaml"))).toBe(true);
  expect(readdirSync(root)).toEqual(["folder"]);
});
