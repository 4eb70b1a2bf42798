import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Project, program } from "../project.ts";
import { describeWithTools } from "../tools.ts";
import { tools } from "../tools-folder.ts";
import { writeFiles } from "../write-files.ts";

const config = (name: string, value: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { a: "${value}" }\n`;

/** A repository with a cache and tools of its own. */
class CachedRepository {
  readonly project: Project;
  readonly place = mkdtempSync(join(tmpdir(), "slipway-renderings-"));
  readonly cache = join(this.place, "cache");

  constructor(files: Readonly<Record<string, string>>) {
    this.project = Project.bare(files);
    for (const tool of ["kustomize", "helm"]) this.useTool(tool, `exec "${join(tools, tool)}" "$@"`);
    this.git("init", "--quiet", "--initial-branch=main");
    this.git("add", "--all");
    this.git("-c", "user.name=Test", "-c", "user.email=test@shop.example", "commit", "--quiet", "--message=First");
  }

  git(...args: string[]): void {
    expect(this.project.run("git", args)).toMatchObject({ status: 0 });
  }

  /** Puts the real tool behind a script that counts its renderings. @param run the script's last lines */
  useTool(tool: string, run: string): void {
    const script = `#!/bin/sh\ncase "$1" in build|template) echo >>"${this.place}/renderings" ;; esac\n${run}\n`;
    writeFiles(this.place, { [`bin/${tool}`]: script });
    chmodSync(join(this.place, "bin", tool), 0o755);
  }

  get variables(): Record<string, string> {
    return { PATH: `${join(this.place, "bin")}:${process.env.PATH}`, SLIPWAY_CACHE: this.cache };
  }

  review(...args: string[]) {
    return this.project.slipwayWith(this.variables, "review", "--base", "HEAD", ...args);
  }

  /** What a review says, and how often a tool rendered for it. */
  reviewed(...args: string[]): { readonly says: string; readonly renderings: number } {
    rmSync(join(this.place, "renderings"), { force: true });
    const { stdout, stderr } = this.review(...args);
    expect(stderr).toBe("");
    return { says: stdout, renderings: this.renderings };
  }

  get renderings(): number {
    return existsSync(join(this.place, "renderings")) ? readFileSync(join(this.place, "renderings"), "utf8").length : 0;
  }

  get entries(): string[] {
    return existsSync(this.cache) ? readdirSync(this.cache).map((name) => join(this.cache, name)) : [];
  }

  remove(): void {
    rmSync(this.place, { recursive: true });
  }
}

function replaceByLink(file: string): void {
  copyFileSync(file, `${file}.bak`);
  rmSync(file);
  symlinkSync(`${file}.bak`, file);
}

const overlays = {
  "base/kustomization.yaml": "resources: [a.yaml]\nconfigMapGenerator: [{ name: b, files: [b.txt] }]\n",
  "base/a.yaml": config("a", "1"),
  "base/b.txt": "one",
  "prod/kustomization.yaml": "resources: [../base]\nnamespace: prod\n",
};

describeWithTools(["kustomize", "helm"], "renderings are kept for the next review", () => {
  let repository: CachedRepository;
  const open = (files: Readonly<Record<string, string>>, change: Readonly<Record<string, string>>) => {
    repository = new CachedRepository(files);
    repository.project.write(change);
    return repository;
  };
  afterEach(() => repository.remove());

  test("in files of the user's own, and the second review renders nothing and says the same", () => {
    open(overlays, { "base/a.yaml": config("a", "2") });
    const first = repository.reviewed();
    expect(first.renderings).toBe(2);
    expect(repository.reviewed()).toEqual({ says: first.says, renderings: 0 });
    expect(statSync(repository.cache).mode & 0o777).toBe(0o700);
    expect(repository.entries.map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
  });

  test.each([
    ["a base's manifest", { "base/a.yaml": config("a", "3") }, '"2" -> "3"|1 -> 3'],
    ["a generator's file", { "base/b.txt": "two" }, "b"],
    ["the overlay", { "prod/kustomization.yaml": "resources: [../base]\nnamespace: other\n" }, "deletion"],
  ])("and not used when %s has changed", (_name, change, said) => {
    open(overlays, { "base/a.yaml": config("a", "2") });
    const first = repository.reviewed();
    repository.project.write(change);
    const second = repository.reviewed();
    expect(second.renderings).toBe(1);
    expect(second.says).not.toBe(first.says);
    expect(second.says).toMatch(new RegExp(said));
    expect(second.says).toBe(repository.project.slipwayWith({ ...repository.variables, SLIPWAY_CACHE: "off" }, "review").stdout);
  });

  test("and not used when the tool is another, or says that it is, or the options are", () => {
    const chart = {
      "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
      "web/values.yaml": "a: 1\n",
      "web/templates/a.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: {{ .Release.Namespace }} }\ndata: { a: '{{ .Values.a }}', version: '{{ .Capabilities.KubeVersion.Version }}' }\n",
    };
    open(chart, { "web/values.yaml": "a: 2\n" });
    expect(repository.reviewed().renderings).toBe(2);
    expect(repository.reviewed().renderings).toBe(0);
    expect(repository.reviewed("--kubernetes", "1.33").renderings).toBe(2);
    expect(repository.reviewed("--namespace", "shop").renderings).toBe(2);
    repository.useTool("helm", `exec "${join(tools, "helm")}" "$@" # another`);
    expect(repository.reviewed().renderings).toBe(2);
    // One file that stands for several versions, as version managers have it.
    writeFiles(repository.place, { version: "1" });
    repository.useTool("helm", `[ "$1" = version ] && exec cat "${repository.place}/version"\nexec "${join(tools, "helm")}" "$@"`);
    expect(repository.reviewed().renderings).toBe(2);
    expect(repository.reviewed().renderings).toBe(0);
    writeFiles(repository.place, { version: "2" });
    const { status, stderr } = repository.project.slipwayProcess(repository.variables, "review", "--base", "HEAD");
    expect({ status, stderr, renderings: repository.renderings }).toEqual({ status: 0, stderr: "", renderings: 2 });
  });

  test.each<[string, (file: string, other: string) => void]>([
    ["truncated", (file) => truncateSync(file, statSync(file).size - 1)],
    ["empty", (file) => truncateSync(file, 0)],
    ["changed in one letter", (file) => writeFileSync(file, readFileSync(file, "utf8").replace("ConfigMap", "ConfigMaq"))],
    ["that of another", (file, other) => copyFileSync(other, file)],
    ["longer", (file) => writeFileSync(file, "\n---\n", { flag: "a" })],
    ["a link to what was written", replaceByLink],
  ])("and passed over and written again when an entry is %s", (_name, damage) => {
    open(overlays, { "base/a.yaml": config("a", "2") });
    const first = repository.reviewed();
    const [file = "", other = ""] = repository.entries;
    const written = readFileSync(file, "utf8");
    damage(file, other);
    expect(repository.reviewed()).toEqual({ says: first.says, renderings: 1 });
    expect({ text: readFileSync(file, "utf8"), isFile: statSync(file).isFile() }).toEqual({ text: written, isFile: true });
    expect(repository.reviewed().renderings).toBe(0);
  });

  test("by several processes at once", async () => {
    open(overlays, { "base/a.yaml": config("a", "2") });
    const env = { ...process.env, ...repository.variables };
    const start = () =>
      new Promise<string>((said) => {
        const child = spawn(process.execPath, [program, "review", "--base", "HEAD"], { cwd: repository.project.folder, env });
        let text = "";
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (text += String(part)));
        child.on("close", () => said(text));
      });
    const said = await Promise.all([start(), start(), start(), start()]);
    expect(new Set(said)).toEqual(new Set([repository.reviewed().says]));
    expect(repository.entries).toHaveLength(2);
    expect(repository.reviewed().renderings).toBe(0);
  });

  test("but not what holds a Secret, fails, or may depend on what can't be known", () => {
    const secret = 'secretGenerator: [{ name: s, literals: ["password=hunter2"] }]\n';
    open(
      {
        ...overlays,
        "secret/kustomization.yaml": secret,
        "broken/kustomization.yaml": "resources: [nowhere.yaml]\n",
        "linked/kustomization.yaml": "resources: [a.yaml]\n",
        "linked/b.yaml": config("linked", "1"),
      },
      { "secret/kustomization.yaml": secret.replace("hunter2", "hunter3"), "broken/kustomization.yaml": "resources: [neither.yaml]\n" },
    );
    symlinkSync("b.yaml", join(repository.project.folder, "linked/a.yaml"));
    repository.project.write({ "linked/b.yaml": config("linked", "2") });
    const { says, renderings } = repository.reviewed();
    expect(repository.reviewed()).toEqual({ says, renderings });
    expect(repository.entries).toEqual([]);
    expect(says).not.toMatch(/hunter/);
  });

  test.each(["SecretList\nitems:\n- kind: Secret", "&k Secret", "!!str Secret"])("nor a Secret however it is written: kind: %j", (kind) => {
    const template = (value: string) => `apiVersion: v1\nkind: ${kind}\n  metadata: { name: s }\n  stringData: { a: ${value} }\n`;
    const secret = (value: string) => template(value).replace(/^ {2}/gm, kind.includes("items") ? "  " : "");
    open(
      { "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n", "charts/web/templates/s.yaml": secret("hunter2") },
      { "charts/web/templates/s.yaml": secret("hunter3") },
    );
    expect(repository.reviewed().says).toMatch(/Secret s/);
    expect(repository.entries).toEqual([]);
  });

  test("nor a chart that is the repository, whose release has the folder's name", () => {
    const template = (value: string) => config("{{ .Release.Name }}-x", value);
    open(
      { "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n", "templates/x.yaml": template("1") },
      { "templates/x.yaml": template("2") },
    );
    expect(repository.reviewed().says).toMatch(/ConfigMap [\w-]+-x: a/);
    expect(repository.entries).toEqual([]);
  });

  test("not where it is switched off, or others can read the folder; where it is must be a path", () => {
    open(overlays, { "base/a.yaml": config("a", "2") });
    const { says } = repository.reviewed();
    chmodSync(repository.cache, 0o755);
    expect(repository.reviewed()).toEqual({ says, renderings: 2 });
    rmSync(repository.cache, { recursive: true });
    const off = repository.project.slipwayWith({ ...repository.variables, SLIPWAY_CACHE: "off" }, "review", "--base", "HEAD");
    expect({ says: off.stdout, entries: repository.entries }).toEqual({ says, entries: [] });
    expect(repository.project.slipwayWith({ ...repository.variables, SLIPWAY_CACHE: "cache" }, "review")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('SLIPWAY_CACHE: expected off or an absolute path, found "cache"'),
    });
  });

  test("until nobody used them for a month, or they don't fit", () => {
    open(overlays, { "base/a.yaml": config("a", "2") });
    repository.reviewed();
    const at = (name: string) => join(repository.cache, name.repeat(64));
    for (const [name, days] of [
      ["a", 31],
      ["b", 5],
    ] as const) {
      writeFileSync(at(name), "");
      const then = new Date(Date.now() - days * 86_400_000);
      utimesSync(at(name), then, then);
    }
    truncateSync(at("b"), 300 * 1024 * 1024);
    utimesSync(at("b"), new Date(0), new Date(0));
    writeFileSync(join(repository.cache, "notes"), "of somebody's");
    repository.project.write({ "base/a.yaml": config("a", "3") });
    repository.reviewed();
    expect([at("a"), at("b"), join(repository.cache, "notes")].map((file) => existsSync(file))).toEqual([false, false, true]);
    expect(repository.entries).toHaveLength(4);
  });
});

describeWithTools(["kustomize"], "a review renders", () => {
  test("what is the same on both sides once, and nothing that no changed file can reach", () => {
    const repository = new CachedRepository({
      ...overlays,
      "other/kustomization.yaml": "resources: [c.yaml]\n",
      "other/c.yaml": config("c", "1"),
      "staging/kustomization.yaml": "resources: [../base]\nnamespace: staging\n",
      "slipway.yaml": "environments:\n  prod: { sources: [prod, other] }\n  staging: { sources: [staging] }\n",
    });
    repository.project.write({ "other/c.yaml": config("c", "2") });
    const variables = { ...repository.variables, SLIPWAY_CACHE: "off" };
    const { stdout } = repository.project.slipwayWith(variables, "review", "--base", "HEAD");
    expect(stdout).toContain("ConfigMap c");
    expect(repository.renderings).toBe(3);
    repository.remove();
  });
});
