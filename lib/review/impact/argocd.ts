import type { ObjectOf } from "../../kubernetes/index.ts";
import { deletesObjects } from "../argocd.ts";
import { type Changing, deletion, inPlace, kindImpact, type Verdict } from "../impact.ts";

function automation({ before, after }: Changing<ObjectOf<"argoproj.io/Application">>): Verdict {
  const [from, to] = [before.spec?.syncPolicy?.automated, after.spec?.syncPolicy?.automated];
  const effects = [
    from && !to ? "nothing is synced until somebody syncs by hand" : "",
    !from && to ? "from now on every commit is synced" : "",
    from?.prune && !to?.prune ? "what leaves git stays in the cluster" : "",
    !from?.prune && to?.prune ? "what has left git is deleted" : "",
    from?.selfHeal && to && !to.selfHeal ? "changes by hand stay" : "",
    !from?.selfHeal && to?.selfHeal ? "changes by hand are undone" : "",
  ].filter(Boolean);
  return inPlace(effects.join("; ") || "how it syncs");
}

export const application = kindImpact(["argoproj.io/Application"], {
  fields: [
    ["spec.destination", inPlace("its objects are created at the new destination, and those at the old one stay without an owner")],
    ["spec.source", inPlace("it follows another folder in git: objects that aren't there are pruned")],
    ["spec.sources", inPlace("it follows other folders in git: objects that aren't there are pruned")],
    ["spec.project", inPlace("another AppProject decides what it may deploy")],
    ["spec.syncPolicy.automated", automation],
    ["spec.syncPolicy", inPlace("how it syncs")],
    ["spec.ignoreDifferences", inPlace("it ignores other differences")],
    [
      "metadata.finalizers",
      ({ after }) => inPlace(deletesObjects(after) ? "its objects are deleted with it" : "when it is deleted its objects stay"),
    ],
    ["spec", inPlace("Argo CD reads it at once")],
  ],
  removed: (object, environment) => {
    const held = environment.ofApplication(object);
    const some = held > 0 ? `${held} objects of these manifests` : "its objects";
    return deletesObjects(object)
      ? deletion(`its finalizer deletes ${some} with it`)
      : deletion(`the Application is deleted, and ${some} stay without an owner: it has no finalizer`);
  },
});

export const project = kindImpact(["argoproj.io/AppProject"], {
  fields: [["spec", inPlace("its Applications may deploy other things: what it no longer permits fails to sync")]],
  removed: () => deletion("Applications of the project can't sync any more"),
});
