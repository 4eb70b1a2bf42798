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
 */
export function waive(
  findings: readonly Finding[],
  waivers: Readonly<Record<string, Waiver>>,
  { environment, file, today, ids }: { environment: string; file: string; today: string; ids: ReadonlySet<string> },
): Finding[] {
  const entries = Object.entries(waivers);
  const valid = new Map<string, Waiver>();
  for (const [, waiver] of entries) if (waiver.until >= today && !valid.has(keyOf(waiver))) valid.set(keyOf(waiver), waiver);
  const named = new Set(valid.size > 0 ? findings.flatMap(keysOf) : []);
  const marked = findings.map((finding) => {
    const found = valid.size > 0 ? keysOf(finding).flatMap((key) => valid.get(key) ?? [])[0] : undefined;
    return found ? { ...finding, waived: { reason: found.reason, until: found.until } } : finding;
  });
  const complaint = (name: string, waiver: Waiver, message: string, fix: string): Finding => ({
    rule: "fleet/waiver",
    severity: "warning",
    environment,
    app: "",
    resource: { apiVersion: "", kind: "Waiver", namespace: "", name },
    file,
    path: `waivers.${name}`,
    message: `the waiver of ${waiver.rule} for ${waiver.resource} ${message}`,
    fix,
  });
  const complaints = entries.flatMap(([name, waiver]): Finding[] => {
    if (waiver.until < today)
      return [
        complaint(
          name,
          waiver,
          `ran out on ${waiver.until}`,
          "Fix what it covered, or give it another date with a reason that still holds.",
        ),
      ];
    if (!named.has(keyOf(waiver))) {
      const meant = ids.has(waiver.rule) ? undefined : nearest(waiver.rule, ids);
      if (ids.has(waiver.rule)) return [complaint(name, waiver, "covers nothing", "Remove it.")];
      return [complaint(name, waiver, "names no rule", meant ? `Did you mean "${meant}"?` : "slipway rules lists all rules.")];
    }
    return [];
  });
  return [...marked, ...complaints];
}
