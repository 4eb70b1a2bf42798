import { isRecord, own } from "../../outside/index.ts";
import type { FieldChange } from "../change.ts";
import { inPlace, unknown, type Verdict } from "../impact.ts";
import { storedBy } from "./effects.ts";
import type { ResourcePair } from "./renames.ts";
import { isSame } from "./same.ts";
import { differencesOf } from "./shown.ts";

/** Attributes of a resource that decide on more than the order of things. */
const attributes: Readonly<Record<string, Verdict>> = {
  CreationPolicy: inPlace("counts when the resource is created the next time"),
  DeletionPolicy: inPlace("counts when the resource leaves the stack"),
  UpdatePolicy: inPlace("counts at the next update"),
  UpdateReplacePolicy: inPlace("counts when the resource is replaced"),
};

/** What cfn-init does on a machine stands in its metadata; all other metadata does nothing. */
const setup = "AWS::CloudFormation::Init";

/** What stands beside a resource's properties and changes, with what that does. */
export function attributeFields({ before, after }: ResourcePair): FieldChange[] {
  const [old, now] = [before.resource.attributes, after.resource.attributes];
  const setups = [old, now].map(({ Metadata: metadata }) => (isRecord(metadata) ? own(metadata, setup) : undefined));
  const rows = [
    {
      place: "Condition",
      was: own(old, "Condition"),
      is: own(now, "Condition"),
      verdict: conditionVerdict(before.resource, own(now, "Condition")),
    },
    ...Object.entries(attributes).map(([name, verdict]) => ({ place: name, was: own(old, name), is: own(now, name), verdict })),
    { place: `Metadata.${setup}`, was: setups[0], is: setups[1], verdict: unknown("a machine whose cfn-hup runs does what it says") },
  ];
  return rows.flatMap(({ place, was, is, verdict }) =>
    isSame(was, is) ? [] : differencesOf(place, was, is).map((difference) => ({ ...difference, ...verdict })),
  );
}

function conditionVerdict(resource: ResourcePair["before"]["resource"], condition: unknown): Verdict {
  if (typeof condition !== "string") return inPlace("it is always there from now on");
  const lost = storedBy(resource);
  return unknown(`where ${condition} is false, it is deleted${lost === undefined ? "" : `, with ${lost}`}`);
}
