/** Scripts by which shells complete the command line. */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { bash } from "./bash.ts";
import { completed } from "./completed.ts";
import { fish } from "./fish.ts";
import { zsh } from "./zsh.ts";

const writers = { bash, zsh, fish };
/** Shells that there is a script for. */
export type Shell = keyof typeof writers;
export const shells = ["bash", "zsh", "fish"] as const satisfies readonly Shell[];

/** The script of a shell. @param program with all its commands */
export const scriptFor = (shell: Shell, program: CommandUnknownOpts): string => writers[shell](completed(program));
