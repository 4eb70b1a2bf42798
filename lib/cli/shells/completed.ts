import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** What stands in a place of the command line: one of some words, something that the shell finds, or what nobody can complete. */
export type Values = { readonly words: readonly string[] } | "environments" | "apps" | "files" | "unknown";

/** A word of a list, with what it means. */
export interface Word {
  readonly word: string;
  readonly description: string;
}

/** An option, by each of its names. */
interface CompletedOption {
  readonly names: readonly string[];
  readonly description: string;
  /** What comes after it; undefined for a flag. */
  readonly values: Values | undefined;
}

/** A command as shells complete it. */
export interface CompletedCommand {
  /** The words that lead to it, as `image set`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly CompletedOption[];
  /** What its arguments are; undefined where it takes none. */
  readonly values: Values | undefined;
}

/** What the names of arguments, and of what comes after options, stand for. */
const kinds: readonly (readonly [RegExp, Values])[] = [
  [/^(env|environments?)$/, "environments"],
  [/^(apps?|targets)$/, "apps"],
  [/dir|file|source|folder|path/, "files"],
];
const kindOf = (name: string): Values => kinds.find(([pattern]) => pattern.test(name))?.[1] ?? "unknown";

/** What comes after an option, by the name it has in `--env <environments...>`. */
function afterOption(flags: string): Values | undefined {
  const name = /[<[]([^>\]]+?)(\.\.\.)?[>\]]/.exec(flags)?.[1];
  return name === undefined ? undefined : kindOf(name);
}

/** All commands of a program, itself first. */
export function completed(command: CommandUnknownOpts, path = ""): readonly CompletedCommand[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const [argument] = command.registeredArguments;
  const own: CompletedCommand = {
    path,
    commands: commands.map((sub) => ({ word: sub.name(), description: sub.description() })),
    options: help.visibleOptions(command).map((option) => ({
      names: [option.short, option.long].filter((name) => name !== undefined),
      description: option.description,
      values: option.argChoices ? { words: option.argChoices } : afterOption(option.flags),
    })),
    values: argument && (argument.argChoices ? { words: argument.argChoices } : kindOf(argument.name())),
  };
  const below = command.commands.flatMap((sub) => completed(sub, path === "" ? sub.name() : `${path} ${sub.name()}`));
  return [own, ...below];
}

/** The words that can begin a place of a command: its commands, or the values of its argument. */
export const wordsOf = ({ commands, values }: CompletedCommand): readonly Word[] =>
  typeof values === "object" ? values.words.map((word) => ({ word, description: "" })) : commands;

/** Words that lead to a command, as the scripts of bash and zsh put them together. */
export const prefix = (path: string) => (path === "" ? "" : ` ${path}`);

/** The patterns of all commands but the program, for `case`. */
export const pathPatterns = (commands: readonly CompletedCommand[]) =>
  commands.flatMap(({ path }) => (path === "" ? [] : quoted(prefix(path)))).join(" | ");

/** The lines of `case` for what comes after each option. @param reply what the shell does for some values */
export const optionCases = ({ path, options }: CompletedCommand, reply: (values: Values) => string): string[] =>
  options.flatMap(({ names, values }) =>
    values === undefined ? [] : `    ${names.map((name) => quoted(`${prefix(path)} ${name}`)).join(" | ")}) ${reply(values)} ;;`,
  );

/** A text as one word of a shell. */
export const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
