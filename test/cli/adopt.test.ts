import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { type Repository, repositories } from "../foreign-repositories.ts";
import { Project } from "../project.ts";
import { describeWithTools } from "../tools.ts";
import { tools } from "../tools-folder.ts";

describeWithTools(["kustomize", "helm"], "a repository that knows nothing of slipway is reviewed as it is", () => {
  const variables = { PATH: `${tools}:${process.env.PATH}` };
  /** A clone with the change in a commit of its own, on a branch. */
  function cloneOf({ files, change }: Repository): { readonly project: Project; readonly base: string } {
    const project = Project.bare(files);
    const git = (...args: string[]) => {
      const { status, stdout, stderr } = project.run("git", ["-c", "user.name=Test", "-c", "user.email=test@shop.example", ...args]);
      if (status !== 0) throw new Error(stderr);
      return stdout.trim();
    };
    git("init", "--quiet", "--initial-branch=main");
    git("remote", "add", "origin", "https://git.example/shop/deploy.git");
    git("add", "--all");
    git("commit", "--quiet", "--message=First");
    const base = git("rev-parse", "HEAD");
    project.write(change);
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message=Change");
    return { project, base };
  }

  test.each(Object.entries(repositories))("%s", (_name, repository) => {
    const { project, base } = cloneOf(repository);
    const { status, stdout, stderr } = project.slipwayWith(
      variables,
      "review",
      ...(repository.args ?? ["--base", base]),
      "--format",
      "markdown",
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.replaceAll(basename(project.folder), "deploy")).toMatchSnapshot();
  });

  /** Runs the action's step; gives its status. */
  function stepOf(project: Project, base: string, more: Readonly<Record<string, string>>): number | null {
    for (const name of [".outputs", ".summary"]) rmSync(join(project.folder, name), { force: true });
    const { status } = spawnSync("bash", [join(process.cwd(), "scripts/github/run.sh")], {
      cwd: project.folder,
      env: {
        ...variables,
        RUNNER_TEMP: project.folder,
        GITHUB_OUTPUT: join(project.folder, ".outputs"),
        GITHUB_STEP_SUMMARY: join(project.folder, ".summary"),
        SLIPWAY_COMMAND: "review",
        SLIPWAY_BASE: base,
        ...more,
      },
    });
    return status;
  }

  test("by the action's own step: outputs, a summary, and a status", () => {
    const { project, base } = cloneOf(repositories["plain YAML"] as Repository);
    expect(stepOf(project, base, { SLIPWAY_FAIL_ON: "rejected" })).toBe(1);
    expect(project.read(".outputs")).toMatch(/^impact=rejected\nchanges=1\nreport=.*\/slipway-review\.md\n$/);
    expect(project.read(".summary")).toContain("spec.selector");
    expect(stepOf(project, base, { SLIPWAY_ARGUMENTS: "--expect\nnone\n" })).toBe(1);
    expect(project.read(".outputs")).toMatch(/^impact=rejected\n/);
    expect(stepOf(project, "main~1", {})).toBe(0);
    expect(stepOf(project, base, { SLIPWAY_ARGUMENTS: "--kubernetes\nnone\n" })).toBe(2);
    expect(project.has(".outputs")).toBe(false);
  });
});
