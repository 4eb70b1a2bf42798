import { Command, Option } from "@commander-js/extra-typings";

/** A command without its name and description, which the list of commands has. */
export const command = () => new Command().option("--debug", "show stack traces");

/** `--format`, one of these; the first unless given. */
export const format = <const Formats extends readonly [string, ...string[]]>(...formats: Formats) =>
  new Option("--format <format>", "how to print").choices(formats).default(formats[0] as Formats[number]);

/** `--output`, as often as it is given. */
export const output = () =>
  new Option("--output <format=file>", "write the report to a file too, as json=report.json; may be repeated").argParser<string[]>(
    (text, given = []) => [...given, text],
  );

/** `-e, --env`: all environments unless given. */
export const environments = () => new Option("-e, --env <environments...>", "only these environments");

/** An argument that carries its own name, so that two of them can't be taken for each other. */
export const named =
  <Name extends string>(name: Name) =>
  (text: string) =>
    ({ [name]: text }) as { readonly [Key in Name]: string };
