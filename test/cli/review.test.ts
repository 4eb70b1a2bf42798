import { rmSync } from "node:fs";
import { join } from "node:path";
import { Project } from "../project.ts";

/** A project whose dist is committed. */
function committed(project: Project): Project {
  for (const args of [
    ["init", "--quiet", "--initial-branch=main"],
    ["add", "--all"],
    ["-c", "user.name=Test", "-c", "user.email=test@dominos.example", "commit", "--quiet", "--message=First"],
  ])
    expect(project.run("git", args)).toMatchObject({ status: 0 });
  return project;
}

function edit(project: Project, path: string, from: string, to: string): void {
  const text = project.read(path);
  expect(text).toContain(from);
  project.write({ [path]: text.replace(from, to) });
}

describe("the estate, reviewed against the last commit", () => {
  let project: Project;
  const review = (...args: string[]) => project.slipway("review", ...args);
  beforeAll(() => {
    project = committed(Project.ofEstate());
  });
  afterEach(() => expect(project.run("git", ["checkout", "--quiet", "."])).toMatchObject({ status: 0 }));

  test("nothing changes where nothing has changed", () => {
    expect(review("--fail-on", "in-place")).toEqual({ status: 0, stdout: "\nNothing changes in the cluster.\n".slice(1), stderr: "" });
    expect(JSON.parse(review("--format", "json").stdout)).toMatchObject({ changes: [], summary: { impact: "none", images: [] } });
  });

  test("a value changed in base is one line with all environments it reaches", () => {
    edit(project, "overlays/base/backend-app.ts", "DATABASE_POOL_SIZE: 10", "DATABASE_POOL_SIZE: 12");
    expect(project.slipway("synth")).toMatchObject({ status: 0 });
    expect(review("--format", "markdown").stdout).toMatchSnapshot();
  }, 30_000);

  test("a selector that changes is rejected, and the status says so", () => {
    edit(
      project,
      "dist/prod/backend-app/Deployment.backend-app.k8s.yaml",
      "    matchLabels:\n      app: backend-app",
      "    matchLabels:\n      app: backend",
    );
    const { status, stdout } = review("--format", "markdown", "--fail-on", "rejected");
    expect(stdout).toMatchSnapshot();
    expect(status).toBe(1);
    expect(review("--fail-on", "deletion").status).toBe(0);
  });

  test("an app with a database that is taken out is a loss of data", () => {
    rmSync(join(project.folder, "dist/prod/redis"), { recursive: true });
    rmSync(join(project.folder, "dist/prod/argocd/Application.prod-redis.k8s.yaml"));
    expect(review("--format", "markdown").stdout).toMatchSnapshot();
  });

  test("a new image is reported with what ran before", () => {
    expect(project.slipway("image", "set", "prod", "dominos/backend-app:9.9.9")).toMatchObject({ status: 0 });
    expect(project.slipway("synth", "--env", "prod")).toMatchObject({ status: 0 });
    const { changes, summary } = JSON.parse(review("--format", "json").stdout) as {
      changes: { resource: { kind: string }; impact: string; flags: string[] }[];
      summary: { images: { environment: string; app: string; after: string }[] };
    };
    expect(changes.map(({ resource, impact, flags }) => [resource.kind, impact, flags])).toEqual(
      expect.arrayContaining([["Deployment", "rollout", ["image"]]]),
    );
    expect(summary.images).toEqual([
      expect.objectContaining({ environment: "prod", app: "backend-app", after: expect.stringMatching(/:9\.9\.9$/) }),
    ]);
  }, 30_000);

  test("code quality names the file of what is as bad as a rollout", () => {
    edit(
      project,
      "dist/prod/backend-app/Deployment.backend-app.k8s.yaml",
      "terminationGracePeriodSeconds: 45",
      "terminationGracePeriodSeconds: 60",
    );
    expect(JSON.parse(review("--format", "codequality").stdout)).toMatchObject([
      { check_name: "review/rollout", severity: "minor", location: { path: "dist/prod/backend-app/Deployment.backend-app.k8s.yaml" } },
    ]);
  });

  test("a ref git doesn't know is bad input that says what to do", () => {
    expect(review("--base", "nowhere")).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringMatching(/git can't read dist at "nowhere".*fetch/s),
    });
    expect(review("--base", "--output=x")).toMatchObject({ status: 2, stderr: expect.stringMatching(/not the name of a commit/) });
  });
});

describe("two folders", () => {
  const config = (value: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web, namespace: shop }\ndata: { a: "${value}" }\n`;

  test("are compared as they are, whatever made them", () => {
    const project = new Project({
      "old/a.yaml": config("1"),
      "new/all.json": JSON.stringify({ apiVersion: "v1", kind: "List", items: [] }),
      "new/b.yaml": config("2"),
    });
    const { status, stdout } = project.slipway("review", "old", "new", "--format", "json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      changes: [
        {
          environment: "new",
          app: "",
          resource: { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "web" },
          action: "change",
          impact: "in-place",
          fields: [{ path: "data.a", before: "1", after: "2", impact: "in-place" }],
        },
      ],
      summary: { impact: "in-place", counts: { "in-place": 1, rollout: 0 }, images: [] },
    });
  });

  test("that can't be read are bad input, all of it at once", () => {
    const project = new Project({ "old/a.yaml": "a: [", "old/b.yaml": "b: {", "new/a.yaml": config("1") });
    const { status, stderr } = project.slipway("review", "old", "new");
    expect(status).toBe(2);
    expect(stderr).toMatch(/old\/a\.yaml/);
    expect(stderr).toMatch(/old\/b\.yaml/);
    expect(project.slipway("review", "old", "nowhere")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/nowhere.*no such file or folder/s),
    });
    expect(project.slipway("review", "old")).toMatchObject({ status: 2, stderr: expect.stringMatching(/expected two sources/) });
  });
});

test("outside of a repository the problem says what to do", () => {
  const { status, stderr } = new Project({ "dist/dev/web/Service.web.k8s.yaml": "kind: Service\n" }).slipway("review");
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(/^git can't read dist at "HEAD": .*\n {2}Without a commit in a repository of git/),
  });
});
