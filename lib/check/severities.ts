import { fitsGlob } from "../outside/index.ts";
import { nearest, type Problem } from "../problem/index.ts";
import type { Configuration, Settings } from "../sources/index.ts";
import type { Finding } from "./finding.ts";
import { rules } from "./rules/index.ts";

type Severities = Readonly<Record<string, { readonly severity: "off" | "info" | "warning" }>>;

/** Severities, the gravest first. */
export const graver: readonly Finding["severity"][] = ["error", "warning", "info"];

/**
 * Findings with the severities that an environment sets for some rules: a rule may be off, or its findings milder, and never graver.
 * @param severities by id or pattern of ids; of several that fit a rule the last counts
 */
export function withSeverities(findings: readonly Finding[], severities: Severities): Finding[] {
  const entries = Object.entries(severities);
  if (entries.length === 0) return [...findings];
  return findings.flatMap((finding): Finding[] => {
    const most = entries.findLast(([pattern]) => fitsGlob(pattern, finding.rule))?.[1].severity;
    if (most === "off") return [];
    return [most !== undefined && graver.indexOf(finding.severity) < graver.indexOf(most) ? { ...finding, severity: most } : finding];
  });
}

/** Ids of the rules that are off in each of some environments. */
export const rulesOff = (all: readonly Severities[]): string[] =>
  rules.flatMap(({ id }) => (all.length > 0 && all.every((severities) => isOff(id, severities)) ? id : []));

const isOff = (id: string, severities: Severities) =>
  Object.entries(severities).findLast(([pattern]) => fitsGlob(pattern, id))?.[1].severity === "off";

/** The rules that a configuration sets and that there are none of. */
export function unknownRules({ file, settings, environments }: Configuration): Problem[] {
  const named = [
    { path: "rules", settings },
    ...environments.map((environment) => ({ path: `environments.${environment.name}.rules`, settings: environment.settings })),
  ];
  const own = new Set(Object.keys(settings.rules ?? {}));
  return named.flatMap(({ path, settings: { rules: set } }, index) =>
    idsOf(set)
      .filter((id) => (index === 0 || !own.has(id)) && !rules.some((rule) => fitsGlob(id, rule.id)))
      .map((id) => {
        const near = nearest(
          id,
          rules.map((rule) => rule.id),
        );
        return { file, path: `${path}["${id}"]`, message: `there is no rule "${id}"`, fix: near ? `Did you mean "${near}"?` : listed };
      }),
  );
}

const idsOf = (set: Settings["rules"]) => Object.keys(set ?? {});
const listed = "`slipway rules` lists all rules.";
