import { z } from "zod";

type Shape = Record<string, z.ZodType>;

/**
 * An object of which exactly one of the named handlers is set, beside fields common to all: what Kubernetes does for probes and volumes.
 * The key that is set discriminates the union, so a patch that sets another one replaces the object.
 */
export function oneOf(handlers: Shape, common: Shape = {}) {
  const keys = Object.keys(handlers);
  const optional = Object.fromEntries(keys.map((key) => [key, (handlers[key] as z.ZodType).optional()]));
  return z
    .strictObject({ ...optional, ...common })
    .check((context) => {
      const present = keys.filter((key) => context.value[key] !== undefined);
      if (present.length === 1) return;
      const allowed = `exactly one of ${keys.join(", ")}`;
      const found = present.length === 0 ? "none" : present.join(" and ");
      context.issues.push({
        code: "custom",
        input: context.value,
        params: { whole: true },
        message: `expected ${allowed} to be set, found ${found}`,
      });
    })
    .meta({ oneOf: keys });
}
