/** A variable that envsubst or a tool like it replaces, or a template's own braces. */
const variable = /\$\{[A-Za-z_]\w{0,100}[^}]{0,100}\}|\$\([A-Za-z_]\w{0,100}\)|\$[A-Z_]{2,100}\b|\{\{[^{}]{0,200}\}\}/;

/** The part of a text that a tool should have replaced. */
export const unfilledIn = (value: unknown): string | undefined =>
  typeof value === "string" && /[${]/.test(value) ? variable.exec(value.slice(0, 1000))?.[0] : undefined;

/** What to do about a value that is refused because it is a template still; undefined where it is none. */
export function fixOfTemplate(value: unknown): string | undefined {
  const part = unfilledIn(value);
  return part && `${part} is a template that nothing filled in: run the tool that replaces it, as envsubst, and check its output.`;
}
