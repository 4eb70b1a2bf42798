import type { Issue } from "../../kubernetes/index.ts";
import { formed, required } from "./issues.ts";

/** A seccomp or AppArmor profile. */
export function* profileIssues(
  profile: { readonly type?: string; readonly localhostProfile?: string } | undefined,
  path: string,
): Generator<Issue> {
  if (!profile) return;
  yield* required(profile.type, `${path}.type`);
  yield* formed(
    profile.type,
    (type) => type === "" || ["RuntimeDefault", "Unconfined", "Localhost"].includes(String(type)),
    `${path}.type`,
    "one of RuntimeDefault, Unconfined, Localhost",
  );
  if (profile.type === "Localhost" && profile.localhostProfile === undefined) yield* required(undefined, `${path}.localhostProfile`);
  if (profile.type !== "Localhost" && profile.localhostProfile !== undefined)
    yield { path: `${path}.localhostProfile`, message: "is for the type Localhost only" };
}
