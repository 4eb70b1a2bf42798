import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import { StaticServer } from "../charts/static-server.ts";
import { tarOf } from "../charts/tar.ts";
import { Project, slipwayIn } from "../project.ts";
import { describeWithRegistry, Registry } from "../release/registry-server.ts";
import { describeWithTools } from "../tools.ts";
import { tools } from "../tools-folder.ts";
import { writeFiles } from "../write-files.ts";

const helms = [
  ["Helm 3", tools],
  ["Helm 4", join(tools, "helm4")],
] as const;
const chartFiles = (version: string, value: string) => ({
  "redis/Chart.yaml": `apiVersion: v2\nname: redis\nversion: ${version}\n`,
  "redis/values.yaml": `a: ${value}\n`,
  "redis/templates/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: redis }\ndata: { a: {{ quote .Values.a }} }\n",
});

describeWithTools(["helm", "helm4/helm"], "slipway chart", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-charts-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const environmentOf = (helm: string) => ({
    PATH: `${helm}:${process.env.PATH}`,
    HELM_CONFIG_HOME: join(folder, "config"),
    HELM_DATA_HOME: join(folder, "data"),
  });
  const helmRun = (...args: string[]) =>
    execFileSync(join(tools, "helm"), args, {
      encoding: "utf8",
      env: { ...process.env, ...environmentOf(tools) },
      stdio: ["ignore", "pipe", "pipe"],
    });
  /** Packs a version of the chart. @param value makes it another chart of the same version */
  const packed = (version: string, value: string): string => {
    const source = mkdtempSync(join(folder, "source-"));
    writeFiles(source, chartFiles(version, value));
    helmRun("package", join(source, "redis"), "--destination", source);
    return join(source, `redis-${version}.tgz`);
  };

  describe.each(helms)("of a repository, with %s", (_name, helm) => {
    const server = new StaticServer();
    const repository = mkdtempSync(join(folder, "repository-"));
    const publish = (version: string, value: string) => {
      execFileSync("cp", [packed(version, value), repository]);
      helmRun("repo", "index", repository);
    };
    let project: Project;
    beforeAll(() => server.start(repository));
    afterAll(() => server.stop());
    beforeEach(() => {
      publish("1.2.3", "one");
      project = Project.bare({});
    });
    const slipway = (...args: string[]) => slipwayIn(project.folder, environmentOf(helm), "chart", ...args);
    const pull = (version = "1.2.3", ...args: string[]) => slipway("pull", server.address, "redis", "--version", version, ...args);

    test("is unpacked, locked by the digest of the index, and verified", () => {
      expect(pull()).toMatchObject({
        status: 0,
        stderr: "",
        stdout: expect.stringMatching(/^pulled: redis 1\.2\.3 in charts\/redis, sha256:[0-9a-f]{64}\n$/),
      });
      expect(project.files("charts")).toEqual({
        "charts.lock": expect.stringContaining(`source: ${server.address}\n`),
        ...Object.fromEntries(Object.entries(chartFiles("1.2.3", "one"))),
      });
      expect(project.read("charts/charts.lock")).toContain(
        "apiVersion: slipway/v1\nkind: ChartLock\ncharts:\n  redis:\n    name: redis\n    version: 1.2.3\n",
      );
      const isLock = new Ajv.default().compile(JSON.parse(readFileSync("schemas/chart-lock.schema.json", "utf8")));
      expect([isLock(parse(project.read("charts/charts.lock"))), isLock.errors]).toEqual([true, null]);
      expect(slipway("verify")).toMatchObject({ status: 0, stdout: "1 chart: 1 as pulled, 0 not\n" });
      expect(pull().stdout).toMatch(/^already there: /);
    });

    test("is replaced whole by another version, and by nothing of the same version", () => {
      pull();
      publish("1.3.0", "two");
      expect(pull("1.3.0").status).toBe(0);
      expect(project.read("charts/redis/values.yaml")).toBe("a: two\n");
      publish("1.3.0", "three");
      const { status, stderr } = pull("1.3.0");
      expect([status, stderr]).toEqual([2, expect.stringContaining("has another redis 1.3.0 now")]);
      expect(project.read("charts/redis/values.yaml")).toBe("a: two\n");
    });

    test("of the same source, name and version is the same in every folder of a lock", () => {
      pull();
      publish("1.2.3", "two");
      expect(pull("1.2.3", "--into", "charts/third")).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(/has another redis 1\.2\.3 now: .* of the folder redis/),
      });
      expect(project.has("charts/third")).toBe(false);
    });

    test("takes nothing away that somebody wrote", () => {
      pull();
      project.write({ "charts/redis/values.yaml": "a: mine\n" });
      publish("1.3.0", "two");
      expect(pull("1.3.0")).toMatchObject({ status: 2, stderr: expect.stringContaining("has been changed since it was pulled") });
      expect(slipway("verify")).toMatchObject({
        status: 1,
        stdout: "charts/redis: redis 1.2.3 has been changed since it was pulled\n1 chart: 0 as pulled, 1 not\n",
      });
      project.write({ "other/cache/own.txt": "mine" });
      expect(pull("1.2.3", "--into", "other/cache")).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("there is something else already"),
      });
      expect(project.read("other/cache/own.txt")).toBe("mine");
    });

    test("isn't taken where its archive isn't the one of the index, or isn't the chart", () => {
      execFileSync("cp", [packed("1.2.3", "forged"), repository]);
      expect(pull()).toMatchObject({ status: 2, stderr: expect.stringContaining("and the repository's index says sha256:") });
      writeFileSync(
        join(repository, "redis-1.2.3.tgz"),
        tarOf({ name: "redis/Chart.yaml", content: "name: redis\nversion: 1.2.3\n" }, { name: "redis/../../out", content: "x" }),
      );
      helmIndexOf(repository);
      const { status, stderr } = pull();
      expect([status, stderr]).toEqual([2, expect.stringMatching(/holds a file named/)]);
      expect(project.has("out")).toBe(false);
      expect(project.has("charts")).toBe(false);
    });

    test("isn't there, or needs a login: the error says so, and what to do", () => {
      expect(pull("9.9.9")).toMatchObject({ status: 2, stderr: expect.stringContaining("has no version 9.9.9 of redis") });
      expect(slipway("pull", server.address, "valkey", "--version", "1.0.0")).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('has no chart "valkey"'),
      });
      const { stderr } = slipway("pull", `${server.address}/private/charts`, "redis", "--version", "1.2.3");
      expect(stderr).toContain("Log in with helm registry login, or helm repo add; slipway takes no credentials.");
    });

    test("is found by the name that Helm knows its repository by", () => {
      helmRun("repo", "add", "ours", server.address, "--force-update");
      expect(slipway("pull", "ours/redis", "--version", "1.2.3", "--into", "vendor/cache").status).toBe(0);
      expect(project.read("vendor/charts.lock")).toContain("cache:\n    name: redis\n    version: 1.2.3\n    source: ours\n");
    });
  });

  /** An index that says of an archive what it is, as a repository's owner who is no friend would write it. */
  function helmIndexOf(repository: string): void {
    const digest = createHash("sha256")
      .update(readFileSync(join(repository, "redis-1.2.3.tgz")))
      .digest("hex");
    writeFileSync(
      join(repository, "index.yaml"),
      `apiVersion: v1\nentries: { redis: [{ apiVersion: v2, name: redis, version: 1.2.3, digest: ${digest}, urls: [redis-1.2.3.tgz] }] }\n`,
    );
  }

  describeWithRegistry("of a registry", () => {
    const registry = new Registry();
    beforeAll(() => registry.start());
    afterAll(() => registry.stop());

    test.each(helms)("is pulled by the digest of its manifest, with %s", (name, helm) => {
      const place = `charts-${name.replace(/\D/g, "")}`;
      const push = (value: string) => helmRun("push", packed("1.2.3", value), `oci://${registry.host}/${place}`, "--plain-http");
      push("one");
      const project = Project.bare({});
      const pull = () =>
        slipwayIn(
          project.folder,
          environmentOf(helm),
          "chart",
          "pull",
          `oci://${registry.host}/${place}/redis`,
          "--version",
          "1.2.3",
          "--plain-http",
        );
      const first = pull();
      expect(first).toMatchObject({ status: 0, stderr: "" });
      const [, digest] = /(sha256:[0-9a-f]{64})/.exec(first.stdout) ?? [];
      expect(project.read("charts/charts.lock")).toContain(`digest: ${digest}\n`);
      const asked = execFileSync(
        "curl",
        [
          "--silent",
          "--head",
          "--header",
          "accept: application/vnd.oci.image.manifest.v1+json",
          `http://${registry.host}/v2/${place}/redis/manifests/1.2.3`,
        ],
        { encoding: "utf8" },
      );
      expect(asked.toLowerCase()).toContain(`docker-content-digest: ${digest}`);
      push("two");
      expect(pull()).toMatchObject({ status: 2, stderr: expect.stringContaining("A version that was published must not change") });
      expect(project.read("charts/redis/values.yaml")).toBe("a: one\n");
    });
  });

  test.each([".", "..", "a/..", "/", "charts/.."])("a chart isn't unpacked over %s", (into) => {
    const project = Project.bare({});
    const { status, stderr } = slipwayIn(
      project.folder,
      environmentOf(tools),
      "chart",
      "pull",
      "oci://registry.example/redis",
      "--version",
      "1.2.3",
      "--into",
      into,
    );
    expect([status, stderr]).toEqual([2, expect.stringContaining("is no folder of the chart's own")]);
  });

  test.each(["../out", "/tmp/slipway-out/redis", "a/../../out", "link/redis"])(
    "a chart isn't unpacked outside of the repository, as at %s",
    (into) => {
      const project = Project.bare({});
      symlinkSync("/tmp", join(project.folder, "link"));
      const args = ["oci://registry.example/redis", "--version", "1.2.3", "--into", into];
      const { status, stderr } = slipwayIn(project.folder, environmentOf(tools), "chart", "pull", ...args);
      expect([status, stderr]).toEqual([2, expect.stringContaining(`--into: "${into}" is outside of the repository`)]);
    },
  );

  test("without Helm, or with another one, the error says which to install", () => {
    const project = Project.bare({});
    const pullWith = (path: string) =>
      slipwayIn(project.folder, { PATH: path }, "chart", "pull", "oci://registry.example/redis", "--version", "1.2.3");
    expect(pullWith("/nowhere")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("helm isn't installed\n  Install Helm 3 or 4"),
    });
    const old = mkdtempSync(join(folder, "old-"));
    writeFileSync(join(old, "helm"), "#!/bin/sh\necho v2.17.0\n", { mode: 0o755 });
    expect(pullWith(`${old}:${process.env.PATH}`)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("expected Helm 3 or 4, found Helm 2"),
    });
  });
});

describe("slipway chart verify", () => {
  const lock = (files: string) =>
    `apiVersion: slipway/v1\nkind: ChartLock\ncharts:\n  web: { name: web, version: 1.0.0, source: "oci://r.example/web", digest: "sha256:a", archive: "sha256:b", files: "${files}" }\n`;

  test("finds locks wherever they lie, and says what is missing or isn't a chart any more", () => {
    const project = Project.bare({ "a/charts.lock": lock("sha256:c"), "b/c/charts.lock": lock("sha256:c") });
    mkdirSync(join(project.folder, "a/web"));
    symlinkSync("/etc/passwd", join(project.folder, "a/web/link"));
    const { status, stdout } = project.slipway("chart", "verify");
    expect(status).toBe(1);
    expect(stdout).toBe(
      "a/web: web 1.0.0 has been changed since it was pulled\nb/c/web: web 1.0.0 is missing\n2 charts: 0 as pulled, 2 not\n",
    );
    const { charts } = JSON.parse(project.slipway("chart", "verify", "--format", "json").stdout);
    expect(charts).toMatchObject([
      { folder: "a/web", state: "changed" },
      { folder: "b/c/web", state: "missing" },
    ]);
  });

  test.each([
    ["a: [", "is no lock of charts that can be read"],
    ["kind: ChartLock\n", "is no lock of charts: it needs"],
    [lock("x").replace(', files: "x"', ""), "charts.web.files is required but missing"],
    [lock("x").replace("  web:", '  "../../web":'), 'charts."../../web" is no name of a folder'],
  ])("refuses the lock %j", (text, message) => {
    expect(Project.bare({ "charts.lock": text }).slipway("chart", "verify")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(message),
    });
  });

  test("refuses a folder that is named and has no lock, and says where the lock is that lists it", () => {
    const project = Project.bare({ "charts/charts.lock": lock("sha256:c"), "charts/web/Chart.yaml": "name: web\n", "other/a": "" });
    expect(project.slipway("chart", "verify", "charts/web")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /charts\/web: holds no charts\.lock: charts\/charts\.lock lists it\n\s+Name the folder of the lock: slipway chart verify charts\n/,
      ),
    });
    expect(project.slipway("chart", "verify", "charts", "other")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("other: holds no charts.lock\n"),
    });
    expect(project.slipway("chart", "verify", "charts").status).toBe(1);
    expect(Project.bare({ "web/Chart.yaml": "name: web\n" }).slipway("chart", "verify")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("holds no charts.lock"),
    });
  });

  test("says that there is nothing to verify, and refuses what is no folder", () => {
    const project = Project.bare({ file: "" });
    expect(project.slipway("chart", "verify")).toMatchObject({ status: 0, stdout: "no charts.lock was found\n" });
    expect(project.slipway("chart", "verify", "file")).toMatchObject({ status: 2, stderr: expect.stringContaining("is no folder") });
  });
});
