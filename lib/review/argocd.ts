import type { KubernetesObject } from "../manifest/index.ts";

/** What an object's annotations set for Argo CD: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/ */
const prefix = "argocd.argoproj.io/";

/** Its sync options, as `Prune=false`. */
export const syncOptionsOf = ({ metadata }: KubernetesObject): readonly string[] =>
  (metadata.annotations?.[`${prefix}sync-options`] ?? "").split(",").map((option) => option.trim());

/** Whether it is a hook, made anew at each sync; Helm's are hooks to Argo CD too. */
export const isHook = ({ metadata: { annotations = {} } }: KubernetesObject): boolean =>
  Boolean(annotations[`${prefix}hook`] ?? annotations["helm.sh/hook"]);

/** Whether deleting an Application deletes its objects: https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/ */
export const deletesObjects = ({ metadata }: KubernetesObject): boolean =>
  (metadata.finalizers ?? []).some((finalizer) => finalizer.startsWith("resources-finalizer.argocd.argoproj.io"));
