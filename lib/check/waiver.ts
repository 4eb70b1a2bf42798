import { parseDocument } from "yaml";
import { z } from "zod";
import { InputError } from "../problem/index.ts";
import type { Finding } from "./finding.ts";
import type { Waiver } from "./scope.ts";

const Waivers = z.strictObject({
  waivers: z.record(
    z.string(),
    z.strictObject({
      rule: z.string(),
      resource: z
        .string()
        .regex(/^[A-Z]\w+ \S+$/, { error: "expected kind and name, as Deployment backend-app or Deployment shop/backend-app" }),
      reason: z.string().min(10, { error: "expected a reason somebody else can judge" }),
      until: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, { error: "expected a day in quotes, as '2030-01-31'" }),
    }),
  ),
});

/** Reads a slipway.waivers.yaml: `waivers:` by name, each with rule, resource, reason and until. @throws InputError with everything that is wrong */
export function readWaivers(text: string, file: string): Readonly<Record<string, Waiver>> {
  const document = parseDocument(text, { uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw new InputError([{ file, message: error.message.split("\n")[0] ?? "" }]);
  const result = Waivers.safeParse(document.toJS({ maxAliasCount: 10 }));
  if (result.success) return result.data.waivers;
  throw new InputError(result.error.issues.map(({ path, message }) => ({ file, path: path.join("."), message })));
}

const covers = (waiver: Waiver, { rule, resource: { kind, namespace, name } }: Finding) =>
  waiver.rule === rule && (waiver.resource === `${kind} ${name}` || waiver.resource === `${kind} ${namespace}/${name}`);

/**
 * Marks the findings that waivers cover, and finds fault with waivers that have run out or cover nothing.
 * @param waivers by their names
 * @param today as 2030-01-31
 */
export function waive(
  findings: readonly Finding[],
  waivers: Readonly<Record<string, Waiver>>,
  { environment, file, today }: { environment: string; file: string; today: string },
): Finding[] {
  const entries = Object.entries(waivers);
  const valid = entries.filter(([, { until }]) => until >= today);
  const marked = findings.map((finding) => {
    const found = valid.find(([, waiver]) => covers(waiver, finding))?.[1];
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
          "Mend what it covered, or give it another date with a reason that still holds.",
        ),
      ];
    if (!findings.some((finding) => covers(waiver, finding))) return [complaint(name, waiver, "covers nothing", "Take it out.")];
    return [];
  });
  return [...marked, ...complaints];
}
