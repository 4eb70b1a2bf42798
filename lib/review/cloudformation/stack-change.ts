import type { Change } from "../change.ts";
import type { Verdict } from "../impact.ts";

/** How `resource.apiVersion` of a template's resources reads. */
export const templateVersion = "cloudformation/2010-09-09";

/** A stack as reports name it. */
export interface Shown {
  readonly stack: string;
  readonly file: string;
}

/** A change of something in a stack. @param kind type of the resource, or what else it is */
export function changeOf(
  { stack, file }: Shown,
  kind: string,
  name: string,
  more: Pick<Change, "action" | "fields" | "notes"> & Verdict,
): Change {
  const flags = [...new Set(more.notes.map(({ flag }) => flag))];
  return { environment: stack, app: "", resource: { apiVersion: templateVersion, kind, namespace: "", name }, flags, file, ...more };
}
