import { z } from "zod";
import { nearest } from "../problem/index.ts";
import { waiversSchema } from "../sources/index.ts";
import { readData } from "../validation/index.ts";
import type { Finding } from "./finding.ts";
import type { Waiver } from "./scope.ts";

const Waivers = z.strictObject({ waivers: waiversSchema });

/** Reads a slipway.waivers.yaml: `waivers:` by name, each with rule, resource, reason and until. @throws InputError with everything that is wrong */
export const readWaivers = (text: string, file: string): Readonly<Record<string, Waiver>> => readData(Waivers, text, file).waivers;

/** What a waiver names, and the two ways a finding is named. */
const keyOf = ({ rule, resource }: Pick<Waiver, "rule" | "resource">) => `${rule} ${resource}`;
const keysOf = ({ rule, resource: { kind, namespace, name } }: Finding) => [
  keyOf({ rule, resource: `${kind} ${name}` }),
  keyOf({ rule, resource: `${kind} ${namespace}/${name}` }),
];

/**
 * Marks the findings that waivers cover, and reports waivers that have expired or match no finding.
 * @param waivers by their names
 * @param today as 2030-01-31
 * @param ids of all rules
 * @param areShared whether other environments, which aren't checked now, may need them too: then none of them is in vain
 */
export function waive(
  findings: readonly Finding[],
  waivers: Readonly<Record<string, Waiver>>,
  {
    environment,
    file,
    today,
    ids,
    areShared,
  }: { environment: string; file: string; today: string; ids: ReadonlySet<string>; areShared: boolean },
): Finding[] {
  const entries = Object.entries(waivers);
  const valid = new Map<string, Waiver>();
  for (const [, waiver] of entries) if (waiver.until >= today && !valid.has(keyOf(waiver))) valid.set(keyOf(waiver), waiver);
  const named = new Set(valid.size > 0 ? findings.flatMap(keysOf) : []);
  const marked = findings.map((finding) => {
    const found = valid.size > 0 ? keysOf(finding).flatMap((key) => valid.get(key) ?? [])[0] : undefined;
    return found ? { ...finding, waived: { reason: found.reason, until: found.until } } : finding;
  });
  const complaints = entries.flatMap(([name, waiver]): Finding[] => {
    const wrong = problemOf(waiver, { today, ids, isNeeded: areShared || named.has(keyOf(waiver)) });
    if (wrong === undefined) return [];
    return [
      {
        rule: "fleet/waiver",
        severity: "warning",
        environment,
        app: "",
        resource: { apiVersion: "", kind: "Waiver", namespace: "", name },
        file: waiver.file ?? file,
        path: `waivers.${name}`,
        message: `the waiver of ${waiver.rule} for ${waiver.resource} ${wrong.message}`,
        fix: wrong.fix,
      },
    ];
  });
  return [...marked, ...complaints];
}

/** What is wrong with a waiver, and what to do about it. */
function problemOf(
  { rule, until }: Waiver,
  { today, ids, isNeeded }: { today: string; ids: ReadonlySet<string>; isNeeded: boolean },
): { readonly message: string; readonly fix: string } | undefined {
  if (until < today)
    return { message: `ran out on ${until}`, fix: "Fix what it covered, or give it another date with a reason that still holds." };
  if (!ids.has(rule)) {
    const meant = nearest(rule, ids);
    return { message: "names no rule", fix: meant ? `Did you mean "${meant}"?` : "slipway rules lists all rules." };
  }
  return isNeeded ? undefined : { message: "covers nothing", fix: "Remove it." };
}
