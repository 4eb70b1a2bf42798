import type { CheckedEnvironment, PodSecurityLevel } from "../check/index.ts";
import { clusterOfEnvironment } from "../cluster/index.ts";
import { linesOfText } from "../kubernetes/index.ts";
import type { Project } from "../project/index.ts";
import type { Rendering } from "./render.ts";

/**
 * A rendering as `check` takes it.
 * @param out folder that its files lie in
 * @param read gives a file of the repository, by which the snapshot of the environment's cluster is read. Default: it isn't read
 * @throws InputError where the snapshot is missing or wrong
 */
export function checkable(
  { environment, settings, manifests, files }: Rendering,
  out = "dist",
  read?: Project["read"],
): CheckedEnvironment {
  const { kubernetes, cluster } = settings;
  return {
    ...(read && cluster?.snapshot ? { cluster: clusterOfEnvironment(environment, cluster.snapshot, read) } : {}),
    name: environment,
    kubernetes,
    podSecurity: settings.podSecurity ?? "restricted",
    foreignLevels: foreignLevels(settings),
    folders: new Set(manifests.map(({ path }) => `${out}/${path.slice(0, path.lastIndexOf("/"))}`)),
    provided: Object.values(settings.provided ?? {}),
    waivers: settings.waivers ?? {},
    waiverFile: `overlays/${environment}/index.ts`,
    manifests: manifests.map(({ object, folder, app, path }) => ({
      object,
      app: app ?? folder,
      file: `${out}/${path}`,
      lineOf: linesOfText(files.get(path) ?? ""),
    })),
  };
}

/** What namespaces enforce that something else creates. A level that nobody states isn't enforced there: slipway writes no label. */
export function foreignLevels({
  namespaces = {},
  podSecurity = "privileged",
}: Rendering["settings"]): ReadonlyMap<string, PodSecurityLevel> {
  const foreign = Object.entries(namespaces).filter(([, { create }]) => create === false);
  return new Map(foreign.map(([name, own]) => [name, own.podSecurity ?? podSecurity]));
}
