/** A value in words: a text as it is, anything else as JSON; empty for what isn't there. */
export const valueText = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
