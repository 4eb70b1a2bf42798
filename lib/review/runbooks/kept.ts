import type { KubernetesObject } from "../../manifest/index.ts";
import { own } from "../../outside/index.ts";
import { inNamespace, kubectl } from "./command.ts";
import type { Place, Situation, Step } from "./runbook.ts";

/** Keeps the live object when it leaves git: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#no-prune-resources */
export const keep = (resource: string, { namespace, name }: Place): Step => ({
  text: "Have Argo CD keep the old object when it leaves git.",
  command: kubectl("annotate", resource, name, `${syncOptions}=Prune=false`, "--overwrite", inNamespace(namespace)),
});
const syncOptions = "argocd.argoproj.io/sync-options";

/** Whether `keep` lasts until the merge: what git itself sets, self-heal puts back. */
export const canKeep = ({ metadata }: KubernetesObject): boolean => own(metadata.annotations ?? {}, syncOptions) === undefined;

export const mergeBeside: Step = { text: "Merge the change. The sync creates the new object beside the old one." };

/** Whether the namespace that an object leaves goes too, with everything in it. */
export const losesNamespace = ({ environments, from }: Situation) => {
  const has = (side: "before" | "after") =>
    environments[side].objectsOf("Namespace").some(({ metadata }) => metadata.name === from.namespace);
  return has("before") && !has("after");
};
