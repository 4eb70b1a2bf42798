import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import { print, warn } from "./output.ts";
import { reported } from "./report.ts";

/** The command line. Each command's own file is read only when the command is run, so that `--help` needs none of them. */
const program = new Command("slipway")
  .description("GitOps for Kubernetes in TypeScript: overlays in, plain YAML for Argo CD out.")
  .version((JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version)
  .option("--debug", "show stack traces")
  .showHelpAfterError()
  .configureOutput({ writeOut: print, writeErr: warn })
  .exitOverride();

program
  .command("synth")
  .description("render overlays/ and write dist/")
  .option("-e, --env <environments...>", "only these environments")
  .option("-a, --app <apps...>", "only these apps")
  .option("-o, --out <dir>", "folder to write to", "dist")
  .option("--check", "write nothing; fail with the difference when dist isn't current")
  .addOption(new Option("-w, --watch", "go on: at each save, render and write what it changes").conflicts("check"))
  .addHelpText("after", "\nExample:\n  $ slipway synth --env prod --app backend-app")
  .action(reported(async (options) => (await import("./synth.ts")).synthCommand(options)));

program
  .command("check")
  .description("run all rules on the rendered environments, or on folders of YAML, each taken as one environment")
  .argument("[folders...]", "folders of manifests, made by whatever tool")
  .option("-e, --env <environments...>", "only these environments")
  .option("--kubernetes <version>", "minor version of the cluster, as 1.34; for folders the newest known unless given")
  .addOption(
    new Option("--pod-security <level>", "Pod Security Standard of namespaces that say none").choices([
      "privileged",
      "baseline",
      "restricted",
    ]),
  )
  .addOption(new Option("--format <format>", "how to print").choices(["text", "json", "codequality"]).default("text"))
  .addHelpText("after", "\nExample:\n  $ slipway check --env prod\n  $ slipway check manifests/ --kubernetes 1.33 --pod-security baseline")
  .action(reported(async (folders, options) => (await import("./check.ts")).checkCommand(folders, options)));

program
  .command("rules")
  .description("list the rules of check; for one: why, an example that fails, and the fix")
  .argument("[rule]", "id of a rule, as references/service-selector")
  .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
  .addHelpText("after", "\nExample:\n  $ slipway rules references/service-selector")
  .action(reported(async (rule, options) => (await import("./rules.ts")).rulesCommand(rule, options)));

program
  .command("explain")
  .description("say where an app's values come from: each layer with its file and line, and what it replaced")
  .argument("<env>", "environment")
  .argument("<app>", "app")
  .argument("[path]", "as workload.replicas, or Deployment:/spec/replicas for what patches change; all of the app without it")
  .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
  .addHelpText("after", "\nExample:\n  $ slipway explain prod backend-app container.image")
  .action(reported(async (env, app, path, options) => (await import("./explain.ts")).explainCommand(env, app, path, options)));

program
  .command("review")
  .description("say what a change of dist would do to the cluster: which objects, which pods, and what the API server would refuse")
  .argument("[folders...]", "two folders of manifests, the old and the new, made by whatever tool; without them, dist against --base")
  .option("-b, --base <ref>", "commit, branch or tag to compare dist with (default: what the merge request starts from, or HEAD)")
  .addOption(
    new Option("--fail-on <impact>", "end with status 1 when the impact is this or worse").choices([
      "in-place",
      "scale",
      "rollout",
      "downtime",
      "rejected",
      "deletion",
      "data-loss",
    ]),
  )
  .option("--kubernetes <version>", "minor version of the clusters, as 1.34; the newest known unless given")
  .addOption(new Option("--format <format>", "how to print").choices(["text", "markdown", "json", "html", "codequality"]).default("text"))
  .addHelpText(
    "after",
    "\nExample:\n  $ slipway review --base origin/main --fail-on downtime\n  $ slipway review old/ new/ --format markdown",
  )
  .action(reported(async (folders, options) => (await import("./review.ts")).reviewCommand(folders, options)));

const image = program.command("image").description("the images environments run");
image
  .command("set")
  .description("pin images in overlays/ENV/kustomization.yaml; comments and order are kept")
  .argument("<env>", "environment")
  .argument("<images...>", "as dominos/backend-app:1.2.3@sha256:..., with tag, digest or both")
  .addHelpText("after", "\nExample:\n  $ slipway image set staging dominos/backend-app:2.14.1")
  .action(reported(async (env, images) => (await import("./image-set.ts")).imageSetCommand(env, images)));

/** What every command that writes to git takes. */
const landing = (command: Command) =>
  command
    .option("--remote <name>", "git remote to release to", "origin")
    .option("--branch <name>", "branch that Argo CD follows (default: the remote's own)")
    .option(
      "--pipeline <number>",
      "number of the pipeline that asks: an older one that arrives late is refused (default: SLIPWAY_PIPELINE or CI_PIPELINE_ID)",
    )
    .option("--merge-request", "push a branch of its own and open a merge request (GitLab)")
    .option("--dry-run", "push nothing; show the difference and what it would do");

landing(program.command("release"))
  .description("pin images, render, check, commit and push, as one step that loses nothing")
  .argument("<targets...>", "APP=TAG, APP/CONTAINER=TAG, or APP=TAG@sha256:...")
  .requiredOption("-e, --env <env>", "environment")
  .option("--no-resolve", "pin the tag alone, without asking the registry for its digest")
  .option("--id-token", "release only for a pipeline that proves by SLIPWAY_ID_TOKEN whose it is: the project an app names as its source")
  .addHelpText("after", "\nExample:\n  $ slipway release backend-app=2.14.1 --env staging")
  .action(reported(async (targets, options) => (await import("./release.ts")).releaseCommand(targets, options)));

landing(program.command("promote"))
  .description("pin exactly what runs in the environment that this one is promoted from")
  .argument("<apps...>", "APP or APP/CONTAINER")
  .requiredOption("--to <env>", "environment to promote to")
  .option("--from <env>", "environment to promote from (default: what --to is promoted from)")
  .option("--skip", "promote from another environment all the same")
  .option("--no-resolve", "don't ask the target's registry whether it has the images")
  .addHelpText("after", "\nExample:\n  $ slipway promote backend-app --to prod")
  .action(reported(async (apps, options) => (await import("./release.ts")).promoteCommand(apps, options)));

landing(program.command("rollback"))
  .description("pin what ran before, and hold it there until `unhold`")
  .argument("<app>", "APP or APP/CONTAINER")
  .requiredOption("-e, --env <env>", "environment")
  .option("--to <tag>", "tag to go back to (default: what ran before)")
  .option("--reason <text>", "why, for those who find it held", "rolled back")
  .addHelpText("after", "\nExample:\n  $ slipway rollback backend-app --env prod --reason 'errors at checkout'")
  .action(reported(async (app, options) => (await import("./release.ts")).rollbackCommand(app, options)));

landing(program.command("hold"))
  .description("refuse releases of an app's images until `unhold`")
  .argument("<app>", "APP or APP/CONTAINER")
  .requiredOption("-e, --env <env>", "environment")
  .requiredOption("--reason <text>", "why")
  .addHelpText("after", "\nExample:\n  $ slipway hold backend-app --env prod --reason 'sale until Monday'")
  .action(reported(async (app, options) => (await import("./release.ts")).holdCommand(app, options)));

landing(program.command("unhold"))
  .description("let an app's images be released again")
  .argument("<app>", "APP or APP/CONTAINER")
  .requiredOption("-e, --env <env>", "environment")
  .addHelpText("after", "\nExample:\n  $ slipway unhold backend-app --env prod")
  .action(reported(async (app, options) => (await import("./release.ts")).holdCommand(app, options)));

landing(program.command("render"))
  .description("render dist on the branch where it has drifted from its overlays and pins, and push that")
  .addHelpText("after", "\nExample:\n  $ slipway render")
  .action(reported(async (options) => (await import("./release.ts")).renderCommand(options)));

program
  .command("status")
  .description(
    "what runs where, by the branch that Argo CD follows: tag, digest, since when, by which pipeline, what is held, how far behind",
  )
  .option("--remote <name>", "git remote to read", "origin")
  .option("--branch <name>", "branch that Argo CD follows (default: the remote's own)")
  .option("--offline", "show this clone's files instead")
  .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
  .addHelpText("after", "\nExample:\n  $ slipway status")
  .action(reported(async (options) => (await import("./release.ts")).statusCommand(options)));

program
  .command("board")
  .description("write one page of what runs where: environments by apps, how each app hangs together, and the values that differ")
  .option("-o, --out <file>", "file to write", "board.html")
  .addHelpText("after", "\nExample:\n  $ slipway board --out public/index.html")
  .action(reported(async (options) => (await import("./board.ts")).boardCommand(options)));

program
  .command("init")
  .description("make a new repository that uses slipway: one app, two environments, tests and a pipeline")
  .argument("<dir>", "a folder that is empty or not there yet")
  .addHelpText("after", "\nExample:\n  $ slipway init deployments")
  .action(reported(async (dir) => (await import("./init.ts")).initCommand(dir)));

for (const command of [...program.commands, ...image.commands]) command.option("--debug", "show stack traces");

/** Runs a command line in this process: its folder, environment and streams. `process.exitCode` says how it ended. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}
