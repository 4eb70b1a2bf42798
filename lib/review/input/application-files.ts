import { dirname } from "node:path/posix";
import { manifestFiles, readManifestFile } from "../../kubernetes/index.ts";
import { groupBy, groupOf, type KubernetesObject } from "../../manifest/index.ts";
import { isRecord } from "../../outside/index.ts";
import { isFolder, type RepositorySide } from "./repository-side.ts";

/** An Application or ApplicationSet of Argo CD, with its place in a tree. */
export interface ApplicationFile {
  readonly object: KubernetesObject;
  /** Its file, from the side's folder. */
  readonly file: string;
  /** Which object of the file it is, from 0. */
  readonly index: number;
}

/** The Applications and ApplicationSets in the files of a tree; none where its folder doesn't exist. */
export const applicationFiles = (side: RepositorySide): readonly ApplicationFile[] => (isFolder(side.root) ? [...filesIn(side)] : []);

function* filesIn(side: RepositorySide): Generator<ApplicationFile> {
  for (const found of manifestFiles(side.root, ".", side.isPassedOver)) {
    if (!("text" in found) || !found.text.includes("argoproj.io")) continue;
    for (const [index, { object }] of readManifestFile(found.text).objects.entries())
      if (isNamedApplication(object)) yield { object, file: found.file, index };
  }
}

const isNamedApplication = (object: KubernetesObject) =>
  (object.kind === "Application" || object.kind === "ApplicationSet") &&
  groupOf(object) === "argoproj.io" &&
  isRecord(object.metadata) &&
  typeof object.metadata.name === "string";

const nameOf = ({ object }: ApplicationFile) => object.metadata.name;
/** What Applications may be called, the shortest first. The last is never that of two. */
const namings: readonly ((application: ApplicationFile) => string)[] = [
  nameOf,
  (application) => `${dirname(application.file)}/${nameOf(application)}`,
  (application) => `${application.file}/${nameOf(application)}`,
  (application) => `${application.file}/${application.index}/${nameOf(application)}`,
];

/**
 * The environment that each Application is: its name, with as much of its place as it takes for no other of that name to be called the same
 * on either side.
 */
export function environmentNames(sides: readonly (readonly ApplicationFile[])[]): (application: ApplicationFile) => string {
  const named = sides.map((side) =>
    groupBy(
      side.filter(({ object }) => object.kind === "Application"),
      nameOf,
    ),
  );
  const isUnique = (naming: (application: ApplicationFile) => string, name: string) =>
    named.map((side) => side.get(name) ?? []).every((own) => new Set(own.map(naming)).size === own.length);
  const chosen = new Map(
    [...new Set(named.flatMap((side) => [...side.keys()]))].map((name) => [name, namings.find((naming) => isUnique(naming, name))]),
  );
  return (application) => (chosen.get(nameOf(application)) ?? nameOf)(application);
}
