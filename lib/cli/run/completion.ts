import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { printReport } from "../output.ts";
import { type Shell, scriptFor } from "../shells/index.ts";

/** `slipway completion SHELL`: a script by which a shell completes commands, options, environments and apps. @param program with all its commands */
export async function completionCommand(shell: Shell, program: CommandUnknownOpts | null): Promise<void> {
  if (program) printReport(scriptFor(shell, program));
}
