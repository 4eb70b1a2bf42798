import type { z } from "zod";

/** What the schema knows of one place in an app or environment: what tells a union's branches apart, which keys are allowed. */
export interface Shape {
  /** The branch a value belongs to, or undefined where there is no union or the value doesn't say. */
  branch(value: Readonly<Record<string, unknown>>): string | undefined;
  /** Keys allowed for a value like this one; empty where any is. */
  keys(value: unknown): readonly string[];
  child(key: string): Shape | undefined;
}

interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly valueType?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly discriminator?: string;
}

const known = new WeakMap<z.ZodType, Shape>();

/** Reads the shape off a schema, once for each. */
export function shapeOf(schema: z.ZodType): Shape {
  const shape = known.get(schema) ?? read(schema);
  known.set(schema, shape);
  return shape;
}

function read(schema: z.ZodType): Shape {
  const definition = schema._zod.def as unknown as Definition;
  if (definition.innerType) return shapeOf(definition.innerType);
  if (definition.shape) return objectShape(definition.shape, schema.meta()?.oneOf as readonly string[] | undefined);
  if (definition.valueType) return uniform(definition.valueType);
  if (definition.element) return uniform(definition.element);
  if (definition.options) return unionShape(definition.options.map(shapeOf), definition.discriminator);
  return { branch: () => undefined, keys: () => [], child: () => undefined };
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

function unionShape(options: readonly Shape[], discriminator: string | undefined): Shape {
  const single = options.find((option) => option.keys({}).length > 0);
  const branch = (value: Readonly<Record<string, unknown>>) =>
    discriminator ? (value[discriminator] as string | undefined) : single?.branch(value);
  return {
    branch,
    keys: (value) => [...new Set(options.flatMap((option) => option.keys(value)))],
    child: (key) => options.map((option) => option.child(key)).find((child) => child !== undefined),
  };
}
