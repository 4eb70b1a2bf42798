import type { Selector } from "../kubernetes/index.ts";
import { isRecord, itemsOf, membersOf, textOf } from "../outside/index.ts";

export { itemsOf, membersOf, textOf };

type Members = Readonly<Record<string, unknown>>;

/** Members whose values are texts, as labels have them. */
export const textsOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(membersOf(value)).filter((entry): entry is [string, string] => typeof entry[1] === "string"));

/** Sources of an Application of Argo CD, by its spec. */
export const sourcesOf = (spec: unknown): readonly Members[] => {
  const { source, sources } = membersOf(spec);
  return [source, ...itemsOf(sources)].filter(isRecord);
};

/** A selector of a kind without schema, as far as it is one. */
export const selectorOf = (value: unknown): Selector => ({
  matchLabels: textsOf(membersOf(value).matchLabels),
  matchExpressions: itemsOf(membersOf(value).matchExpressions).map((expression) => {
    const { key, operator, values } = membersOf(expression);
    return { key: textOf(key), operator: textOf(operator), values: itemsOf(values).map(textOf) };
  }),
});
