import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { posix } from "node:path";

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

/** What npm would pack, but for what packing compiles. */
function packedFiles(): readonly string[] {
  const options = { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } } as const;
  const [packed] = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], options)) as Packed[];
  return packed?.files.map(({ path }) => path) ?? [];
}

/** Links of a page to other files, as paths in the package. */
function linksOf(page: string): readonly string[] {
  const links = [...readFileSync(page, "utf8").matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  const relative = links.filter((link) => !/^([a-z]+:|#)/.test(link)).map((link) => link.split("#")[0] ?? "");
  return relative.map((link) => posix.join(posix.dirname(page), link).replace(/\/$/, ""));
}

test("every link of the pages in the package leads to something in the package", () => {
  const files = packedFiles();
  const folders = new Set(files.flatMap((path) => path.split("/").map((_part, index, parts) => parts.slice(0, index).join("/"))));
  const pages = files.filter((path) => path.endsWith(".md") && !path.startsWith("lib/"));
  expect(pages).toEqual(expect.arrayContaining(["README.md", "README.ko.md", "docs/commands.md"]));
  const broken = pages.flatMap((page) =>
    linksOf(page)
      .filter((path) => !files.includes(path) && !folders.has(path))
      .map((path) => `${page}: ${path}`),
  );
  expect(broken).toEqual([]);
  expect(linksOf("README.md").length).toBeGreaterThan(20);
});
