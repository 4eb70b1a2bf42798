import { Refused } from "./refused.ts";

/** A registry of ECR says its region in its name. */
const ecrHost = /^\d{12}\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/** Whether a host is a registry of ECR. */
export const isEcr = (host: string) => ecrHost.test(host);

/**
 * A password for a registry of ECR by the usual AWS credentials: the environment's, a profile's, a web identity's, an instance's.
 * AWS's own library asks for it; it is loaded only here, and has to be installed where this is wanted.
 */
export async function ecrCredentials(host: string): Promise<{ user: string; password: string }> {
  const region = ecrHost.exec(host)?.[1] as string;
  const library = await import("@aws-sdk/client-ecr").catch(() => {
    throw new Refused(`${host} asks for a password: install @aws-sdk/client-ecr, or use Docker's helper ecr-login, or --no-resolve.`);
  });
  try {
    const { authorizationData = [] } = await new library.ECRClient({ region }).send(new library.GetAuthorizationTokenCommand({}));
    const [user = "", ...password] = Buffer.from(authorizationData[0]?.authorizationToken ?? "", "base64")
      .toString("utf8")
      .split(":");
    return { user, password: password.join(":") };
  } catch (error) {
    throw new Refused(
      `AWS gives no password for ${host} (${(error as Error).name}).\nIt takes the usual credentials, and the right ecr:GetAuthorizationToken. Or use --no-resolve.`,
    );
  }
}
