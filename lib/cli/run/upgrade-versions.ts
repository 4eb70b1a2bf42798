import { minorOf, newestVersion, versionProblem } from "../../kubernetes/index.ts";
import type { Problem } from "../../problem/index.ts";

/** The oldest version whose removed APIs are known; its fields are those of the oldest schemas. */
const oldest = "1.16";

/** What is wrong with the two versions of an upgrade. */
export function upgradeVersionProblems(from: string | undefined, to: string | undefined): Problem[] {
  const order = from !== undefined && to !== undefined && isMinor(from) && isMinor(to) ? orderProblem(from, to) : undefined;
  return [
    ...problemOf("--kubernetes-from", from, fromProblem),
    ...(order && from !== to ? [] : problemOf("--kubernetes-to", to, versionProblem)),
    ...(order ? [order] : []),
  ];
}

const isMinor = (version: string) => /^1\.(0|[1-9]\d*)$/.test(version);

/** As versionProblem, for the version before the upgrade: one that is older than all schemas is known by its APIs. */
function fromProblem(version: string): string | undefined {
  const expected = versionProblem(version);
  if (expected === undefined || !isMinor(version)) return expected;
  const isOld = minorOf(version) >= minorOf(oldest) && minorOf(version) <= minorOf(newestVersion());
  return isOld ? undefined : `a version that slipway knows, from ${oldest} to ${newestVersion()}`;
}

function problemOf(flag: string, version: string | undefined, expectedOf: (version: string) => string | undefined): Problem[] {
  if (version === undefined)
    return [{ message: `${flag} is missing`, fix: "Give both versions: --kubernetes-from 1.34 --kubernetes-to 1.37." }];
  const expected = expectedOf(version);
  if (expected === undefined) return [];
  // As kubectl and the tags of releases have it.
  const [, meant] = /^v?(1\.\d+)(?:\.\d+)?$/.exec(version) ?? [];
  const isMeant = meant !== undefined && expectedOf(meant) === undefined;
  return [
    {
      message: `${flag}: expected ${expected}, found "${version}"`,
      fix: isMeant ? `Did you mean ${meant}?` : "Give a minor version, as 1.34.",
    },
  ];
}

/** Says that the target is the older version; undefined where it isn't. */
export const downgradeMessage = (from: string, to: string): string | undefined =>
  minorOf(to) < minorOf(from) ? `--kubernetes-to ${to} is older than --kubernetes-from ${from}: that is a downgrade` : undefined;

function orderProblem(from: string, to: string): Problem | undefined {
  if (from === to)
    return {
      message: `both versions are ${from}: nothing is upgraded`,
      fix: "Give the version that the cluster gets with --kubernetes-to.",
    };
  // Between versions whose schemas are known it can be judged.
  const message = downgradeMessage(from, to);
  if (message === undefined || versionProblem(to) === undefined) return undefined;
  return {
    message,
    fix: "Give the version that the cluster has now with --kubernetes-from, and a newer one with --kubernetes-to.",
  };
}
