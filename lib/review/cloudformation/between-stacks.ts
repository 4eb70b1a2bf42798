import { groupBy } from "../../manifest/index.ts";
import { isRecord, own } from "../../outside/index.ts";
import { uniqueBy } from "./effects.ts";
import { importsIn, names } from "./references.ts";
import { isSame } from "./same.ts";
import type { StackChange } from "./stack.ts";
import type { Template, TemplateResource } from "./template.ts";

/** A stack by name, with its templates on both sides; an empty one where it has none. */
export interface ComparedStack {
  readonly name: string;
  /** Account and region, where an assembly of the AWS CDK says them. */
  readonly environment: string | undefined;
  readonly before: Template;
  readonly after: Template;
  readonly change: StackChange;
}

/** What stacks have to do with one another. */
export class BetweenStacks {
  readonly #leaving: ReadonlyMap<string | undefined, readonly { readonly stack: ComparedStack; readonly id: string }[]>;
  readonly #readers: ReadonlyMap<string, readonly { readonly name: string }[]>;

  /** @param deployed all stacks that are deployed, changed or not */
  constructor(compared: readonly ComparedStack[], deployed: readonly { readonly name: string; readonly template: Template }[]) {
    const leaving = compared.flatMap((stack) => [...stack.change.removed].map(([id, resource]) => ({ stack, id, key: nameOf(resource) })));
    this.#leaving = groupBy(
      leaving.filter(({ key }) => key !== undefined),
      ({ key }) => key,
    );
    const readers = deployed.flatMap(({ name, template }) => [...importsOf(template)].map((imported) => ({ name, imported })));
    this.#readers = groupBy(readers, ({ imported }) => imported);
  }

  /** Why what a stack adds can't be created: another one of the account and region has it while it leaves. By logical ids. */
  refusedAdditions({ name, environment, change }: ComparedStack): [string, string][] {
    return [...change.added].flatMap(([id, resource]): [string, string][] => {
      const from = this.#leaving.get(nameOf(resource))?.find(({ stack }) => stack.name !== name && isOneOf(environment, stack.environment));
      if (from === undefined) return [];
      const place = environment === undefined || from.stack.environment === undefined ? ", if both are in one account and region" : "";
      return [
        [
          id,
          `stack ${from.stack.name} has it as ${from.id}, and it can't be created a second time${place}; retain it there, then import it with cdk deploy --import-existing-resources`,
        ],
      ];
    });
  }

  /** Why the outputs of a stack are refused: what another stack imports can neither go nor change. By the names of outputs. */
  refusedOutputs({ name, before, after, change }: ComparedStack): Map<string, string> {
    const replaced = change.pairs.flatMap(({ after: now, fate }) => (fate === "replaced" ? [now.id] : []));
    return new Map(
      [...before.sections.Outputs].flatMap(([id, output]): [string, string][] => {
        const exported = exportOf(output);
        const reader = exported === undefined ? undefined : this.#readers.get(exported)?.find((other) => other.name !== name)?.name;
        const now = after.sections.Outputs.get(id);
        const [was, is] = [output, now].map((entry) => memberOf(entry, "Value"));
        const stays = exportOf(now) === exported && isSame(was, is) && !replaced.some((other) => names(is, other));
        if (reader === undefined || stays) return [];
        return [
          [
            id,
            `CloudFormation refuses it: stack ${reader} imports ${exported}, which can neither go nor change meanwhile; deploy ${reader} without the import first`,
          ],
        ];
      }),
    );
  }
}

const isOneOf = (environment: string | undefined, other: string | undefined) =>
  environment === undefined || other === undefined || environment === other;

/** A resource's written-out name. */
function nameOf({ type, properties }: TemplateResource): string | undefined {
  const values = uniqueBy(type).map((name) => own(properties, name));
  return values.length > 0 && values.every((value) => typeof value === "string") ? [type, ...values].join(" ") : undefined;
}

const memberOf = (value: unknown, name: string): unknown => (isRecord(value) ? own(value, name) : undefined);

function exportOf(output: unknown): string | undefined {
  const name = memberOf(memberOf(output, "Export"), "Name");
  return typeof name === "string" ? name : undefined;
}

const importsOf = ({ resources, sections }: Template) =>
  new Set([...resources.values(), ...sections.Outputs.values()].flatMap((part) => [...importsIn(part)]));
