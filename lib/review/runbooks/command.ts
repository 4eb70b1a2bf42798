/**
 * A word of a shell's command line, or an option with its value: what isn't plain stands between single quotes, where nothing has a
 * meaning.
 */
export function quoted(word: string): string {
  if (isPlain(word)) return word;
  const [, option = "", value = ""] = /^(--[a-z-]+=)?([\s\S]*)$/.exec(word) ?? [];
  return `${option}'${value.replaceAll("'", "'\\''")}'`;
}

const isPlain = (word: string) => /^[A-Za-z0-9_./:=,@%+-]+$/.test(word);

/** A command of kubectl. @param words each a word of the command line; empty ones are left out */
export const kubectl = (...words: readonly string[]): string => ["kubectl", ...words.filter((word) => word !== "").map(quoted)].join(" ");

/** The option that names a namespace; empty where none is known, as kubectl then takes that of its context. */
export const inNamespace = (namespace: string): string => (namespace === "" ? "" : `--namespace=${namespace}`);

/** The option that merges a patch into an object. */
export const merging = (patch: object): readonly string[] => ["--type=merge", `--patch=${JSON.stringify(patch)}`];

/** The option that selects by labels. */
export const selecting = (labels: Readonly<Record<string, string>>, ...more: readonly string[]): string =>
  `--selector=${[...Object.entries(labels).map(([key, value]) => `${key}=${value}`), ...more].join(",")}`;
