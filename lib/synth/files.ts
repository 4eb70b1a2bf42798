import { fileNames, type Manifest, marker, type TreeFiles, toYaml } from "../manifest/index.ts";
import type { ResolvedEnvironment } from "../overlay/index.ts";
import { groupBy } from "./group-by.ts";

/** The first line of a generated file. */
const header = (place: string) => `${marker} for ${place}: change overlays/, not this file.\n`;

/** An environment's files by path in dist: one for each object, and the kustomization.yaml that lists them. */
export function treeFiles(environment: ResolvedEnvironment, manifests: readonly Manifest[]): TreeFiles {
  const files = new Map<string, string>();
  const namespaces = new Map(environment.apps.map((app) => [app.name, app.spec.namespace]));
  namespaces.set("argocd", environment.settings.argocd.namespace ?? "argocd");
  const folders = groupBy(manifests, ({ folder }) => folder);
  for (const [folder, members] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const names = fileNames(
      members.map(({ object }) => object),
      namespaces.get(folder),
    );
    for (const [index, manifest] of members.entries()) {
      const from = manifest.app !== undefined && manifest.app !== folder ? ` (${manifest.app})` : "";
      files.set(`${environment.name}/${folder}/${names[index]}`, header(`${environment.name}/${folder}${from}`) + toYaml(manifest.object));
    }
  }
  files.set(kustomizationPath(environment.name), kustomization(environment.name, files.keys()));
  return files;
}

export const kustomizationPath = (environment: string) => `${environment}/kustomization.yaml`;

/** Lists the files of the apps and of shared/, not those of argocd/, which only Argo CD's own cluster takes. */
export function kustomization(environment: string, paths: Iterable<string>): string {
  const listed = [...paths]
    .filter((path) => path.startsWith(`${environment}/`) && path.split("/").length > 2 && !path.startsWith(`${environment}/argocd/`))
    .map((path) => path.slice(environment.length + 1))
    .sort();
  return header(environment) + toYaml({ apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources: listed });
}
