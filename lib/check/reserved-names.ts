import type { Issue } from "../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../manifest/index.ts";

/** How names of configuration in files of the API server end: https://kep.k8s.io/5793 */
const staticName = ".static.k8s.io";

/** The minor version from which the API server refuses such names; the one before warns of them. */
export const reservesNames = 37;

/** An issue where the name of an object is kept for configuration in files. */
export function* reservedNameIssues(object: KubernetesObject): Generator<Issue> {
  if (groupOf(object) !== "admissionregistration.k8s.io" || !object.metadata.name?.endsWith(staticName)) return;
  yield {
    path: "metadata.name",
    message: `ends in ${staticName}, which is for configuration in files of the API server`,
    fix: "Give it another name.",
  };
}
