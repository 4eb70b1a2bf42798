import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Project } from "../project.ts";
import { commit, repository, reviewed, run } from "./review-repository.ts";

const queue = (seconds: number) => `{"Resources":{"Jobs":{"Type":"AWS::SQS::Queue","Properties":{"DelaySeconds":${seconds}}}}}`;
const config = (value: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web, namespace: shop }\ndata: { a: "${value}" }\n`;
/** What `cdk synth` writes beside templates. */
const assembly = {
  "manifest.json": '{"version":"55.0.0","artifacts":{"shop":{"type":"aws:cloudformation:stack"}}}',
  "tree.json": '{"version":"tree-0.1","tree":{}}',
  "shop.assets.json": '{"version":"55.0.0","files":{}}',
};
const within = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
const inShort = ({ changes }: ReturnType<typeof reviewed>) =>
  changes.map(({ environment, resource, impact }) => `${environment} ${resource.kind} ${resource.name} ${impact}`);

describe("slipway review of CloudFormation templates", () => {
  test("compares two folders, and takes nothing of an assembly for a manifest", () => {
    const project = Project.bare({
      ...within("old.out", { ...assembly, "shop.template.json": queue(5) }),
      ...within("cdk.out", { ...assembly, "shop.template.json": queue(6), "tree.json": '{"version":"tree-0.1","tree":{"id":"App"}}' }),
    });
    const report = reviewed(project, "old.out", "cdk.out");
    expect(inShort(report)).toEqual(["shop AWS::SQS::Queue Jobs in-place"]);
    expect(report.remarks).toEqual([]);
    expect(report.changes[0]).toMatchObject({ file: "cdk.out/shop.template.json", action: "change" });
  });

  test("compares the templates of a repository with those of a commit", () => {
    const project = repository({ "stacks/shop.yaml": "Resources:\n  Jobs: { Type: AWS::SQS::Queue, Properties: { DelaySeconds: 5 } }\n" });
    project.write({ "stacks/shop.yaml": "Resources:\n  Jobs: { Type: AWS::SQS::Queue, Properties: { FifoQueue: true } }\n" });
    expect(inShort(reviewed(project, "--base", "HEAD"))).toEqual(["shop AWS::SQS::Queue Jobs data-loss"]);
    expect(run(project, "--base", "HEAD", "--fail-on", "data-loss").status).toBe(1);
  });

  test("puts manifests and templates into one report, and certifies both", () => {
    const project = repository({ "web.yaml": config("1"), ".gitignore": "*.out\n" });
    project.write({
      "web.yaml": config("2"),
      ...within("base.out", { "shop.template.json": queue(5) }),
      ...within("cdk.out", { "shop.template.json": queue(6) }),
    });
    expect(inShort(reviewed(project, "--templates-base", "base.out"))).toEqual([
      "shop AWS::SQS::Queue Jobs in-place",
      expect.stringMatching(/ ConfigMap web in-place$/),
    ]);
    commit(project);
    rmSync(join(project.folder, "cdk.out"), { recursive: true });
    cpSync(join(project.folder, "base.out"), join(project.folder, "cdk.out"), { recursive: true });
    const { stdout, status } = run(project, "--templates-base", "base.out", "--expect", "none");
    expect(stdout).toMatch(/1 resource in 1 stack/);
    expect(status).toBe(0);
  });

  test.each([
    [
      "a folder that isn't there",
      ["--templates-base", "nowhere"],
      /nowhere: is not a folder of templates[\s\S]*npx cdk synth --quiet --output nowhere/,
    ],
    ["the templates of one side only", ["--templates", "cdk.out"], /--templates is given without --templates-base/],
    ["folders beside sources", ["--templates-base", "cdk.out", "cdk.out", "cdk.out"], /--templates-base is for a repository/],
  ])("refuses %s", (_name, args, message) => {
    const project = repository({ "cdk.out/shop.template.json": queue(5) });
    const { status, stdout, stderr } = run(project, ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test("says which file is no template that can be read", () => {
    const project = Project.bare({ "old/shop.json": queue(5), "new/shop.json": queue(5) });
    writeFileSync(join(project.folder, "new/shop.json"), `${queue(5).slice(0, -5)}`);
    const { stdout, stderr } = run(project, "old", "new");
    expect(`${stdout}${stderr}`).toMatch(/new\/shop\.json/);
  });
});
