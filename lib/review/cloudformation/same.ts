import { isRecord, own } from "../../outside/index.ts";
import { attributePath } from "./template.ts";

/** Whether two values are one to CloudFormation, to which `5` and `"5"`, and both forms of Fn::GetAtt, are the same. */
export function isSame(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (Array.isArray(before) && Array.isArray(after))
    return before.length === after.length && before.every((entry, index) => isSame(entry, after[index]));
  if (isRecord(before) && isRecord(after)) return areSameMembers(before, after);
  return isScalar(before) && isScalar(after) && String(before) === String(after);
}

type Members = Readonly<Record<string, unknown>>;

function areSameMembers(before: Members, after: Members): boolean {
  const [members, others] = [Object.keys(before), Object.keys(after)];
  return members.length === others.length && members.every((name) => isSameMember(name, own(before, name), own(after, name)));
}

const isSameMember = (name: string, before: unknown, after: unknown) =>
  name === "Fn::GetAtt" ? isSame(pathOf(before), pathOf(after)) : after !== undefined && isSame(before, after);

const pathOf = (value: unknown) => (typeof value === "string" ? attributePath(value) : value);
const isScalar = (value: unknown) => typeof value === "string" || typeof value === "number" || typeof value === "boolean";
