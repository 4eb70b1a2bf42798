/** What a change of CloudFormation templates does to the stacks that are deployed from them. */
import { basename, dirname } from "node:path/posix";
import { counted } from "../../problem/index.ts";
import type { Change, Flag, Remark } from "../change.ts";
import { inPlace, rejected, unknown, type Verdict, worst } from "../impact.ts";
import type { Tree, TreeFile } from "../tree.ts";
import { environmentsIn } from "./assembly.ts";
import { attributeFields } from "./attributes.ts";
import { BetweenStacks, type ComparedStack } from "./between-stacks.ts";
import { flagsOf } from "./flags.ts";
import { refusedResources, refusedStack, typeRefusal } from "./refusals.ts";
import { sectionChanges } from "./section-changes.ts";
import { compareStacks, type JudgedPair } from "./stack.ts";
import { changeOf, type Shown } from "./stack-change.ts";
import { emptyTemplate } from "./template.ts";
import { additionOf, fieldsOf, removalOf, verdictOf } from "./verdicts.ts";

export { templateVersion } from "./stack-change.ts";

/** A template of both sides or of one. */
interface StackFiles {
  readonly name: string;
  readonly environment: string | undefined;
  readonly before: TreeFile | undefined;
  readonly after: TreeFile | undefined;
}

/** The templates of two trees, by stack: what lies at one path is one stack, and so is what moved, or is the only one of each side. */
function stacksOf(before: Tree, after: Tree): StackFiles[] {
  const [old, now] = [templatesIn(before), templatesIn(after)];
  const moved = movedTemplates(new Map([...old].filter(([path]) => !now.has(path))), new Map([...now].filter(([path]) => !old.has(path))));
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => !moved.has(path));
  const movedTo = new Map([...moved].map(([from, to]) => [to, from]));
  const names = paths.map((path) => fileName(basename(path)));
  const environments = new Map([...environmentsOf(before), ...environmentsOf(after)]);
  return paths.map((path, index) => {
    const name = names[index] ?? path;
    const files = { before: old.get(movedTo.get(path) ?? path), after: now.get(path) };
    // Where two folders have one stack's name, their paths tell them apart.
    const isSole = names.indexOf(name) === names.lastIndexOf(name);
    const shown = isSole ? name : fileName((files.after ?? files.before)?.file ?? path);
    return { name: shown, environment: environments.get(path), ...files };
  });
}

const templatesIn = (tree: Tree): ReadonlyMap<string, TreeFile> => new Map([...tree].filter(([, { template }]) => template !== undefined));

/** The new paths of templates that are somewhere else now, by the old ones: most of what they hold is the same, or there is no other. */
function movedTemplates(gone: ReadonlyMap<string, TreeFile>, come: ReadonlyMap<string, TreeFile>): ReadonlyMap<string, string> {
  const moved = new Map<string, string>();
  const free = new Map(come);
  for (const [from, file] of gone) {
    const isOnly = gone.size === 1 && come.size === 1;
    const to = [...free].find(([, other]) => isOnly || holdsMost(file, other))?.[0];
    if (to === undefined) continue;
    moved.set(from, to);
    free.delete(to);
  }
  return moved;
}

/** Whether two templates have more than half of their resources in common, by ids and types. */
function holdsMost({ template: old }: TreeFile, { template: now }: TreeFile): boolean {
  if (!old || !now) return false;
  const common = [...old.resources].filter(([id, { type }]) => now.resources.get(id)?.type === type).length;
  return 2 * common > Math.max(old.resources.size, now.resources.size);
}

const fileName = (path: string) => path.replace(/(\.template)?\.(json|ya?ml)$/, "");

/** Accounts and regions of templates, by their paths. */
function environmentsOf(tree: Tree): [path: string, environment: string][] {
  return [...tree].flatMap(([path, { assembly }]) => {
    const manifest = basename(path) === "manifest.json" ? assembly : undefined;
    const folder = dirname(path) === "." ? "" : `${dirname(path)}/`;
    return manifest ? [...environmentsIn(manifest)].map(([file, environment]): [string, string] => [`${folder}${file}`, environment]) : [];
  });
}

/** Every change of stacks between two trees. */
export function templateChanges(before: Tree, after: Tree): Change[] {
  const files = stacksOf(before, after);
  const compared = files
    .filter(({ before: old, after: now }) => old?.text !== now?.text || basename(old?.path ?? "") !== basename(now?.path ?? ""))
    .map((stack) => {
      const [old, now] = [stack.before?.template ?? emptyTemplate, stack.after?.template ?? emptyTemplate];
      return { ...stack, files: stack, before: old, after: now, change: compareStacks(old, now) };
    });
  const deployed = files.flatMap(({ name, before: old }) => (old?.template ? [{ name, template: old.template }] : []));
  const between = new BetweenStacks(compared, deployed);
  const hasNested = [...after.keys()].some((path) => path.endsWith(".nested.template.json"));
  return compared.flatMap(({ files: { before: old, after: now }, ...stack }) => {
    const shown = { stack: stack.name, file: (now ?? old)?.file ?? "" };
    if (!old?.template || !now?.template) return wholeStack(stack, shown, between, now?.template !== undefined);
    // Two files that were named are meant to be compared, whatever their names.
    const isMoved = files.length > 1 && basename(old.path) !== basename(now.path);
    const changes = changesOf(stack, shown, between);
    return [...(isMoved ? [movedChange(shown, old, now)] : []), ...(hasNested ? changes.map(withNested) : changes)];
  });
}

/** A nested stack of the AWS CDK, whose template is one of those that are compared. */
function withNested(change: Change): Change {
  if (change.resource.kind !== "AWS::CloudFormation::Stack" || change.impact !== "unknown") return change;
  const verdict = inPlace("what changes inside is said of its own template");
  return { ...change, ...verdict, fields: change.fields.map((field) => (field.impact === "unknown" ? { ...field, ...verdict } : field)) };
}

/** A template under another name: what that does depends on the stack's. */
function movedChange(shown: Shown, old: TreeFile, now: TreeFile): Change {
  const [from, to] = [fileName(basename(old.path)), fileName(basename(now.path))];
  const verdict = unknown(
    `the template's file has another name: if its stack keeps its name, nothing comes of that; under another name it is a second stack, and all that is stored stays in the first one`,
  );
  return changeOf(shown, "Stack", to, {
    action: "rename",
    notes: [],
    fields: [{ path: "file", before: from, after: to, ...verdict }],
    ...verdict,
  });
}

/** A stack whose template comes or goes. */
function wholeStack(stack: ComparedStack, shown: Shown, between: BetweenStacks, isAdded: boolean): Change[] {
  const { name, after } = stack;
  if (!isAdded) {
    const verdict = unknown("its template is gone, and what is deployed from it stays until somebody deletes the stack");
    return [changeOf(shown, "Stack", name, { action: "remove", fields: [], notes: [], ...verdict })];
  }
  const notes = [...after.resources.values()].flatMap((resource) => flagsOf({ before: undefined, after: resource }));
  const verdict = refusal(refusedStack(after)) ?? inPlace(`a new stack of ${counted(after.resources.size, "resource")}`);
  return [
    changeOf(shown, "Stack", name, { action: "add", fields: [], notes: distinct(notes), ...verdict }),
    ...between
      .refusedAdditions(stack)
      .map(([id, reason]) =>
        changeOf(shown, after.resources.get(id)?.type ?? "", id, { action: "add", fields: [], notes: [], ...rejected(reason) }),
      ),
  ];
}

const refusal = (reason: string | undefined): Verdict | undefined => (reason === undefined ? undefined : rejected(reason));
const distinct = (notes: readonly Flag[]) => [...new Map(notes.map((note) => [JSON.stringify(note), note])).values()];

function changesOf(stack: ComparedStack, shown: Shown, between: BetweenStacks): Change[] {
  const { name, before, after, change } = stack;
  const refused = new Map([...refusedResources(before, after, change), ...between.refusedAdditions(stack)]);
  const tooLarge = refusedStack(before) === undefined ? refusedStack(after) : undefined;
  return [
    ...change.pairs.flatMap((pair) => pairChange(pair, stack, shown, refused.get(pair.after.id))),
    ...change.retyped.map((pair) =>
      changeOf(shown, pair.after.resource.type, pair.after.id, { action: "change", notes: [], fields: [], ...rejected(typeRefusal(pair)) }),
    ),
    ...[...change.removed].map(([id, resource]) => {
      const notes = flagsOf({ before: resource, after: undefined });
      return changeOf(shown, resource.type, id, { action: "remove", fields: [], notes, ...removalOf(resource) });
    }),
    ...[...change.added].map(([id, resource]) => {
      const notes = flagsOf({ before: undefined, after: resource });
      return changeOf(shown, resource.type, id, {
        action: "add",
        fields: [],
        notes,
        ...(refusal(refused.get(id)) ?? additionOf(resource)),
      });
    }),
    ...(tooLarge === undefined ? [] : [changeOf(shown, "Stack", name, { action: "change", fields: [], notes: [], ...rejected(tooLarge) })]),
    ...sectionChanges(stack, shown, between.refusedOutputs(stack)),
  ];
}

/** @param refused why the resource is refused; undefined where it isn't */
function pairChange(pair: JudgedPair, { after }: ComparedStack, shown: Shown, refused: string | undefined): Change[] {
  const attributes = attributeFields(pair);
  const own = pair.fate === "same" ? [] : [verdictOf(pair, after)];
  const verdict = refusal(refused) ?? worst([...own, ...attributes]) ?? inPlace("updated");
  const fields = [...fieldsOf(pair, verdict), ...attributes];
  if (fields.length === 0) return [];
  const notes = flagsOf({ before: pair.before.resource, after: pair.after.resource });
  const action = pair.before.id === pair.after.id ? ("change" as const) : ("rename" as const);
  return [changeOf(shown, pair.after.resource.type, pair.after.id, { action, notes, ...verdict, fields })];
}

/** What in templates that change isn't known. */
export function templateRemarks(before: Tree, after: Tree): Remark[] {
  return [...after].flatMap(([path, { file, text, template }]): Remark[] => {
    if (template?.transform === undefined || before.get(path)?.text === text) return [];
    const what = `${file} is what it is before its Transform: what that makes of it isn't judged`;
    return [{ kind: "not-looked-at", what: "macro", text: what, file }];
  });
}

/** Whether a tree has templates and nothing else to judge. */
export const holdsStacksOnly = (tree: Tree): boolean =>
  countStacks(tree).stacks > 0 && [...tree.values()].every(({ template, assembly }) => template !== undefined || assembly !== undefined);

/** Number of stacks, and of their resources, in a tree. */
export function countStacks(tree: Tree): { readonly stacks: number; readonly resources: number } {
  const templates = [...tree.values()].flatMap(({ template }) => template ?? []);
  return { stacks: templates.length, resources: templates.reduce((sum, { resources }) => sum + resources.size, 0) };
}
