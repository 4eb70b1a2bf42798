import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { catalogueGroups, hasNoNamespace, ObjectSchemas } from "../../lib/kubernetes/index.ts";
import { load } from "../../lib/kubernetes/schema/load.ts";

interface Group {
  readonly kinds: Readonly<Record<string, unknown>>;
  readonly sources: Readonly<Record<string, string>>;
  readonly scopes: Readonly<Record<string, string>>;
}

test("there is a page that names every group", () => {
  const page = fs.readFileSync(new URL("../../docs/catalogue.md", import.meta.url), "utf8");
  const listed = [...page.matchAll(/^- `([^`]+)`: /gm)].map(([, group]) => group);
  expect(listed).toEqual([...catalogueGroups()].sort());
});

test.each(catalogueGroups())("%s can be read: each kind has a schema without references, a source and a scope", (name) => {
  const { kinds, sources, scopes } = load<Group>(`crds/${name}`);
  const known = [...new Set(Object.keys(kinds).map((key) => key.slice(key.lastIndexOf("/") + 1)))].sort();
  expect(Object.keys(sources).sort()).toEqual(known);
  expect(Object.keys(scopes).sort()).toEqual(known);
  for (const [key, schema] of Object.entries(kinds)) {
    expect(key.startsWith(`${name}/`)).toBe(true);
    expect(schema).toMatchObject({ type: "object" });
    expect(JSON.stringify(schema)).not.toMatch(/"\$ref":"/);
  }
  expect(Object.values(sources).filter((source) => !/ v\d+\.\d+\.\d+$/.test(source))).toEqual([]);
  expect(Object.values(scopes).filter((scope) => scope !== "Cluster" && scope !== "Namespaced")).toEqual([]);
});

test("objects of a group that the catalogue lacks cost no reading of files", () => {
  const unknown = { apiVersion: "shop.example/v1", kind: "Cache", metadata: { name: "a" } };
  const schemas = new ObjectSchemas("1.34", []);
  schemas.issues(unknown);
  const { readFileSync, readdirSync } = fs;
  let reads = 0;
  const counted =
    <Args extends unknown[], Result>(read: (...args: Args) => Result) =>
    (...args: Args) => {
      reads++;
      return read(...args);
    };
  Object.assign(fs, { readFileSync: counted(readFileSync), readdirSync: counted(readdirSync) });
  syncBuiltinESMExports();
  try {
    for (let count = 0; count < 100; count++) {
      schemas.issues({ ...unknown, kind: `Cache${count}` });
      hasNoNamespace(unknown);
    }
    expect(reads).toBe(0);
  } finally {
    Object.assign(fs, { readFileSync, readdirSync });
    syncBuiltinESMExports();
  }
});
