/** Characters of a word past which nobody misspelt one letter, and candidates past which nobody reads a list of them: comparing takes time. */
const longest = 253;
const mostCandidates = 500;
/** Candidates that are listed where none is near. */
const mostListed = 40;

/** The candidate a misspelt word was probably meant to be: at most a third of its letters (and at least one) differ; undefined when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > longest) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  const lower = word.toLowerCase();
  const lacking = lettersLacking(lower);
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const other = candidate.toLowerCase();
    // Counting letters takes a tenth of the time, and most words differ in too many already.
    if (lacking(other, least) >= least) continue;
    const distance = editDistance(lower, other, least);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Counts the letters of other words that a word lacks, up to a number: no fewer edits make the one of the other. */
function lettersLacking(word: string): (other: string, most: number) => number {
  const bucketOf = (text: string, index: number) => text.charCodeAt(index) & 127;
  const left = new Int16Array(128);
  const change = (text: string, end: number, by: 1 | -1) => {
    for (let index = 0; index < end; index++) left[bucketOf(text, index)] = (left[bucketOf(text, index)] ?? 0) + by;
  };
  change(word, word.length, 1);
  return (other, most) => {
    let [lacking, index] = [0, 0];
    for (; index < other.length && lacking < most; index++) {
      const bucket = bucketOf(other, index);
      if ((left[bucket] ?? 0) <= 0) lacking++;
      left[bucket] = (left[bucket] ?? 0) - 1;
    }
    change(other, index, 1);
    return lacking;
  };
}

/** Characters from which on one differing letter is a slip, and from which on two are: shorter names are often different names. */
const [shortOfOne, shortOfTwo] = [5, 10];

/**
 * The candidate that a name is so near to that it was meant: stricter than `nearest`, as there are names that nobody here knows.
 * @param most letters that may differ
 */
export function slipOf(name: string, candidates: Iterable<string>, most: 1 | 2 = name.length < shortOfTwo ? 1 : 2): string | undefined {
  if (name.length < shortOfOne || name.length > longest) return undefined;
  // What their beginnings and ends say takes no more time than their length; the distance decides among the few that are left.
  return nearest(name, slips(name, candidates, most));
}

/** Whether names have all but the most letters in common, in whatever order they come at the place where they differ. */
function isSlip(name: string, other: string, most: number): boolean {
  let start = 0;
  while (start < name.length && name[start] === other[start]) start++;
  let end = 0;
  while (end < Math.min(name.length, other.length) - start && name.at(-1 - end) === other.at(-1 - end)) end++;
  const [left, right] = [name.slice(start, name.length - end), other.slice(start, other.length - end)];
  const isSwap = left.length === 2 && right === `${left[1]}${left[0]}`;
  // A whole part more is another name: web and web-cache.
  return isSwap || (Math.max(left.length, right.length) <= most && !/[-.]/.test(left + right));
}

/** What to do about an unknown word: the candidate it is near to, or else all there are, after words that name what they are. */
export function suggestion(word: string, candidates: Iterable<string>, otherwise = "There are"): string {
  const all = first(candidates, mostCandidates).sort();
  const near = nearest(word, all);
  if (near) return `Did you mean "${near}"?`;
  const more = all.length > mostListed ? " and others" : "";
  return `${otherwise}: ${all.slice(0, mostListed).join(", ") || "none"}${more}.`;
}

function first(candidates: Iterable<string>, most: number): string[] {
  const taken: string[] = [];
  for (const candidate of candidates) {
    if (taken.length === most) break;
    taken.push(candidate);
  }
  return taken;
}

function* slips(name: string, candidates: Iterable<string>, most: 1 | 2): Generator<string> {
  for (const candidate of candidates) if (isSlip(name, candidate, most)) yield candidate;
}

/** Optimal string alignment: insertions, deletions, substitutions and swapped neighbours count one each. Ends early where it passes `most`. */
function editDistance(a: string, b: string, most: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_cell, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = nextRow(a, b, last, beforeLast);
    // Not where it is only reached: a swap goes back over a row.
    if (Math.min(...current) > most) return most;
    [beforeLast, last] = [last, current];
  }
  return last[b.length] ?? 0;
}

/** The distances of one letter more of a word to each beginning of the other. */
function nextRow(a: string, b: string, last: readonly number[], beforeLast: readonly number[]): number[] {
  const row = (last[0] ?? 0) + 1;
  const current = [row];
  for (let column = 1; column <= b.length; column++) {
    const substituted = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
    let distance = Math.min(substituted, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
    const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
    if (swapped) distance = Math.min(distance, (beforeLast[column - 2] ?? 0) + 1);
    current.push(distance);
  }
  return current;
}
