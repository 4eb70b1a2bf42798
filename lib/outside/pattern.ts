import { RE2JS } from "re2js";

/** Characters past which a pattern isn't compiled, and a text not held against one: more than any CRD's have. */
const mostPattern = 10_000;
const mostText = 100_000;
/** Instructions of a compiled pattern: `{1,1000}` makes a thousand out of eight characters. */
const mostProgram = 5000;
/** Instructions times characters: what the engine may have to go through, in about a second. */
const mostSteps = 20_000_000;

/** Patterns are compiled once; more of them than any catalogue of CRDs has aren't kept. */
const mostKept = 10_000;
const compiled = new Map<string, RE2JS | undefined>();

/**
 * Whether some part of a text fits a pattern that comes from outside, in time that grows with both and no faster: the engine is RE2,
 * which the API server's patterns are written for.
 * @returns undefined for a pattern that is none to RE2, and "too large" for a pattern and text that weren't held against each other
 */
export function fitsPattern(pattern: string, text: string): boolean | "too large" | undefined {
  if (pattern.length > mostPattern || text.length > mostText) return "too large";
  const program = compile(pattern);
  if (program === undefined) return undefined;
  const size = program.programSize();
  return size > mostProgram || size * text.length > mostSteps ? "too large" : program.test(text);
}

function compile(pattern: string): RE2JS | undefined {
  if (compiled.has(pattern)) return compiled.get(pattern);
  let program: RE2JS | undefined;
  try {
    program = RE2JS.compile(pattern);
  } catch {
    program = undefined;
  }
  if (compiled.size < mostKept) compiled.set(pattern, program);
  return program;
}
