/** Every keyword of a schema, and of those within it, with its value. */
export function* keywords(schema: unknown): Generator<readonly [key: string, value: unknown]> {
  if (typeof schema !== "object" || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    yield [key, value];
    for (const [, below] of subschemas(key, value)) yield* keywords(below);
  }
}

/** What stands at a keyword that is itself a schema; by its name where the keyword has several. */
export function subschemas(key: string, value: unknown): (readonly [name: string | undefined, schema: unknown])[] {
  if (key === "enum" || key === "default") return [];
  if (key !== "properties" && key !== "definitions") return [[undefined, value]];
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
