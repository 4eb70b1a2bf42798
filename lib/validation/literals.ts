import { hidden } from "../outside/index.ts";

/** Keys below `secrets` of an app or environment that tell where values are and how they are used, and hold no values. */
const plain = new Set(["mountPath", "refreshInterval", "key", "property", "version", "decodingStrategy", "name", "kind", "literals"]);

/** A value of an app or environment as it may be shown: literal secrets, and whatever else stands below `secrets`, are hidden. */
export function withoutLiterals(path: readonly PropertyKey[], value: unknown): unknown {
  const at = path.indexOf("secrets");
  return at < 0 ? outside(value) : below(value, path.at(-1));
}

function outside(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(outside);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, key === "secrets" ? below(member, key) : outside(member)]));
}

function below(value: unknown, key: PropertyKey | undefined): unknown {
  if (value === undefined || typeof value === "function" || typeof value === "boolean") return value;
  if (typeof value !== "object" || value === null) return typeof value === "string" && plain.has(String(key)) ? value : hidden;
  if (Array.isArray(value)) return hidden;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, below(member, name)]));
}
