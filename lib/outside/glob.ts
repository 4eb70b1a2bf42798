/**
 * Whether a text fits a pattern in which `*` stands for any text, as Argo CD's do
 * (https://argo-cd.readthedocs.io/en/stable/user-guide/projects/). Takes each text between two stars at its first place, which is enough,
 * so that the time is that of so many searches however many stars there are.
 */
export function fitsGlob(pattern: string, text: string): boolean {
  const parts = pattern.split(/\*+/);
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first) || !text.endsWith(last) || first.length + last.length > text.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
