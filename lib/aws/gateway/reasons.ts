import type { GatewayAuthorization } from "../../overlay/index.ts";

/** Why nobody is asked who calls, as the author says it; undefined where somebody is. */
export const whyNoAuthorization = (authorization: GatewayAuthorization): string | undefined =>
  authorization.type === "none" ? authorization.reason : undefined;

/** Why callers don't come with a token of a Cognito user pool; undefined where they do. */
export function whyNoCognito(authorization: GatewayAuthorization): string | undefined {
  switch (authorization.type) {
    case "cognito":
      return undefined;
    case "none":
      return authorization.reason;
    case "iam":
      return "Callers are AWS identities, whose requests are signed.";
    case "lambda":
      return "Callers come with credentials that a Lambda authorizer verifies.";
  }
}
