import { existsSync } from "node:fs";
import { join } from "node:path";
import { type CheckedEnvironment, foreignFindings, type PodSecurityLevel, skippedFiles } from "../../check/index.ts";
import { type ForeignFiles, foreignFiles } from "../../dist/index.ts";
import { type Environment, environment } from "../../overlay/index.ts";
import { chosen, type Problem } from "../../problem/index.ts";
import { loadEnvironments, projectAt } from "../../project/index.ts";
import { checkable, render } from "../../synth/index.ts";
import { progress } from "../output.ts";

interface Options {
  readonly env?: string[];
  readonly kubernetes?: string;
  readonly podSecurity?: PodSecurityLevel;
  readonly snapshot?: string;
  /** Whether the environments are rendered for the version that is given too. Default: they are rendered for their own. */
  readonly isRenderedFor?: true;
  /** Receives what is probably a mistake of the overlays, and no finding. Default: nobody asks for it. */
  readonly onWarnings?: (warnings: readonly Problem[]) => void;
}

/** The environments of the repository's overlays, as they are checked. */
export async function overlayEnvironments({
  env,
  kubernetes,
  podSecurity,
  snapshot,
  isRenderedFor,
  onWarnings,
}: Options): Promise<CheckedEnvironment[]> {
  const project = projectAt();
  const environments = chosen(await loadEnvironments(project.root), env, "environment");
  const dist = join(project.root, "dist");
  const foreign = foreignFiles(dist, "", true);
  const skipped = existsSync(dist) ? skippedFiles(dist, "dist") : [];
  const read = snapshot === undefined ? project.read : undefined;
  const onRender = progress("rendering");
  const rendered = environments.map((environment, index) => {
    onRender(environment.name, index + 1, environments.length);
    const rendering = render(isRenderedFor && kubernetes ? forVersion(environment, kubernetes) : environment, project);
    onWarnings?.(rendering.warnings);
    return checkable(rendering, "dist", read);
  });
  return rendered.map((environment) => ({
    ...environment,
    unread: [
      ...(environment.unread ?? []),
      ...foreignFindings(ofEnvironment(foreign, environment.name), "dist"),
      ...skipped.filter(({ file }) => file.startsWith(`dist/${environment.name}/`)),
    ],
    ...(kubernetes ? { kubernetes } : {}),
    ...(podSecurity ? { podSecurity } : {}),
  }));
}

/** The same environment for a cluster of another version. */
const forVersion = (own: Environment, kubernetes: string): Environment => environment(own.name, { extends: own, kubernetes });

/** An environment's own, and what stands in the place of dist itself. */
const ofEnvironment = (files: ForeignFiles, name: string): ForeignFiles =>
  new Map([...files].filter(([, { environment }]) => environment === name || environment === ""));
