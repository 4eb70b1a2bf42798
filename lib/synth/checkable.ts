import type { CheckedEnvironment } from "../check/index.ts";
import { linesOfText } from "../kubernetes/index.ts";
import type { Rendering } from "./render.ts";

/** A rendering as `check` takes it. @param out folder that its files lie in */
export function checkable({ environment, settings, manifests, files }: Rendering, out = "dist"): CheckedEnvironment {
  return {
    name: environment,
    kubernetes: settings.kubernetes,
    podSecurity: settings.podSecurity ?? "restricted",
    folders: new Set(manifests.map(({ path }) => `${out}/${path.slice(0, path.lastIndexOf("/"))}`)),
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
