import { z } from "zod";
import { App, Environment } from "../../lib/overlay/schema/index.ts";

/** JSON Schema as zod writes it, with what the overlay's schemas say beside it. */
export interface Node {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  /** Branches, or the names of keys of which exactly one is set. */
  readonly oneOf?: readonly Node[] | readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Node;
  readonly additionalProperties?: Node | false;
  readonly items?: Node;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly tsType?: string;
}

/** The parts of an app and of an environment, by the names of their types. */
export const definitions: Readonly<Record<string, Node>> = Object.assign(
  {},
  ...[App, Environment].map(
    (schema) => (z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as { $defs: Record<string, Node> }).$defs,
  ),
);

export const nameOf = (ref: string) => ref.replace("#/$defs/", "");

/** The keys of which exactly one is set; undefined for any other object. */
export const handlersOf = ({ oneOf }: Node): readonly string[] | undefined =>
  typeof oneOf?.[0] === "string" ? (oneOf as readonly string[]) : undefined;

/** The branches of a value that is one of several. */
export const branchesOf = (node: Node): readonly Node[] => node.anyOf ?? (handlersOf(node) ? [] : ((node.oneOf ?? []) as readonly Node[]));
