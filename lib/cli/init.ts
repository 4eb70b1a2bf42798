import { command } from "./command.ts";
import { reported } from "./report.ts";

export const init = command()
  .argument("<dir>", "a folder that is empty or not there yet")
  .addHelpText("after", "\nExample:\n  $ slipway init deployments")
  .action(reported(async (dir) => (await import("./run/init.ts")).initCommand(dir)));
