/** What a change of CloudFormation templates does to the stacks that are deployed from them. */
import { basename } from "node:path/posix";
import { isRecord } from "../../outside/index.ts";
import { counted } from "../../problem/index.ts";
import type { Change, FieldChange, Flag, Remark } from "../change.ts";
import { inPlace, rejected, unknown, type Verdict, worst } from "../impact.ts";
import type { Tree, TreeFile } from "../tree.ts";
import { isOfAssembly } from "./assembly.ts";
import { flagsOf } from "./flags.ts";
import { type ComparedStack, refusedResources, refusedStack } from "./refusals.ts";
import { sectionChanges } from "./section-changes.ts";
import { compareStacks, type JudgedPair } from "./stack.ts";
import { changeOf } from "./stack-change.ts";
import { differencesOf, isSame } from "./values.ts";
import { fieldsOf, removalOf, verdictOf } from "./verdicts.ts";

export { templateVersion } from "./stack-change.ts";

/** A template of both sides or of one. */
interface StackFiles {
  readonly name: string;
  readonly before: TreeFile | undefined;
  readonly after: TreeFile | undefined;
}

/** The templates of two trees, by stack: what lies at one path is one stack. */
function stacksOf(before: Tree, after: Tree): StackFiles[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path)?.template ?? after.get(path)?.template);
  const names = paths.map((path) => nameOf(basename(path)));
  return paths.map((path, index) => {
    const name = names[index] ?? path;
    const [old, now] = [before.get(path), after.get(path)];
    // Where two folders have one stack's name, their paths tell them apart.
    const isSole = names.indexOf(name) === names.lastIndexOf(name);
    return { name: isSole ? name : nameOf((now ?? old)?.file ?? path), before: old, after: now };
  });
}

const nameOf = (path: string) => path.replace(/(\.template)?\.(json|ya?ml)$/, "");

/** Every change of stacks between two trees. */
export function templateChanges(before: Tree, after: Tree): Change[] {
  const files = stacksOf(before, after);
  const compared = files.flatMap((stack): (ComparedStack & { readonly file: string })[] => {
    const [old, now] = [stack.before?.template, stack.after?.template];
    if (!old || !now || stack.before?.text === stack.after?.text) return [];
    return [{ name: stack.name, before: old, after: now, change: compareStacks(old, now), file: stack.after?.file ?? "" }];
  });
  return [...files.flatMap(wholeStack), ...compared.flatMap((stack) => changesOf(stack, readers(files, compared)))];
}

/** All stacks that may read what another exports; those that stay as they are too. */
function readers(files: readonly StackFiles[], compared: readonly ComparedStack[]): ComparedStack[] {
  const same = files.flatMap(({ name, before, after }) => {
    const template = before?.template;
    return template && after?.template && !compared.some((stack) => stack.name === name)
      ? [{ name, before: template, after: template, change: compareStacks(template, template) }]
      : [];
  });
  return [...compared, ...same];
}

/** A stack whose template comes or goes. */
function wholeStack({ name, before, after }: StackFiles): Change[] {
  const [old, now] = [before?.template, after?.template];
  const shown = { stack: name, file: (after ?? before)?.file ?? "" };
  if (now && !old) {
    const notes = [...now.resources.values()].flatMap((resource) => flagsOf({ before: undefined, after: resource }));
    const verdict = refusal(refusedStack(now)) ?? inPlace(`a new stack of ${counted(now.resources.size, "resource")}`);
    return [changeOf(shown, "Stack", name, { action: "add", fields: [], notes: distinct(notes), ...verdict })];
  }
  if (!old || now) return [];
  const verdict = unknown("its template is gone, and what is deployed from it stays until somebody deletes the stack");
  return [changeOf(shown, "Stack", name, { action: "remove", fields: [], notes: [], ...verdict })];
}

const refusal = (reason: string | undefined): Verdict | undefined => (reason === undefined ? undefined : rejected(reason));
const distinct = (notes: readonly Flag[]) => [...new Map(notes.map((note) => [JSON.stringify(note), note])).values()];

function changesOf(stack: ComparedStack & { readonly file: string }, all: readonly ComparedStack[]): Change[] {
  const { name, file, before, after, change } = stack;
  const shown = { stack: name, file };
  const refused = refusedResources(stack, all);
  const tooLarge = refusedStack(after);
  return [
    ...change.pairs.flatMap((pair) => pairChange(pair, stack, refused) ?? []),
    ...change.retyped.map((pair) =>
      changeOf(shown, pair.after.resource.type, pair.after.id, {
        action: "change",
        notes: [],
        fields: [],
        ...rejected(refused.get(pair.after.id) ?? ""),
      }),
    ),
    ...[...change.removed].map(([id, resource]) =>
      changeOf(shown, resource.type, id, {
        action: "remove",
        fields: [],
        notes: flagsOf({ before: resource, after: undefined }),
        ...removalOf(resource),
      }),
    ),
    ...[...change.added].map(([id, resource]) =>
      changeOf(shown, resource.type, id, {
        action: "add",
        fields: [],
        notes: flagsOf({ before: undefined, after: resource }),
        ...(refusal(refused.get(id)) ?? inPlace("created")),
      }),
    ),
    ...(tooLarge === undefined || refusedStack(before) !== undefined
      ? []
      : [changeOf(shown, "Stack", name, { action: "change", fields: [], notes: [], ...rejected(tooLarge) })]),
    ...sectionChanges(stack, shown, all),
  ];
}

function pairChange(
  pair: JudgedPair,
  { name, file, after }: ComparedStack & { readonly file: string },
  refused: ReadonlyMap<string, string>,
): Change | undefined {
  const attributes = attributeFields(pair);
  const own = pair.fate === "same" ? [] : [verdictOf(pair, after)];
  const verdict = refusal(refused.get(pair.after.id)) ?? worst([...own, ...attributes]) ?? inPlace("updated");
  const fields = [...fieldsOf(pair, verdict), ...attributes];
  if (fields.length === 0) return undefined;
  const notes = flagsOf({ before: pair.before.resource, after: pair.after.resource });
  const action = pair.before.id === pair.after.id ? ("change" as const) : ("rename" as const);
  return changeOf({ stack: name, file }, pair.after.resource.type, pair.after.id, { action, notes, ...verdict, fields });
}

/** Attributes of a resource that decide on more than the order of things. */
const attributeVerdicts: Readonly<Record<string, Verdict>> = {
  Condition: unknown("whether the resource is there is decided by another condition"),
  CreationPolicy: inPlace("counts when the resource is created the next time"),
  DeletionPolicy: inPlace("counts when the resource leaves the stack"),
  UpdatePolicy: inPlace("counts at the next update"),
  UpdateReplacePolicy: inPlace("counts when the resource is replaced"),
};

function attributeFields({ before, after }: JudgedPair): FieldChange[] {
  const [old, now] = [before.resource.attributes, after.resource.attributes];
  const changed = Object.entries(attributeVerdicts).filter(([name]) => !isSame(old[name], now[name]));
  // What cfn-init does on a machine stands in its metadata; all other metadata does nothing.
  const [setup, next] = [old.Metadata, now.Metadata].map((metadata) =>
    isRecord(metadata) ? metadata["AWS::CloudFormation::Init"] : undefined,
  );
  return [
    ...changed.flatMap(([name, verdict]) => differencesOf(name, old[name], now[name]).map((difference) => ({ ...difference, ...verdict }))),
    ...(isSame(setup, next)
      ? []
      : differencesOf("Metadata.AWS::CloudFormation::Init", setup, next).map((difference) => ({
          ...difference,
          ...unknown("a machine whose cfn-hup runs does what it says"),
        }))),
  ];
}

/** What was taken for granted to judge templates, and what in them isn't known. */
export function templateRemarks(before: Tree, after: Tree): Remark[] {
  const changed = [...after.values()].filter((file) => file.template && before.get(file.path)?.text !== file.text);
  return changed.flatMap(({ file, template }): Remark[] =>
    template?.transform === undefined
      ? []
      : [
          {
            kind: "not-looked-at",
            what: "macro",
            text: `${file} is what it is before its Transform: what that makes of it isn't judged`,
            file,
          },
        ],
  );
}

/** Whether a tree has templates and nothing else to judge. */
export const holdsStacksOnly = (tree: Tree): boolean =>
  countStacks(tree).stacks > 0 &&
  [...tree.values()].every(({ path, text, template }) => template !== undefined || isOfAssembly(path, text));

/** Number of stacks, and of their resources, in a tree. */
export function countStacks(tree: Tree): { readonly stacks: number; readonly resources: number } {
  const templates = [...tree.values()].flatMap(({ template }) => template ?? []);
  return { stacks: templates.length, resources: templates.reduce((sum, { resources }) => sum + resources.size, 0) };
}
