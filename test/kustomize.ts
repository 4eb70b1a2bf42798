import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const tools = process.env.SLIPWAY_TOOLS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "slipway/tools");
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

const missing = ["kustomize", "yaml2json"].filter((tool) => !existsSync(join(tools, tool)));
if (missing.length > 0) process.stderr.write(`skipped: tests that need ${missing.join(" and ")}; scripts/install-tools.sh builds them\n`);

/** A describe that is skipped, with the reason above, where the tools aren't built. */
export const describeWithKustomize = missing.length > 0 ? describe.skip : describe;
