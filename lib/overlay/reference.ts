import { z } from "zod";
import { stepsOf } from "../kubernetes/index.ts";
import { definitionOf } from "../validation/index.ts";

const short: Readonly<Record<string, string>> = { AppSpec: "app", EnvironmentSettings: "environment" };

/** The file in docs/reference that has the keys of a part. @param part the name of its type, as `SecretSettings` */
export const pageOf = (part: string) => `${short[part] ?? part.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}.md`;

interface Step {
  /** The part that has a page. */
  readonly part: string | undefined;
  readonly schema: z.ZodType;
}

/** The name under which a schema has a page: its own, or that of the one it was described from. */
function partOf(schema: z.ZodType): string | undefined {
  const id = z.globalRegistry.get(schema)?.id;
  const { parent } = schema._zod;
  return id ?? (parent ? partOf(parent as z.ZodType) : undefined);
}

/** A key of a schema, with the parts that are entered on the way to the object that has it. */
function enter(schema: z.ZodType, key: string, part: string | undefined): Step | undefined {
  const own = partOf(schema) ?? part;
  const { shape, innerType, valueType, element, options } = definitionOf(schema);
  if (innerType) return enter(innerType, key, own);
  if (shape) return Object.hasOwn(shape, key) ? { part: own, schema: shape[key] as z.ZodType } : undefined;
  const entry = valueType ?? element;
  if (entry) return { part: own, schema: entry };
  for (const option of options ?? []) {
    const found = enter(option, key, own);
    if (found) return found;
  }
  return undefined;
}

/**
 * Where docs/reference describes the key at a path, or what it lies in where there is no such key: `docs/reference/app.md#container`.
 * @param root the schema of an app or an environment
 */
export function referenceOf(root: z.ZodType, path: string): string | undefined {
  let [part, anchor] = [partOf(root), ""];
  let schema: z.ZodType = root;
  for (const key of stepsOf(path)) {
    const next = enter(schema, key, part);
    if (!next) {
      const inner = innerPartOf(schema);
      return inner ? `docs/reference/${pageOf(inner)}` : placeOf(part, anchor);
    }
    // The first key below a part has a heading; keys of objects in it stand below that.
    if (next.part !== part || anchor === "") [part, anchor] = [next.part, key.toLowerCase()];
    schema = next.schema;
  }
  return placeOf(part, anchor);
}

const placeOf = (part: string | undefined, anchor: string) => part && `docs/reference/${pageOf(part)}${anchor && `#${anchor}`}`;

/** The part that a key takes, which has the keys below it. */
function innerPartOf(schema: z.ZodType): string | undefined {
  const { innerType } = definitionOf(schema);
  return partOf(schema) ?? (innerType && innerPartOf(innerType));
}
