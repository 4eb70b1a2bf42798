import { isRecord } from "../../outside/index.ts";
import type { Change } from "../change.ts";
import { inPlace, rejected, unknown, type Verdict } from "../impact.ts";
import type { ComparedStack } from "./between-stacks.ts";
import { listed } from "./listed.ts";
import { type Input, inputsOf, keyOf } from "./references.ts";
import { isSame } from "./same.ts";
import { differencesOf } from "./shown.ts";
import { changeOf, type Shown } from "./stack-change.ts";
import { sections, type Template } from "./template.ts";

type Section = (typeof sections)[number];

/** What changes beside resources, named with those that read it. @param refused why outputs are refused, by their names */
export function sectionChanges(stack: ComparedStack, shown: Shown, refused: ReadonlyMap<string, string>): Change[] {
  const own = sections.flatMap((section) => {
    const names = new Set([...stack.before.sections[section].keys(), ...stack.after.sections[section].keys()]);
    return [...names].flatMap((name) => entryChange(stack, shown, section, name, section === "Outputs" ? refused.get(name) : undefined));
  });
  return [...own, ...wholeChanges(stack, shown)];
}

function entryChange(stack: ComparedStack, shown: Shown, section: Section, name: string, refused: string | undefined): Change[] {
  const { before, after } = stack;
  const [was, is] = [before.sections[section].get(name), after.sections[section].get(name)];
  if (isSame(was, is) && refused === undefined) return [];
  const action = was === undefined ? ("add" as const) : is === undefined ? ("remove" as const) : ("change" as const);
  const verdict = refused === undefined ? sectionVerdict(section, name, stack) : rejected(refused);
  const isSecret = [was, is].some((part) => isRecord(part) && isSame(part.NoEcho, true));
  const differing = action === "change" ? differencesOf(`${section}.${name}`, was, is, { isSecret }) : [];
  const fields = differing.map((difference) => ({ ...difference, ...verdict }));
  return [changeOf(shown, section.slice(0, -1), name, { action, fields, notes: [], ...verdict })];
}

/** What of the template itself changes. */
function wholeChanges({ before, after }: ComparedStack, shown: Shown): Change[] {
  const parts: readonly [path: string, before: unknown, after: unknown, verdict: Verdict][] = [
    ["Description", before.description, after.description, inPlace("only the stack's description")],
    ["Transform", before.transform, after.transform, unknown("another macro makes another template")],
  ];
  return parts.flatMap(([path, old, now, verdict]) => {
    const fields = old === now ? [] : differencesOf(path, old, now).map((difference) => ({ ...difference, ...verdict }));
    return fields.length === 0 ? [] : [changeOf(shown, "Stack", shown.stack, { action: "change", notes: [], fields, ...verdict })];
  });
}

function sectionVerdict(section: Section, name: string, { before, after }: ComparedStack): Verdict {
  switch (section) {
    case "Outputs":
      return outputVerdict(before.sections.Outputs.get(name), after.sections.Outputs.get(name));
    case "Rules":
    case "Hooks":
      return unknown("what it decides at deployment isn't known");
    case "Parameters":
      return parameterVerdict(
        before.sections.Parameters.get(name),
        after.sections.Parameters.get(name),
        readersOf({ kind: "id", name }, after),
      );
    case "Mappings":
      return inPlace(`the deployment decides what it comes to; ${readersOf({ kind: "mapping", name }, after)}`);
    case "Conditions": {
      const decided = [...after.resources].flatMap(([id, { attributes }]) => (attributes.Condition === name ? [id] : []));
      if (decided.length > 0) return unknown(`it decides at deployment whether there is ${listed(decided, mostNamed)}`);
      return inPlace(`the deployment decides what it comes to; ${readersOf({ kind: "condition", name }, after)}`);
    }
  }
}

function outputVerdict(before: unknown, after: unknown): Verdict {
  const [old, now] = [before, after].map((output) => (isRecord(output) && isRecord(output.Export) ? output.Export.Name : undefined));
  if (old !== undefined && !isSame(old, now)) return unknown("its export goes: CloudFormation refuses that while another stack imports it");
  if (before === undefined) return inPlace("a new output of the stack");
  return inPlace(after === undefined ? "an output that the stack no longer has" : "whoever reads this output gets another value");
}

function parameterVerdict(before: unknown, after: unknown, readers: string): Verdict {
  const [old, now] = [before, after].map((entry) => (isRecord(entry) ? entry : undefined));
  if (!now) return inPlace("the deployment no longer gives it");
  if (!old) return now.Default === undefined ? unknown("the deployment has to give it a value") : inPlace(`with its default; ${readers}`);
  if (isSame([old.Type, old.Default ?? ""], [now.Type, now.Default ?? ""]))
    return inPlace("only what a deployment may give, or says of it");
  return inPlace(`a stack that is deployed keeps its value unless the deployment gives another; ${readers}`);
}

const mostNamed = 3;

/** The resources that read something, in words. */
function readersOf(input: Input, { resources, sections: { Conditions } }: Template): string {
  const key = keyOf(input);
  const reads = (value: unknown) => [...inputsOf(value).keys()].some((name) => name === key || name.startsWith(`${key}\0`));
  const ids = [...resources].flatMap(([id, { properties }]) => (reads(properties) ? [id] : []));
  const conditions = [...Conditions].flatMap(([id, condition]) => (reads(condition) ? [id] : []));
  const readers = ids.length > 0 ? ids : conditions;
  return readers.length === 0 ? "no resource reads it directly" : `read by ${listed(readers, mostNamed)}`;
}
