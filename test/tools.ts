import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { tools } from "./tools-folder.ts";

const run = (tool: string, args: readonly string[], input?: string) =>
  execFileSync(join(tools, tool), args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["pipe", "pipe", "pipe"],
    ...(input === undefined ? {} : { input }),
  });

/** The real kustomize, and the YAML reader it shares with Kubernetes and Argo CD. */
export const kustomize = {
  /** `kustomize build` of a folder, as YAML. */
  build: (folder: string) => run("kustomize", ["build", folder]),
  /** Runs kustomize in a folder. */
  edit: (folder: string, ...args: string[]) => execFileSync(join(tools, "kustomize"), ["edit", ...args], { cwd: folder, stdio: "pipe" }),
  /** One YAML document as Go reads it, duplicate keys refused. */
  read: (yaml: string): unknown => JSON.parse(run("yaml2json", [], yaml)),
};

/** A describe that is skipped, saying why, where a tool it needs isn't built. */
export function describeWithTools(needed: readonly string[], name: string, tests: () => void): void {
  const missing = needed.filter((tool) => !existsSync(join(tools, tool)));
  if (missing.length > 0)
    process.stderr.write(`skipped: tests of "${name}", which need ${missing.join(" and ")}; npm run tools installs them\n`);
  (missing.length > 0 ? describe.skip : describe)(name, tests);
}
