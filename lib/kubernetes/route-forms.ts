/** Forms of values in routes of the Gateway API: https://gateway-api.sigs.k8s.io/reference/spec/ */

const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** How long a duration of the Gateway API is, as 1m30s, in milliseconds; 0 for any other text. */
export const routeMilliseconds = (duration: string): number =>
  [...duration.matchAll(/(\d{1,5})(ms|h|m|s)/g)].reduce((sum, [, amount, unit = "s"]) => sum + Number(amount) * (units[unit] ?? 0), 0);

const characters = /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/;

/** What a path that is exact or a prefix can't be, in words; undefined where it can. */
export function routePathProblem(path: string): string | undefined {
  const part = ["//", "/./", "/../", "%2f", "%2F"].find((found) => path.includes(found)) ?? ["/..", "/."].find((end) => path.endsWith(end));
  if (!path.startsWith("/")) return "expected a path beginning with '/'";
  if (part !== undefined) return `can't hold ${part}`;
  return characters.test(path) ? undefined : "has characters that a path can't have";
}

/** Whether a host is a pattern's own, or below its wildcard, as those of listeners and routes are. */
export const fitsHost = (host: string, pattern: string): boolean =>
  host === pattern || (pattern.startsWith("*.") && host.endsWith(pattern.slice(1)));
