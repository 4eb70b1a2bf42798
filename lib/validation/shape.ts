import type { z } from "zod";
import { isRecord } from "../outside/index.ts";

/** What the schema knows of one place in an app or environment: what tells a union's branches apart, which keys are allowed. */
export interface Shape {
  /** The branch a value belongs to, or undefined where there is no union or the value doesn't say. */
  branch(value: Readonly<Record<string, unknown>>): string | undefined;
  /** Keys allowed for a value like this one; empty where any is. */
  keys(value: unknown): readonly string[];
  child(key: string): Shape | undefined;
}

/** The library's own description of a schema, which has no type for all of them. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly valueType?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly discriminator?: string;
  readonly values?: readonly unknown[];
}

const known = new WeakMap<z.ZodType, Shape>();

/** Reads the shape off a schema, once for each. */
export function shapeOf(schema: z.ZodType): Shape {
  const shape = known.get(schema) ?? read(schema);
  known.set(schema, shape);
  return shape;
}

function read(schema: z.ZodType): Shape {
  const definition = definitionOf(schema);
  if (definition.innerType) return shapeOf(definition.innerType);
  if (definition.shape) return objectShape(definition.shape, schema.meta()?.oneOf as readonly string[] | undefined);
  if (definition.valueType) return uniform(definition.valueType);
  if (definition.element) return uniform(definition.element);
  if (definition.options) {
    const { options, discriminator } = definition;
    return unionShape(
      options.map(shapeOf),
      discriminator,
      options.map((option) => tagsOf(option, discriminator)),
    );
  }
  return { branch: () => undefined, keys: () => [], child: () => undefined };
}

export const definitionOf = (schema: z.ZodType) => schema._zod.def as unknown as Definition;

/** The values of the discriminator by which a branch is known; empty where there is none. */
function tagsOf(option: z.ZodType, discriminator: string | undefined): readonly unknown[] {
  const tag = discriminator === undefined ? undefined : definitionOf(option).shape?.[discriminator];
  return (tag && definitionOf(tag).values) ?? [];
}

function objectShape(members: Readonly<Record<string, z.ZodType>>, handlers: readonly string[] = []): Shape {
  return {
    branch: (value) => handlers.filter((handler) => value[handler] !== undefined && value[handler] !== null).join() || undefined,
    keys: () => Object.keys(members),
    child: (key) => (Object.hasOwn(members, key) ? shapeOf(members[key] as z.ZodType) : undefined),
  };
}

function uniform(value: z.ZodType): Shape {
  return { branch: () => undefined, keys: () => [], child: () => shapeOf(value) };
}

function unionShape(options: readonly Shape[], discriminator: string | undefined, tags: readonly (readonly unknown[])[]): Shape {
  const single = options.find((option) => option.keys({}).length > 0);
  const branch = (value: Readonly<Record<string, unknown>>) =>
    discriminator ? (value[discriminator] as string | undefined) : single?.branch(value);
  return {
    branch,
    keys: (value) => {
      const tag = discriminator !== undefined && isRecord(value) ? value[discriminator] : undefined;
      const meant = options.filter((_option, index) => tags[index]?.includes(tag));
      return [...new Set((meant.length > 0 ? meant : options).flatMap((option) => option.keys(value)))];
    },
    child: (key) => options.map((option) => option.child(key)).find((child) => child !== undefined),
  };
}
