import { fileNames, marker, type TreeFiles } from "../dist/index.ts";
import { groupBy, type Manifest, type PlacedManifest, toYaml } from "../manifest/index.ts";
import type { ResolvedEnvironment } from "../overlay/index.ts";

/** The first line of a generated file. */
const header = (place: string) => `${marker} for ${place}: change overlays/, not this file.\n`;

/**
 * Stands in one file of a folder, so that what goes from the folder changes a file that stays. Argo CD looks for what a commit touches in
 * git's list of changed files, in which a file that goes here while one much like it comes elsewhere is a rename, listed by its new name
 * alone: the folder it went from would be taken for unchanged, and what it held would go on being applied.
 */
const counted = (count: number) => `${countLine}${count}\n`;
const countLine = "# Objects in this folder: ";
/** Whether a file is the one with the number of files of its folder. */
export const isCounting = (text: string) => text.startsWith(countLine, text.indexOf("\n") + 1);
const firstOf = (members: readonly PlacedManifest[]) => members.map(({ path }) => path).sort()[0] ?? "";

/** Gives each manifest of an environment its place in dist. */
export function placed(environment: ResolvedEnvironment, manifests: readonly Manifest[]): PlacedManifest[] {
  const namespaces = new Map(environment.apps.map((app) => [app.name, app.spec.namespace]));
  namespaces.set("argocd", environment.settings.argocd.namespace ?? "argocd");
  const folders = groupBy(manifests, ({ folder }) => folder);
  const order = [...folders].sort(([a], [b]) => (a < b ? -1 : 1));
  return order.flatMap(([folder, members]) => {
    const names = fileNames(
      members.map(({ object }) => object),
      namespaces.get(folder),
    );
    return members.map((manifest, index) => ({ ...manifest, path: `${environment.name}/${folder}/${names[index]}` }));
  });
}

/** An environment's files by path in dist: one for each object, and the kustomization.yaml that lists them. */
export function treeFiles(environment: string, manifests: readonly PlacedManifest[]): TreeFiles {
  const files = new Map<string, string>();
  const counts = new Map([...groupBy(manifests, ({ folder }) => folder)].map(([, members]) => [firstOf(members), members.length]));
  for (const { app, folder, path, object } of manifests) {
    const from = app !== undefined && app !== folder ? ` (${app})` : "";
    const count = counts.get(path);
    files.set(path, header(`${environment}/${folder}${from}`) + (count === undefined ? "" : counted(count)) + toYaml(object));
  }
  files.set(kustomizationPath(environment), kustomization(environment, files.keys()));
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
