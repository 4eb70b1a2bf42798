import { groupBy } from "../manifest/index.ts";
import type { Finding } from "./finding.ts";

/** A finding as reports for people show it: once, though several environments have it by the same file. */
export interface ShownFinding {
  readonly finding: Finding;
  /** Other environments whose object comes from the same place, in the report's order. */
  readonly alsoIn: readonly string[];
}

/** The findings that no waiver covers, in their order. What overlays take over from one base is shown with the first of them. */
export function shownFindings(findings: readonly Finding[]): ShownFinding[] {
  const open = findings.filter(({ waived }) => !waived);
  // Finding out each line takes time, and there is nobody to share them with.
  if (open.every(({ environment }) => environment === open[0]?.environment)) return open.map((finding) => ({ finding, alsoIn: [] }));
  const others = new Map<Finding, readonly string[]>();
  const repeated = new Set<Finding>();
  for (const alike of groupBy(open, placeOf).values()) {
    const [first = [], ...more] = [...groupBy(alike, ({ environment }) => environment).values()];
    // Where one environment has more of the same, each is shown.
    if (more.some((other) => other.length !== first.length)) continue;
    for (const finding of first)
      others.set(
        finding,
        more.flatMap(([finding]) => finding?.environment ?? []),
      );
    for (const finding of more.flat()) repeated.add(finding);
  }
  return open.filter((finding) => !repeated.has(finding)).map((finding) => ({ finding, alsoIn: others.get(finding) ?? [] }));
}

/** Objects of one place may have different names: overlays put something before or after them. */
function placeOf({ rule, severity, file, line, path, message, environment, resource }: Finding): string {
  const object = line === undefined ? [resource.kind, resource.namespace, resource.name] : [line, resource.kind];
  return JSON.stringify([rule, severity, file, ...object, path, message, file === "" ? environment : ""]);
}

/** Environments that are listed by name; of more there is the number. */
const mostListed = 3;

/** Names the other environments; empty where there are none. */
export function alsoInText(alsoIn: readonly string[]): string {
  if (alsoIn.length === 0) return "";
  const named = alsoIn.length > mostListed ? [...alsoIn.slice(0, mostListed - 1), `${alsoIn.length - mostListed + 1} more`] : alsoIn;
  return `also in ${named.join(", ")}`;
}
