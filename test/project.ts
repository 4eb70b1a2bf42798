import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callServer } from "./commands/call.ts";
import { writeFiles } from "./write-files.ts";

const repository = process.cwd();
/** The command line's file, for tests that start it as a process. */
export const program = join(repository, "bin/slipway.js");
/** Jest forces colours where a terminal shows them; commands of tests are read, not looked at. */
const { FORCE_COLOR: _forced, NO_COLOR: _none, ...withoutColours } = process.env;

const environmentWith = (variables: Readonly<Record<string, string>>) => ({
  ...withoutColours,
  NODE_OPTIONS: "",
  CDK8S_CHECK_UPGRADE: "false",
  // Tests of the cache of renderings name a folder.
  SLIPWAY_CACHE: "off",
  USER: "Test",
  ...variables,
});
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Runs `slipway` in a folder with some variables in its environment. */
export const slipwayIn = (folder: string, variables: Readonly<Record<string, string>>, ...args: string[]) =>
  callServer({ folder, args, environment: environmentWith(variables) });

/** A repository that uses slipway, in a folder of its own, gone after the test file. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "slipway-project-"));

  constructor(files: Readonly<Record<string, string>> = {}) {
    writeFiles(this.folder, {
      "cdk8s.yaml": readFileSync("cdk8s.yaml", "utf8"),
      "main.ts": readFileSync("main.ts", "utf8"),
      "package.json": '{ "name": "deployments", "type": "module" }',
      ...files,
    });
    const modules = join(this.folder, "node_modules");
    mkdirSync(modules);
    symlinkSync(repository, join(modules, "slipway"));
    for (const name of ["cdk8s", "cdk8s-plus-27", "constructs", "jiti", ".bin"])
      symlinkSync(join(repository, "node_modules", name), join(modules, name));
    folders.push(this.folder);
  }

  /** A copy of this repository's own overlays and dist. */
  static ofEstate(): Project {
    const project = new Project();
    cpSync("overlays", join(project.folder, "overlays"), { recursive: true });
    cpSync("dist", join(project.folder, "dist"), { recursive: true });
    return project;
  }

  /** A repository that knows nothing of slipway. */
  static bare(files: Readonly<Record<string, string>>): Project {
    const project = new Project(files);
    for (const name of ["cdk8s.yaml", "main.ts", "package.json", "node_modules"]) rmSync(join(project.folder, name), { recursive: true });
    return project;
  }

  write(files: Readonly<Record<string, string>>): void {
    writeFiles(this.folder, files);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  /** Every file below a folder by its path there. */
  files(folder = "dist"): Record<string, string> {
    const root = join(this.folder, folder);
    if (!existsSync(root)) return {};
    const paths = (readdirSync(root, { recursive: true, withFileTypes: true }) as { parentPath: string; name: string; isFile(): boolean }[])
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(paths.sort().map((path) => [path.slice(root.length + 1), readFileSync(path, "utf8")]));
  }

  /** Runs `slipway` in the project. */
  slipway(...args: string[]) {
    return this.slipwayWith({}, ...args);
  }

  /** Runs `slipway` in the project with some variables in its environment. */
  slipwayWith(variables: Readonly<Record<string, string>>, ...args: string[]) {
    return slipwayIn(this.folder, variables, ...args);
  }

  /** Runs `slipway` in the project as a process of its own, as people do: slower by what it takes to load. */
  slipwayProcess(variables: Readonly<Record<string, string>>, ...args: string[]) {
    return this.run(process.execPath, [program, ...args], variables);
  }

  run(command: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: this.folder,
      encoding: "utf8",
      env: environmentWith(variables),
    });
    return { status, stdout, stderr };
  }
}
