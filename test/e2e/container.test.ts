import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { tools } from "../tools-folder.ts";
import { writeFiles } from "../write-files.ts";

/** Where a program is on this machine; undefined where it isn't. */
const placeOf = (name: string) => spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim() || undefined;
const isRoot = process.getuid?.() === 0;
const missing = [
  ...(placeOf("buildah") === undefined ? ["buildah (scripts/install-packages.sh installs it on Debian)"] : []),
  ...(existsSync(join(tools, "helm")) ? [] : ["kustomize and helm (scripts/install-tools.sh builds them)"]),
  ...(isRoot ? [] : ["root, to make a base image"]),
  ...(spawnSync("unshare", ["--mount", "true"]).status === 0 ? [] : ["the right to mount, as a container's start does"]),
];
if (missing.length > 0) process.stderr.write(`skipped: the container image's tests, which need ${missing.join(", ")}\n`);

const folder = mkdtempSync(join(tmpdir(), "slipway-container-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout.trim();
}
const storage = ["--root", join(folder, "storage"), "--runroot", join(folder, "run"), "--storage-driver", "vfs"];
const buildah = (...args: string[]) => run("buildah", ...storage, ...args);

/** Programs of the base image: what node:22-bookworm has of what the Dockerfile and slipway run. */
const programs = ["bash", "sh", "env", "cat", "cut", "sha256sum", "mkdir", "ln", "dirname", "id", "node", "git"];

/** The root folder of an image with this machine's node, npm and git: no registry of images is reached here. */
function writeRoot(root: string): void {
  for (const path of ["usr/bin", "usr/lib", "usr/lib64", "usr/local/bin", "tmp", "etc", "proc", "dev", "sys"])
    mkdirSync(join(root, path), { recursive: true });
  for (const name of ["bin", "lib", "lib64"]) symlinkSync(`usr/${name}`, join(root, name));
  chmodSync(join(root, "tmp"), 0o1777);
  writeFiles(root, { "etc/passwd": "root:x:0:0::/root:/bin/sh\n" });
  const libraries = new Set<string>();
  for (const name of programs) {
    const file = realpathSync(placeOf(name) ?? "");
    cpSync(file, join(root, "usr/bin", name));
    for (const [library] of run("ldd", file).matchAll(/\/\S+/g)) libraries.add(library);
  }
  for (const library of libraries) cpSync(realpathSync(library), join(root, library));
  const npm = dirname(dirname(realpathSync(placeOf("npm") ?? "")));
  cpSync(npm, join(root, "usr/lib/node_modules/npm"), { recursive: true });
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(root, "usr/bin/npm"));
  // How this machine's npm reaches its registry.
  for (const name of ["cafile", "globalconfig"]) {
    const file = run("npm", "config", "get", name);
    if (existsSync(file)) cpSync(realpathSync(file), join(root, file));
  }
}

/** Makes an image of what is in a folder. */
function commitImage(name: string, from: string, files: string, at: string): void {
  const container = buildah("from", from);
  buildah("copy", "--quiet", container, files, at);
  buildah("commit", "--quiet", container, `localhost/${name}`);
  buildah("rm", container);
}

const pod = (image: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: "${image}" }] }\n`;

(missing.length > 0 ? describe.skip : describe)("the container image", () => {
  let container = "";
  /** Runs a command in the image as its user, with a folder at /work. */
  function inside(work: string, ...command: string[]) {
    const args = [...storage, "run", "--isolation", "chroot", "--volume", `${work}:/work:ro`, container, "--", ...command];
    const { status, stdout, stderr } = spawnSync("buildah", args, { encoding: "utf8" });
    // What buildah itself says of a status that isn't 0.
    return { status, stdout, stderr: stderr.replace(/^(subprocess exited with status|Error: exit status) .*\n/gm, "") };
  }

  beforeAll(() => {
    writeRoot(join(folder, "root"));
    commitImage("base", "scratch", join(folder, "root"), "/");
    // The script finds the tools as it built them here, and compiles nothing again.
    const built = readdirSync(tools).filter((name) => ["kustomize", "helm"].includes(name) || name.endsWith(".built"));
    for (const name of built) cpSync(join(tools, name), join(folder, "tools", name));
    commitImage("go", "localhost/base", join(folder, "tools"), "/tools");
    const bases = ["--build-arg", "BASE=localhost/base", "--build-arg", "GO=localhost/go"];
    buildah("build", "--isolation", "chroot", ...bases, "--tag", "localhost/slipway", ".");
    container = buildah("from", "localhost/slipway");
  }, 600_000);

  test("holds slipway with kustomize, helm and git, runs as nobody in particular, and carries no tests and no lock file", () => {
    const empty = join(folder, "empty");
    mkdirSync(empty);
    expect(inside(empty, "id", "-u").stdout).toBe("65532\n");
    expect(inside(empty, "kustomize", "version").status).toBe(0);
    expect(inside(empty, "helm", "version").status).toBe(0);
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(inside(empty, "slipway", "--version").stdout).toBe(`${version}\n`);
    const files = inside(empty, "node", "-p", "require('fs').readdirSync('/opt/slipway').sort().join(' ')").stdout;
    expect(files).toBe("LICENSE NOTICE bin lib node_modules package.json schemas\n");
    const entry = JSON.parse(buildah("inspect", "--type", "image", "localhost/slipway")) as { OCIv1: { config: object } };
    expect(entry.OCIv1.config).toMatchObject({ Entrypoint: ["slipway"], User: "65532:65532", WorkingDir: "/work" });
  });

  test("reviews and checks a clone that belongs to somebody else, and writes nothing to it", () => {
    const work = join(folder, "work");
    writeFiles(work, {
      "base/kustomization.yaml": "resources: [pod.yaml]\n",
      "base/pod.yaml": pod("web:1"),
      "prod/kustomization.yaml": "resources: [../base]\nnamespace: prod\n",
    });
    run("git", "-C", work, "init", "--quiet");
    run("git", "-C", work, "add", "--all");
    run("git", "-C", work, "-c", "user.name=Test", "-c", "user.email=test@shop.example", "commit", "--quiet", "--message=First");
    writeFiles(work, { "base/pod.yaml": pod("web:2") });
    const review = inside(work, "slipway", "review", "--base", "HEAD", "--fail-on", "in-place");
    expect(review).toMatchObject({ status: 1, stderr: "", stdout: expect.stringContaining("web:1 -> web:2") });
    const check = inside(work, "slipway", "check", "--format", "json");
    expect({ status: check.status, stderr: check.stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(check.stdout)).toMatchObject({ kind: "CheckReport", summary: { manifests: 1, errors: 0 } });
    expect(run("git", "-C", work, "status", "--porcelain")).toBe("M base/pod.yaml");
  });
});
