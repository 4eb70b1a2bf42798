import { readFileSync } from "node:fs";

interface Entry {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
}

test("the lock file has a checksum for every package that npm fetches, of other platforms too, and names no registry", () => {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Readonly<Record<string, Entry>> };
  const fetched = Object.entries(packages).filter(([path, { link, inBundle }]) => path !== "" && !link && !inBundle);
  expect(fetched.length).toBeGreaterThan(700);
  expect(fetched.filter(([, { integrity = "" }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity)).map(([path]) => path)).toEqual([]);
  expect(fetched.filter(([, { resolved }]) => resolved)).toEqual([]);
});
