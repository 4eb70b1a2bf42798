/** What a line is about: the name of a setting, or a pattern without the slashes that make it narrower. */
const subjectOf = (line: string) => line.split(/[=\s]/)[0]?.replaceAll(/^\/|\/$/g, "") ?? "";

/** Adds the lines that a list of lines lacks, with the comments before them; a setting or pattern that is there stays as it is. */
export function mergeLines(text: string, needed: string): string {
  const there = new Set(text.split(/\r?\n/).map(subjectOf));
  const added: string[] = [];
  let comments: string[] = [];
  for (const line of needed.trimEnd().split("\n")) {
    comments.push(line);
    if (line.startsWith("#")) continue;
    if (!there.has(subjectOf(line))) added.push(...comments);
    comments = [];
  }
  if (added.length === 0) return text;
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${added.join("\n")}\n`;
}
