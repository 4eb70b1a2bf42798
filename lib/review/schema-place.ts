/** Which field of an object a path in its schema is about, and by which keyword; an empty one is the field as a whole. */
export function fieldAt(given: readonly string[]): { readonly path: readonly string[]; readonly keyword: string } | undefined {
  const steps = [...given];
  const field: string[] = [];
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    if (step === "properties") field.push(steps.shift() ?? "");
    else if (step === "items") field.push("[]");
    else if (step === "additionalProperties") field.push("*");
    else return { path: field, keyword: step };
  }
  return field.length > 0 ? { path: field, keyword: "" } : undefined;
}

/** The path of a field in words, as `spec.rules[].verbs`. */
export const fieldText = (path: readonly string[]): string => path.join(".").replaceAll(".[]", "[]");
