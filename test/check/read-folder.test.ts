import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFolder } from "../../lib/check/folder.ts";
import { describeWithTools, kustomize } from "../tools.ts";
import { writeFiles } from "../write-files.ts";

/** Scalars that YAML's versions and readers take for different things. */
const scalars = [
  ..."yes no on off y n Y N True TRUE tRue ~ null Null NULL nUll".split(" "),
  ..."0755 0o755 +0o7 -0o17 1_000 1e3 1E3 0x1F -0x1 .5 +1 -0 0b11 1.0 010 08 1. 1e 0.1e1 1__0 1.5e+10 0x".split(" "),
  ..."e40 E2 e7973912 E-04 +E0 .E5 .4_ ._E1 -_63 +_.9E3 1E3_ 0o0_6_5 0b_ 0b-1 -0 +0_x1 1e999 0xfffffffffffffffff 0xFFFFFFFFFFFFFFFF _1 -._".split(
    " ",
  ),
  ..."12:30:45 1:20 2001-01-01 2001-01-01T00:00:00Z = <<".split(" "),
  "!!str 5",
  "1,000",
  "'1'",
  "''",
];

const folder = mkdtempSync(join(tmpdir(), "slipway-read-folder-"));
afterAll(() => rmSync(folder, { recursive: true }));

describeWithTools(["yaml2json"], "reading as Kubernetes' own reader", () => {
  test("every scalar that readers disagree on is what Go's reader takes it for", () => {
    const yaml = `apiVersion: v1\nkind: Scalars\n${scalars.map((scalar, index) => `k${index}: ${scalar}\n`).join("")}`;
    writeFiles(folder, { "scalars.yaml": yaml });
    const { manifests, unread } = readFolder(folder, "folder");
    expect(unread).toEqual([]);
    expect(JSON.parse(JSON.stringify(manifests[0]?.object))).toEqual(kustomize.read(yaml));
  });

  test("what Go's reader refuses is refused", () => {
    for (const scalar of [".nan", ".inf", "-.INF", "[a, b", "*nobody"]) {
      writeFiles(folder, { "scalars.yaml": `a: ${scalar}\n` });
      expect([scalar, readFolder(folder, "folder").unread.length]).toEqual([scalar, 1]);
      expect(() => kustomize.read(`a: ${scalar}\n`)).toThrow();
    }
  });
});
