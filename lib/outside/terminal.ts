/**
 * Characters that change what a terminal or page shows without being seen: control characters (C0, C1, DEL), marks of direction, spaces
 * without width, separators of lines and paragraphs, fillers, and halves of surrogate pairs.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115F\u1160\u3164\uFFA0]|\u034F|\u17B4|\u17B5/gu;

const written = (character: string) => {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
};

/** Text from outside on one line: nothing in it acts on what shows it. What can't be seen is written as `\u001b`. */
export const seen = (text: string) => text.replace(unseen, written);

/** Text of several lines for a terminal; line ends and tabs stay, all else that can't be seen is written out. */
export const linesForTerminal = (text: string) =>
  text.replace(unseen, (character) => (character === "\n" || character === "\t" ? character : written(character)));

const inColour = (code: string, text: string) => (code === "" || text === "" ? text : `\u001b[${code}m${text}\u001b[0m`);

/** Text from outside on one line in a colour. @param code as `1;31`; empty for none */
export const painted = (code: string, text: string) => inColour(code, seen(text));

/** Text of several lines for a terminal, each in the colour that it is given. */
export const paintedLines = (text: string, codeOf: (line: string) => string) =>
  linesForTerminal(text)
    .split("\n")
    .map((line) => inColour(codeOf(line), line))
    .join("\n");
