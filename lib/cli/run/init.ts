import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { type Host, initRepository } from "../../init/index.ts";
import { discover } from "../../sources/index.ts";
import { print, warn } from "../output.ts";

/** `slipway init DIR`: a new repository that uses the package. */
export async function initCommand(folder: string, { github, gitlab }: { readonly github?: true; readonly gitlab?: true }): Promise<void> {
  const sources = existsSync(folder) ? discover(folder).sources.map(({ path }) => join(folder, path)) : [];
  try {
    const hosts: Host[] = [...(github ? (["github"] as const) : []), ...(gitlab || !github ? (["gitlab"] as const) : [])];
    const { written, completed, kept } = initRepository(folder, hosts);
    for (const file of written) print(`${join(folder, file)}\n`);
    for (const file of completed) print(`${join(folder, file)}: completed\n`);
    for (const file of kept) print(`${join(folder, file)}: kept as it is\n`);
    const there = relative(process.cwd(), resolve(folder));
    print(`\nNext: ${there === "" ? "" : `cd ${shellWord(folder)} && `}npm install && npm run synth\n`);
  } finally {
    if (sources.length > 0) warn(importHint(sources));
  }
}

/** Sources that are named before the others are counted. */
const mostNamed = 3;

function importHint(sources: readonly string[]): string {
  const [first = ""] = sources;
  const more = sources.length > mostNamed ? ` and ${sources.length - mostNamed} more` : "";
  return `\nThis folder holds kustomizations or charts: ${sources.slice(0, mostNamed).join(", ")}${more}.\nTo turn what runs already into overlays, import it by environment: npx slipway import prod=${shellWord(first)}\n`;
}

const shellWord = (text: string) => (/^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
