/** Texts in a line: the first of them, and how many more there are. */
export const listed = (texts: readonly string[], most: number, separator = ", "): string =>
  [...texts.slice(0, most), ...(texts.length > most ? [`and ${texts.length - most} more`] : [])].join(separator);
