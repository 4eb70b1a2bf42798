import { command } from "./command.ts";
import { reported } from "./report.ts";

export const init = command()
  .argument("<dir>", "a new folder, or the one that slipway was installed in; files that are there stay as they are")
  .option("--github", "a workflow for GitHub in place of a pipeline for GitLab")
  .option("--gitlab", "a pipeline for GitLab (the default), also beside --github")
  .addHelpText("after", "\nExamples:\n  $ slipway init deployments\n  $ npm install --save-dev slipway && npx slipway init . --github")
  .action(reported(async (dir, options) => (await import("./run/init.ts")).initCommand(dir, options)));
