/** The code of an error of the system, as `ENOENT`; undefined for any other. It may be of another realm, so its class isn't asked. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** The message of an error; what was thrown as text, where it is no error. */
export const errorMessage = (error: unknown): string =>
  typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
