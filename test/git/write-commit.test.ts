import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Git, writeCommit } from "../../lib/git/index.ts";
import { InputError } from "../../lib/problem/index.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-commit-"));
  git(["init", "--quiet", "clone"], folder);
  mkdirSync(join(folder, "out"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function git(args: readonly string[], cwd = join(folder, "clone"), input = ""): string {
  return execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@dominos.example", ...args], {
    cwd,
    input,
    encoding: "utf8",
  }).trim();
}

type Entry = readonly [mode: string, name: string, content: string | readonly Entry[]];

/** The hash of a tree with whatever names, which git's own commands for people wouldn't write. */
function treeOf(entries: readonly Entry[]): string {
  const lines = entries.map(([mode, name, content]) => {
    const hash =
      mode === "160000"
        ? "1".repeat(40)
        : typeof content === "string"
          ? git(["hash-object", "-w", "--stdin"], undefined, content)
          : treeOf(content);
    const type = mode === "040000" ? "tree" : mode === "160000" ? "commit" : "blob";
    return `${mode} ${type} ${hash}\t${name}\0`;
  });
  return git(["mktree", "-z", "--missing"], undefined, lines.join(""));
}

const written = (entries: readonly Entry[]) =>
  writeCommit(new Git(join(folder, "clone")), git(["commit-tree", "-m", "x", treeOf(entries)]), join(folder, "out"));
const out = (path: string) => join(folder, "out", path);

test("files are written as git has them, links where they lead within the tree", async () => {
  const left = await written([
    ["100644", "a.yaml", "a: 1\r\n"],
    [
      "040000",
      "deep",
      [
        ["120000", "link", "../a.yaml"],
        ["120000", "folder", "../other/."],
      ],
    ],
    ["040000", "other", [["100755", "b.yaml", "b: 1\n"]]],
  ]);
  expect(left).toEqual([]);
  expect(readFileSync(out("deep/link"), "utf8")).toBe("a: 1\r\n");
  expect(readFileSync(out("deep/folder/b.yaml"), "utf8")).toBe("b: 1\n");
  expect(lstatSync(out("a.yaml")).mode & 0o077).toBe(0);
});

test.each([
  ["an absolute path", "/etc/hostname"],
  ["a path above", "../clone"],
  ["a path above, by a link that lies deeper than it seems", "x/../../clone"],
  ["nothing", "nowhere"],
  ["itself", "link"],
  ["nowhere, as it is empty", ""],
  ["a path that is longer than any", `${"./".repeat(2046)}a.yaml`],
  ["a path of more steps than memory has room for", `${"./".repeat(200_000)}a.yaml`],
])("a link to %s isn't written", async (_what, target) => {
  const left = await written([
    ["120000", "link", target],
    ["100644", "a.yaml", "a: 1\n"],
    ["040000", "one", [["040000", "two", [["100644", "a.yaml", "a: 1\n"]]]]],
    ["120000", "x", "one"],
  ]);
  expect(left).toEqual([{ path: "link", what: "link" }]);
  expect(() => lstatSync(out("link"))).toThrow(/ENOENT/);
});

test("names that lead out of the folder are left out", async () => {
  const left = await written([
    ["040000", "..", [["100644", "escaped.yaml", "a: 1\n"]]],
    ["040000", ".GIT", [["100644", "config", "x"]]],
    ["100644", "a.yaml", "a: 1\n"],
    ["160000", "other", ""],
  ]);
  expect(left).toEqual([
    { path: "../escaped.yaml", what: "name" },
    { path: ".GIT/config", what: "name" },
    { path: "other", what: "submodule" },
  ]);
  expect(existsSync(join(folder, "escaped.yaml"))).toBe(false);
  expect(existsSync(out(".GIT"))).toBe(false);
});

test("a file isn't written through a link that has its folder's name", async () => {
  await expect(
    written([
      ["120000", "a", "../clone"],
      ["040000", "a", [["100644", "b.yaml", "b: 1\n"]]],
      ["100644", "c", "x"],
      ["040000", "c", [["100644", "d.yaml", "d: 1\n"]]],
    ]),
  ).rejects.toThrow(InputError);
  expect(existsSync(join(folder, "clone/b.yaml"))).toBe(false);
});
