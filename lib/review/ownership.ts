import type { ObjectOf } from "../kubernetes/index.ts";
import { deletesObjects } from "./argocd.ts";
import type { Flag } from "./change.ts";
import type { EnvironmentIndex } from "./environment-index.ts";
import type { Pair } from "./placing.ts";

type Application = ObjectOf<"argoproj.io/Application">;

/** The Argo CD Applications of an environment by the folder they deploy, before and after. */
export interface Applications {
  readonly before: ReadonlyMap<string, Application>;
  readonly after: ReadonlyMap<string, Application>;
}

export function applicationsOf({ before, after }: { readonly before: EnvironmentIndex; readonly after: EnvironmentIndex }): Applications {
  const byFolder = (side: EnvironmentIndex) =>
    new Map(
      side.objectsOf("argoproj.io/Application").map((application) => {
        const path = application.spec?.source?.path ?? "";
        return [path.slice(path.lastIndexOf("/") + 1), application];
      }),
    );
  return { before: byFolder(before), after: byFolder(after) };
}

/** What moving an object to another Application, or renaming one, means for who deletes it. */
export function ownershipFlags({ before, after }: Pair, applications: Applications): Flag[] {
  if (!before || !after) return [];
  if (before.object.kind === "Application" && before.object.metadata.name !== after.object.metadata.name)
    return [
      {
        flag: "ownership",
        text: deletesObjects(before.object)
          ? "the old Application's finalizer deletes its objects while the new one makes them: take the finalizer off first"
          : "the new Application takes over the objects of the old one, which has no finalizer",
        before: before.object.metadata.name,
        after: after.object.metadata.name,
      },
    ];
  if (before.app === after.app) return [];
  const old = applications.before.get(before.app);
  // Folders that no Application is known to apply are a matter of files.
  if (!old && !applications.after.has(after.app)) return [];
  const goes = old && !applications.after.has(before.app);
  const outcome = goes
    ? deletesObjects(old)
      ? `Application ${old.metadata.name} is deleted, and its finalizer deletes the object unless the new one has taken it over by then`
      : `Application ${old.metadata.name} is deleted without a finalizer: the object stays`
    : "until both have synced, the old Application may prune what the new one applies";
  return [{ flag: "ownership", text: `it moves from ${before.app} to ${after.app}: ${outcome}`, before: before.app, after: after.app }];
}
