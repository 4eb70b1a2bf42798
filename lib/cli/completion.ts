import { Argument } from "@commander-js/extra-typings";
import { command } from "./command.ts";
import { reported } from "./report.ts";
import { shells } from "./shells/index.ts";

export const completion = command()
  .addArgument(new Argument("<shell>", "the shell that completes").choices(shells))
  .addHelpText(
    "after",
    `
Examples:
  $ source <(npx slipway completion bash)      # for this shell; in ~/.bashrc or ~/.zshrc for all
  $ npx slipway completion fish > ~/.config/fish/completions/slipway.fish
  $ alias slipway='npx slipway'                # where the package is installed in a repository`,
  )
  .action(reported(async (shell, _options, own) => (await import("./run/completion.ts")).completionCommand(shell, own.parent)));
