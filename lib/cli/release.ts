import { type Command, Option, type OptionValues } from "@commander-js/extra-typings";
import { command, format } from "./command.ts";
import { reported } from "./report.ts";

/** What every command that writes to git takes. */
const writing = <Args extends unknown[], Options extends OptionValues>(own: Command<Args, Options>) =>
  own
    .option("--remote <name>", "git remote to release to", "origin")
    .option("--branch <name>", "branch that Argo CD follows (default: the remote's own)")
    .option(
      "--pipeline <number>",
      "number of the pipeline that asks: an older one that arrives late is refused (default: SLIPWAY_PIPELINE or CI_PIPELINE_ID)",
    )
    .option("--merge-request", "push a branch of its own and open a merge request (GitLab)")
    .addOption(
      new Option("--pull-request", "push a branch of its own and print its name, for a pull request (GitHub)").conflicts("mergeRequest"),
    )
    .option("--dry-run", "push nothing; show the difference and what it would do");

const actions = () => import("./run/release.ts");

export const release = writing(command())
  .argument("<targets...>", "APP=TAG, APP/CONTAINER=TAG, or APP=TAG@sha256:...")
  .requiredOption("-e, --env <env>", "environment")
  .option("--no-resolve", "pin the tag alone, without asking the registry for its digest")
  .option("--id-token", "require an ID token in SLIPWAY_ID_TOKEN, of a pipeline of the project that is the source of the app")
  .addHelpText("after", "\nExample:\n  $ slipway release backend-app=2.14.1 --env staging")
  .action(reported(async (targets, options) => (await actions()).releaseCommand(targets, options)));

export const promote = writing(command())
  .argument("<apps...>", "APP or APP/CONTAINER")
  .requiredOption("--to <env>", "environment to promote to")
  .option("--from <env>", "environment to promote from (default: what --to is promoted from)")
  .option("--skip", "allow a source other than the environment that --to is promoted from")
  .option("--no-resolve", "don't ask the target's registry whether it has the images")
  .addHelpText("after", "\nExample:\n  $ slipway promote backend-app --to prod")
  .action(reported(async (apps, options) => (await actions()).promoteCommand(apps, options)));

export const rollback = writing(command())
  .argument("<app>", "APP or APP/CONTAINER")
  .requiredOption("-e, --env <env>", "environment")
  .option("--to <tag>", "tag to go back to (default: what ran before)")
  .option("--reason <text>", "reason, shown with the hold", "rolled back")
  .option("--no-resolve", "don't ask the registry for the digest of a tag that was never pinned")
  .addHelpText("after", "\nExample:\n  $ slipway rollback backend-app --env prod --reason 'errors at checkout'")
  .action(reported(async (app, options) => (await actions()).rollbackCommand(app, options)));

export const hold = writing(command())
  .argument("<app>", "APP or APP/CONTAINER")
  .requiredOption("-e, --env <env>", "environment")
  .requiredOption("--reason <text>", "why")
  .addHelpText("after", "\nExample:\n  $ slipway hold backend-app --env prod --reason 'sale until Monday'")
  .action(reported(async (app, options) => (await actions()).holdCommand(app, options)));

export const unhold = writing(command())
  .argument("<app>", "APP or APP/CONTAINER")
  .requiredOption("-e, --env <env>", "environment")
  .addHelpText("after", "\nExample:\n  $ slipway unhold backend-app --env prod")
  .action(reported(async (app, options) => (await actions()).holdCommand(app, options)));

export const render = writing(command())
  .addHelpText("after", "\nExample:\n  $ slipway render")
  .action(reported(async (options) => (await actions()).renderCommand(options)));

export const status = command()
  .option("--remote <name>", "git remote to read", "origin")
  .option("--branch <name>", "branch that Argo CD follows (default: the remote's own)")
  .option("--offline", "show this clone's files instead")
  .addOption(format("text", "json"))
  .addHelpText("after", "\nExample:\n  $ slipway status")
  .action(reported(async (options) => (await actions()).statusCommand(options)));
