/** A text without the slashes at its end. A pattern for them would begin anew at each slash of the text. */
export function withoutEndSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === "/") end--;
  return text.slice(0, end);
}
