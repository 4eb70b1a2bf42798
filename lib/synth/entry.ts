import { environmentsOf, isEnvironment } from "../overlay/index.ts";
import { InputError } from "../problem/index.ts";
import { projectRoot } from "./project.ts";
import { synthTree } from "./synth.ts";

/**
 * Writes dist for what a module of overlays exports: the whole of main.ts, which `cdk8s synth` runs.
 * Bad input is listed in full on stderr and ends the process with status 2.
 */
export function synth(overlays: Readonly<Record<string, unknown>>): void {
  const out = process.env.CDK8S_OUTDIR;
  try {
    synthTree(environmentsOf(overlays, isEnvironment), { root: projectRoot(), ...(out ? { out } : {}) });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
