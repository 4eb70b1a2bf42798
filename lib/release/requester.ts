import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import { InputError } from "../problem/index.ts";
import { Refused } from "./refused.ts";

/** Whom GitLab says a job runs for: https://docs.gitlab.com/ci/secrets/id_token_authentication/ */
export interface Requester {
  /** Path of the project whose pipeline asks, as dominos/backend-app. */
  readonly project: string;
  /** Number of that pipeline. */
  readonly pipeline: number | undefined;
}

const timeout = 10_000;

/**
 * Verifies the ID token that an app's pipeline hands over, by the instance's own keys.
 * @param issuer address of the GitLab instance, which it trusts
 * @param audience what the token must be for
 * @throws Refused for a token that isn't the instance's, isn't for us, or has run out
 */
export async function requesterOf(token: string, issuer: string, audience: string): Promise<Requester> {
  if (!URL.canParse(issuer))
    throw new InputError([{ message: `"${issuer}" is no address of a GitLab instance`, mend: "Set CI_SERVER_URL." }]);
  const keys = createRemoteJWKSet(new URL("/oauth/discovery/keys", issuer), { timeoutDuration: timeout });
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ["RS256", "ES256"],
      requiredClaims: ["project_path", "exp"],
    });
    const { project_path: project, pipeline_id: pipeline, ref_protected: isProtected } = payload as Readonly<Record<string, unknown>>;
    if (typeof project !== "string") throw new Refused("the ID token names no project");
    if (String(isProtected) !== "true")
      throw new Refused(`${project} asks from a branch or tag that isn't protected: only protected ones release.`);
    return { project, pipeline: /^[1-9]\d*$/.test(String(pipeline)) ? Number(pipeline) : undefined };
  } catch (error) {
    if (error instanceof errors.JOSEError)
      throw new Refused(
        `the ID token isn't accepted: ${error.message}. Nobody releases without one that ${issuer} gave for "${audience}".`,
      );
    throw error;
  }
}
