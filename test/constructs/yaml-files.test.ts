import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Yaml } from "cdk8s";
import "../../lib/constructs/index.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-yaml-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What cdk8s alone makes of a file: in a process that knows nothing of slipway. */
const alone = (path: string) =>
  JSON.parse(
    execFileSync(process.execPath, ["-e", `console.log(JSON.stringify(require("cdk8s").Yaml.load(process.argv[1])))`, path], {
      encoding: "utf8",
    }),
  ) as unknown;

const documents = `
# Only a comment.
---
---
{}
---
[]
---
null
---
apiVersion: v1
kind: ConfigMap
metadata: &metadata { name: a, labels: { on: yes, off: no } }
data: { mode: 0755, sexagesimal: 1:30, tilde: ~, date: 2001-12-14, octal: 0o17, binary: !!binary aGVsbG8= }
---
kind: Copy
<<: { a: 1, b: [x] }
metadata: { name: "b", same: |
  two
  lines
  }
---
text
`;

test("a file is read as cdk8s reads it", () => {
  const path = join(folder, "file.yaml");
  writeFileSync(path, documents);
  const found = alone(path) as unknown[];
  expect(found.length).toBeGreaterThan(2);
  expect(JSON.parse(JSON.stringify(Yaml.load(path)))).toEqual(found);
});

test("a file that isn't there is named", () => {
  expect(() => Yaml.load(join(folder, "missing.yaml"))).toThrow(/ENOENT.*missing\.yaml/);
});

test("an integer that would be rounded is a problem", () => {
  const path = join(folder, "integer.yaml");
  writeFileSync(path, "kind: Widget\nspec: { number: 9007199254740993 }\n");
  expect(() => Yaml.load(path)).toThrow("YAML holds the integer 9007199254740993, which can't be kept to its last digit");
});
