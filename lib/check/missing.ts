import { nearest } from "../problem/index.ts";

/** An object that a manifest refers to and that isn't among the manifests. */
export interface MissingObject {
  /** `Pod` for what a selector looks for. */
  readonly kind: string;
  /** Empty for a kind that has none. */
  readonly namespace: string;
  /** Its name, or the labels that a selector asks for. */
  readonly name: string;
  /** Names of that kind which are there. */
  readonly candidates: readonly string[];
}

/** Characters from which on one differing letter is a slip, and from which on two are: shorter names are often different names. */
const [shortOfOne, shortOfTwo] = [5, 10];

/** The candidate that a name was probably meant to be. Names that differ in digits alone are a series, not a slip. */
export function misspelt({ name, candidates }: MissingObject): string | undefined {
  if (name.length < shortOfOne) return undefined;
  const near = nearest(name, candidates);
  if (near === undefined || withoutDigits(near) === withoutDigits(name)) return undefined;
  return isSlip(name, near) ? near : undefined;
}

const withoutDigits = (name: string) => name.replace(/\d+/g, "");

/** Whether names have all letters but one or two in common, in whatever order they come at the place where they differ. */
function isSlip(name: string, other: string): boolean {
  const most = name.length < shortOfTwo ? 1 : 2;
  let start = 0;
  while (start < name.length && name[start] === other[start]) start++;
  let end = 0;
  while (end < Math.min(name.length, other.length) - start && name.at(-1 - end) === other.at(-1 - end)) end++;
  const [left, right] = [name.slice(start, name.length - end), other.slice(start, other.length - end)];
  const isSwap = left.length === 2 && right === `${left[1]}${left[0]}`;
  // A whole part more is another name: web and web-cache.
  return isSwap || (Math.max(left.length, right.length) <= most && !/[-.]/.test(left + right));
}
