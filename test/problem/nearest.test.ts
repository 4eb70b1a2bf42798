import { nearest } from "../../lib/problem/index.ts";
import { randomFrom } from "../e2e/storm.ts";

/** The distance of two words, with no thought of time. */
function distance(a: string, b: string): number {
  const known = new Map<string, number>();
  const from = (i: number, j: number): number => {
    if (i === 0 || j === 0) return i + j;
    const key = `${i} ${j}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
    const least = Math.min(
      from(i - 1, j) + 1,
      from(i, j - 1) + 1,
      from(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
      isSwap ? from(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
    );
    known.set(key, least);
    return least;
  };
  return from(a.length, b.length);
}

test("the nearest of 40 words is the first of those with the least distance, in 1,000 drawn lists", () => {
  const random = randomFrom(7);
  const draw = () => Array.from({ length: 1 + Math.floor(random() * 8) }, () => "abcÄ-é"[Math.floor(random() * 6)]).join("");
  for (let round = 0; round < 1000; round++) {
    const word = draw();
    const candidates = Array.from({ length: 40 }, draw);
    const most = Math.max(1, Math.floor(word.length / 3));
    const distances = candidates.map((candidate) => distance(word.toLowerCase(), candidate.toLowerCase()));
    const least = Math.min(...distances);
    expect([word, nearest(word, candidates)]).toEqual([word, least > most ? undefined : candidates[distances.indexOf(least)]]);
  }
});
