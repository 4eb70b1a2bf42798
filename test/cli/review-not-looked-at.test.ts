import { rmSync } from "node:fs";
import { join } from "node:path";
import { Project } from "../project.ts";
import { describeWithTools } from "../tools.ts";
import { type Report, repository, reviewed, run } from "./review-repository.ts";

const inShort = ({ changes }: Report) =>
  changes.map(({ environment, resource, impact }) => `${environment} ${resource.kind} ${resource.name} ${impact}`);

const config = (value: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web, namespace: shop }\ndata: { a: "${value}" }\n`;
const kustomization = (...resources: string[]) => `resources: [${resources.map((path) => `'${path}'`).join(", ")}]\n`;

describeWithTools(["kustomize", "helm"], "slipway review, where a source can't be rendered", () => {
  const included = {
    "base/kustomization.yaml": kustomization("web.yaml"),
    "base/web.yaml": config("1"),
    "overlays/prod/kustomization.yaml": kustomization("../../base"),
    "overlays/staging/kustomization.yaml": kustomization("../../base"),
    "other/kustomization.yaml": kustomization("web.yaml"),
    "other/web.yaml": config("1"),
  };
  const both = ["overlays/prod ConfigMap web in-place", "overlays/staging ConfigMap web in-place"];

  test("the largest parts of a kustomization with a remote base are compared by themselves", () => {
    const remote = "https://git.example/base?ref=v1";
    const project = repository({
      ...included,
      "all/kustomization.yaml": kustomization("../middle", "../other"),
      "middle/kustomization.yaml": kustomization("../overlays/prod", "../overlays/staging", remote),
    });
    project.write({ "base/web.yaml": config("2") });
    const report = reviewed(project);
    expect(inShort(report)).toEqual(both);
    expect(report.remarks).toMatchObject([
      { what: "remote base", file: "all/kustomization.yaml" },
      { what: "remote base", file: "middle/kustomization.yaml" },
    ]);
    expect(inShort(reviewed(project, "HEAD:", "."))).toEqual(both);
  });

  test("so are those of one that the tool refuses on one side alone", () => {
    const project = repository({ ...included, "all/kustomization.yaml": kustomization("../overlays/prod", "../overlays/staging") });
    project.write({
      "base/web.yaml": config("2"),
      "all/kustomization.yaml": kustomization("../overlays/prod", "../overlays/staging", "nowhere.yaml"),
    });
    const report = reviewed(project);
    expect(inShort(report)).toEqual(expect.arrayContaining(both));
    expect(report.remarks).toMatchObject([{ what: "kustomization", file: "all/kustomization.yaml" }]);
  });

  test("what another kustomization renders is no part by itself", () => {
    const project = repository({
      ...included,
      "all/kustomization.yaml": kustomization("../base", "https://git.example/base"),
    });
    project.write({ "base/web.yaml": config("2") });
    expect(inShort(reviewed(project))).toEqual(both);
  });

  test("a change after which a source can't be rendered is rejected", () => {
    const project = repository(included);
    project.write({ "other/kustomization.yaml": kustomization("nowhere.yaml") });
    const reason = "it can't be rendered any more: kustomize fails: there is no nowhere.yaml";
    const { changes, remarks } = reviewed(project);
    expect(changes).toMatchObject([
      {
        environment: "other",
        resource: { kind: "Kustomization", name: "other" },
        impact: "rejected",
        reason,
        file: "other/kustomization.yaml",
      },
    ]);
    expect(remarks).toMatchObject([{ kind: "not-looked-at", file: "other/kustomization.yaml" }]);
    expect(run(project, "--fail-on", "downtime")).toMatchObject({ status: 1, stdout: expect.stringContaining(reason) });
    expect(run(project, "--format", "markdown").stdout).toMatch(/^### .* Review: rejected\n/);
    expect(inShort(reviewed(project, "HEAD:", "."))).toEqual(["other Kustomization other rejected"]);
  });

  test("the title doesn't say that nothing changes where a source could be rendered on neither side", () => {
    const broken = kustomization("nowhere.yaml");
    const project = repository({ ...included, "other/kustomization.yaml": broken });
    project.write({ "other/kustomization.yaml": `${broken}namePrefix: a-\n` });
    expect(reviewed(project)).toMatchObject({ changes: [], remarks: [{ file: "other/kustomization.yaml" }] });
    expect(run(project, "--format", "markdown").stdout).toMatch(/^### 🟡 Review: not everything was looked at\n/);
    expect(run(project, "--format", "html").stdout).toContain("<title>Review: not everything was looked at</title>");
    expect(run(project).stdout).toMatch(/^Nothing changes in what was looked at; not looked at: 1 kustomization\./);
  });

  test("a source that is named has to be rendered", () => {
    const project = repository(included);
    project.write({ "other/kustomization.yaml": kustomization("nowhere.yaml") });
    expect(run(project, "HEAD:other", "other")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /^the new source can't be looked at: other\/kustomization.yaml: kustomize fails: there is no nowhere.yaml/,
      ),
    });
    expect(run(project, "other", "HEAD:other")).toMatchObject({ status: 2, stderr: expect.stringMatching(/^the old source/) });
  });

  test("neither a component that nothing includes nor an ApplicationSet that stays is a gap", () => {
    const set = (name: string) => `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: { name: ${name} }\nspec: {}\n`;
    const component = (more: string) => `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n${more}`;
    const project = repository({
      ...included,
      "components/alone/kustomization.yaml": component("resources: [web.yaml]\n"),
      "components/alone/web.yaml": config("1"),
      "sets/a.yaml": set("a"),
      "sets/b.yaml": set("b"),
    });
    project.write({ "other/web.yaml": config("2"), "components/alone/web.yaml": config("2") });
    expect(run(project, "--strict")).toMatchObject({ status: 0 });
    expect(run(project, "--strict", "--expect", "in-place")).toMatchObject({ status: 0 });
    project.write({ "sets/b.yaml": `${set("b")}# changed\n` });
    expect(reviewed(project).remarks).toMatchObject([{ what: "ApplicationSet", file: "sets/b.yaml" }]);
    expect(run(project, "--strict")).toMatchObject({ status: 1 });
  });

  test("a file that the clone lacks stops only what reaches it", () => {
    const project = repository({
      ...included,
      "base/web.yaml": config("3"),
      "logo.png": "picture",
      "other/icon.png": "icon",
      "a.yaml": config("1"),
    });
    const lose = (path: string) => {
      const hash = project.run("git", ["rev-parse", `HEAD:${path}`]).stdout.trim();
      rmSync(join(project.folder, ".git/objects", hash.slice(0, 2), hash.slice(2)));
    };
    for (const path of ["logo.png", "other/icon.png"]) lose(path);
    project.write({ "a.yaml": config("2"), "other/web.yaml": config("2") });
    const { changes, remarks } = reviewed(project, "HEAD:", ".");
    expect(changes.map(({ file }) => file)).toEqual(["a.yaml"]);
    expect(remarks).toMatchObject([
      { text: "other/kustomization.yaml: it includes other/icon.png, which is a file that this clone doesn't have" },
    ]);
    lose("base/web.yaml");
    expect(run(project, "HEAD:", ".")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^HEAD:base\/web.yaml: its content isn't in this clone/),
    });
    expect(reviewed(project, "HEAD:a.yaml", "a.yaml").changes).toMatchObject([{ impact: "in-place" }]);
  });

  test("a repository without commits has no commit to compare with", () => {
    const project = Project.bare({ "b.yaml": config("1") });
    expect(project.run("git", ["init", "--quiet"])).toMatchObject({ status: 0 });
    const unknown = run(project, "HEAD:a.yaml", "b.yaml");
    expect(unknown).toMatchObject({ status: 2, stderr: expect.stringContaining('git knows no commit "HEAD"') });
    const alone = run(project);
    expect(alone).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^git knows no commit "HEAD"\n.*Without a commit in a repository of git/),
    });
    expect(`${unknown.stderr}${alone.stderr}`).not.toContain("git fetch");
  });
});
