import { isRecord } from "../../outside/index.ts";

/** A statement of a policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
export type Statement = Readonly<Record<string, unknown>>;

/** The statements of all policies within a value. */
export function statementsIn(value: unknown): Statement[] {
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if (!isRecord(value)) return [];
  if (value.Effect !== undefined && (value.Action !== undefined || value.NotAction !== undefined)) return [value];
  return Object.values(value).flatMap(statementsIn);
}
