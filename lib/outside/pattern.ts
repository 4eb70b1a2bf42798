import { RE2JS } from "re2js";

/** Patterns are compiled once; more of them than any catalogue of CRDs has aren't kept. */
const mostKept = 10_000;
const compiled = new Map<string, RE2JS | undefined>();

/**
 * Whether some part of a text fits a pattern that comes from outside, in time that grows with both and no faster: the engine is RE2,
 * which the API server's patterns are written for.
 * @returns undefined for a pattern that is none to RE2
 */
export function fitsPattern(pattern: string, text: string): boolean | undefined {
  return compile(pattern)?.test(text);
}

function compile(pattern: string): RE2JS | undefined {
  if (compiled.has(pattern)) return compiled.get(pattern);
  let made: RE2JS | undefined;
  try {
    made = RE2JS.compile(pattern);
  } catch {
    made = undefined;
  }
  if (compiled.size < mostKept) compiled.set(pattern, made);
  return made;
}
