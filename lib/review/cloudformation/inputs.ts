import { groupBy } from "../../manifest/index.ts";
import { isRecord, own } from "../../outside/index.ts";
import { type Input, inputsOf, keyOf } from "./references.ts";
import { isSame } from "./same.ts";
import type { Template } from "./template.ts";

/** What changes beside resources, whose values are decided at deployment. By `keyOf`. */
export function changedInputs(before: Template, after: Template): ReadonlySet<string> {
  const start: Input[] = [...changedParameters(before, after), ...changedMappings(before, after), ...changedConditions(before, after)];
  const changed = new Set(start.map(keyOf));
  // A condition may be made of others, and of what changes.
  const read = [...after.sections.Conditions].flatMap(([name, condition]) =>
    [...inputsOf(condition).keys()].map((input) => ({ input, reader: keyOf({ kind: "condition", name }) })),
  );
  const readers = groupBy(read, ({ input }) => input);
  const waiting = [...changed];
  for (let input = waiting.pop(); input !== undefined; input = waiting.pop())
    for (const { reader } of readers.get(input) ?? []) {
      if (changed.has(reader)) continue;
      changed.add(reader);
      waiting.push(reader);
    }
  return changed;
}

function changedParameters({ sections: { Parameters: old } }: Template, { sections: { Parameters: now } }: Template): Input[] {
  const value = (entry: unknown) => (isRecord(entry) ? [entry.Type ?? "", entry.Default ?? ""] : undefined);
  return [...now].flatMap(([name, entry]) => (!old.has(name) || isSame(value(old.get(name)), value(entry)) ? [] : [{ kind: "id", name }]));
}

const changedConditions = ({ sections: { Conditions: old } }: Template, { sections: { Conditions: now } }: Template): Input[] =>
  [...now].flatMap(([name, entry]) => (isSame(old.get(name), entry) ? [] : [{ kind: "condition", name }]));

/** What in mappings was there and is another value, or gone: the mapping, and it with each of the keys. */
function changedMappings(before: Template, after: Template): Input[] {
  return [...before.sections.Mappings].flatMap(([name, old]): Input[] => {
    const now = after.sections.Mappings.get(name);
    if (holdsAll(now, old)) return [];
    const keys = Object.entries(isRecord(old) ? old : {}).flatMap(([outer, members]) => {
      const others = isRecord(now) ? own(now, outer) : undefined;
      return Object.entries(isRecord(members) ? members : {}).flatMap(([key, value]) =>
        isSame(value, isRecord(others) ? own(others, key) : undefined) ? [] : [key],
      );
    });
    return [{ kind: "mapping", name }, ...[...new Set(keys)].map((key): Input => ({ kind: "mapping", name, key }))];
  });
}

/** Whether a value has all that another one has, and maybe more keys. */
const holdsAll = (value: unknown, other: unknown): boolean =>
  isRecord(value) && isRecord(other)
    ? Object.entries(other).every(([name, member]) => holdsAll(own(value, name), member))
    : isSame(value, other);
