/** An object without some of its members. */
export function omit<Value extends object, Key extends keyof Value>(value: Value, ...keys: readonly Key[]): Omit<Value, Key> {
  const dropped = new Set<PropertyKey>(keys);
  // What is left of the members is what the type says is left.
  return Object.fromEntries(Object.entries(value).filter(([key]) => !dropped.has(key))) as Omit<Value, Key>;
}
