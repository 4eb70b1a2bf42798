import { command, format } from "./command.ts";
import { reported } from "./report.ts";

export const rules = command()
  .argument("[rule]", "id of a rule, as references/service-selector")
  .addOption(format("text", "json"))
  .addHelpText("after", "\nExample:\n  $ slipway rules references/service-selector")
  .action(reported(async (rule, options) => (await import("./run/rules.ts")).rulesCommand(rule, options)));
