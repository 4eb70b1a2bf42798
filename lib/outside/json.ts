/** What JSON leaves as it is and a terminal may act on. */
const beyondJson = /[\u007F-\u009F\p{Cf}\p{Zl}\p{Zp}]/gu;

const written = (characters: string) =>
  Array.from({ length: characters.length }, (_character, index) => `\\u${characters.charCodeAt(index).toString(16).padStart(4, "0")}`).join(
    "",
  );

/** A value as JSON that means the same wherever it is shown: what can't be seen is written as JSON's own escapes. */
export const toJson = (value: unknown, replacer?: (key: string, value: unknown) => unknown) =>
  `${JSON.stringify(value, replacer, 2).replace(beyondJson, written)}\n`;
