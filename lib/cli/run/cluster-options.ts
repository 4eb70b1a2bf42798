import { isLabel, versionProblem } from "../../kubernetes/index.ts";
import type { Problem } from "../../problem/index.ts";

/** What is wrong with options that say what the cluster has. */
export function clusterOptionProblems({ kubernetes, namespace }: { readonly kubernetes?: string; readonly namespace?: string }): Problem[] {
  const expected = kubernetes === undefined ? undefined : versionProblem(kubernetes);
  return [
    ...(expected === undefined
      ? []
      : [{ message: `--kubernetes: expected ${expected}, found "${kubernetes}"`, fix: "Give the cluster's version, as 1.34." }]),
    ...(namespace === undefined || isLabel(namespace)
      ? []
      : [
          {
            message: `--namespace: "${namespace}" is not the name of a namespace`,
            fix: "Give at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit.",
          },
        ]),
  ];
}
