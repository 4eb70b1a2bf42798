import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import { type Environment, resolve } from "../overlay/index.ts";
import { InputError } from "../problem/index.ts";
import { pipelineNumber } from "./pipeline.ts";
import { Refused } from "./refused.ts";

/** Whom GitLab says a job runs for: https://docs.gitlab.com/ci/secrets/id_token_authentication/ */
export interface Requester {
  /** Path of the project whose pipeline asks, as dominos/backend-app. */
  readonly project: string;
  /** Number of that pipeline. */
  readonly pipeline: number;
  /** The user it runs for. */
  readonly user: string | undefined;
}

/** Whose pipelines an environment takes releases from, as its overlays say. */
export interface Trust {
  readonly environment: string;
  /** Address of the GitLab instance: it issues the tokens, and has the keys that verify them. */
  readonly issuer: string;
  readonly audience: string;
  /** Projects that may release here; undefined for the sources of all its apps. */
  readonly projects: readonly string[] | undefined;
  readonly promotesFrom: string | undefined;
}

const timeout = 10_000;
/** Characters of a token: GitLab's have some 1,500. */
const longest = 16_384;

/** @param root folder of the project @throws InputError where the overlays don't say which GitLab instance is trusted */
export function trustOf(environment: Environment, root: string): Trust {
  const { settings } = resolve(environment, root);
  const { releases = {}, promotesFrom, argocd } = settings;
  const issuer = releases.gitlab ?? /^https:\/\/[^/@]+(?=\/)/.exec(argocd.repository)?.[0];
  if (issuer === undefined)
    throw new InputError([
      {
        environment: environment.name,
        path: "releases.gitlab",
        message: "is required for releases by pipelines, since argocd.repository is not an https address",
        fix: "Name the GitLab instance whose pipelines may release, as https://gitlab.example.",
      },
    ]);
  return {
    environment: environment.name,
    issuer,
    audience: releases.audience ?? "slipway",
    projects: releases.pipelines ?? (promotesFrom === undefined ? undefined : []),
    promotesFrom,
  };
}

/**
 * Variables of a job that would name another instance or audience than the overlays do. They decide nothing; one that differs says that
 * somebody expects it to.
 * @throws Refused
 */
export function expectCommitted({ environment, issuer, audience }: Trust, variables: Readonly<Record<string, string | undefined>>): void {
  const expected = { CI_SERVER_URL: issuer, CI_API_V4_URL: `${issuer}/api/v4`, SLIPWAY_AUDIENCE: audience };
  const differing = Object.entries(expected).filter(([name, value]) => variables[name] && variables[name]?.replace(/\/$/, "") !== value);
  if (differing.length > 0)
    throw new Refused(
      differing
        .map(
          ([name, value]) =>
            `${name} isn't what the overlays of ${environment} say, which is ${value}. Releases take neither from variables.`,
        )
        .join("\n"),
    );
}

/**
 * Verifies the ID token that an app's pipeline hands over, by the keys of the instance that the overlays name.
 * @throws Refused for a token that isn't the instance's, isn't for us, has run out, or is of a project that may not release here
 */
export async function requesterOf(token: string, trust: Trust): Promise<Requester> {
  const { environment, issuer, audience, projects, promotesFrom } = trust;
  if (projects?.length === 0) throw new Refused(`${environment} takes releases from no pipeline.${promotion(promotesFrom)}`);
  const keys = createRemoteJWKSet(new URL(`${issuer}/oauth/discovery/keys`), { timeoutDuration: timeout });
  try {
    if (token.length > longest) throw new Refused(`the ID token isn't accepted: it has more than ${longest} characters.`);
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ["RS256", "ES256"],
      requiredClaims: ["project_path", "exp"],
    });
    return requester(payload, trust);
  } catch (error) {
    if (error instanceof errors.JOSEError)
      throw new Refused(
        `the ID token isn't accepted: ${error.message}. Nobody releases without one that ${issuer} gave for "${audience}".`,
      );
    if (error instanceof Refused) throw error;
    // Whatever keeps the instance from answering: it is asked again by the next try of the pipeline.
    throw new Refused(`the ID token can't be verified: ${issuer} doesn't give its keys (${(error as Error).message}).`);
  }
}

const promotion = (from: string | undefined) => (from === undefined ? "" : ` Images get there by promotion from ${from}.`);

function requester(claims: Readonly<Record<string, unknown>>, { environment, projects, promotesFrom }: Trust): Requester {
  const { project_path: project, pipeline_id: pipeline, ref_protected: isProtected, user_login: user } = claims;
  if (typeof project !== "string") throw new Refused("the ID token names no project");
  if (String(isProtected) !== "true")
    throw new Refused(`${project} asks from a branch or tag that isn't protected: only protected ones release.`);
  const number = pipelineNumber(String(pipeline));
  if (number === undefined) throw new Refused("the ID token names no pipeline: nobody could say which release is the newer one.");
  if (projects && !projects.includes(project)) {
    const others = projects.join(", ");
    throw new Refused(
      `${project} may not release to ${environment}, which takes releases from ${others} only.${promotion(promotesFrom)} releases.pipelines says so.`,
    );
  }
  return { project, pipeline: number, user: typeof user === "string" ? user : undefined };
}
