import { fitsGlob } from "../outside/index.ts";
import { InputError, nearest, type Problem } from "../problem/index.ts";
import type { Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";

/** Which rules run. Each entry is the id of a rule, or a pattern of ids, as `references/*`. */
export interface Choice {
  /** Only these. Default: all */
  readonly rule?: readonly string[] | undefined;
  /** All but these. */
  readonly skip?: readonly string[] | undefined;
}

/**
 * Whether a rule was asked for.
 * @throws InputError with every entry that names no rule
 */
export function chosenRules({ rule: only, skip = [] }: Choice): (rule: Rule) => boolean {
  const problems = [...problemsOf("--rule", only ?? []), ...problemsOf("--skip", skip)];
  if (problems.length > 0) throw new InputError(problems);
  const isNamed = (patterns: readonly string[], { id }: Rule) => patterns.some((pattern) => fitsGlob(pattern, id));
  const asked = (rule: Rule) => (!only || isNamed(only, rule)) && !isNamed(skip, rule);
  if (!rules.some(asked))
    throw new InputError([{ message: "--rule and --skip leave no rule to run", fix: "Skip fewer rules; `slipway rules` lists all." }]);
  return asked;
}

function problemsOf(option: string, patterns: readonly string[]): Problem[] {
  const unknown = patterns.filter((pattern) => !rules.some(({ id }) => fitsGlob(pattern, id)));
  return unknown.map((pattern) => {
    const isGlob = pattern.includes("*");
    const near = nearest(pattern, isGlob ? rules.map(({ family }) => `${family}/*`) : rules.map(({ id }) => id));
    return {
      message: isGlob ? `${option}: no rule fits "${pattern}"` : `${option}: there is no rule "${pattern}"`,
      fix: `${near ? `Did you mean "${near}"?` : `Write folders before ${option}.`} \`slipway rules\` lists all rules.`,
    };
  });
}
