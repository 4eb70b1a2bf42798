import { readFileSync } from "node:fs";
import { Command, CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { hasColours, paint, printReport, warn } from "./output.ts";

interface Listed {
  readonly name: string;
  readonly description: string;
  /** Reads the command's file, which has its flags. What it runs is read only when it runs. */
  readonly load: () => Promise<CommandUnknownOpts>;
}

const commands: readonly Listed[] = [
  { name: "synth", description: "render overlays/ and write dist/", load: async () => (await import("./synth.ts")).synth },
  {
    name: "check",
    description: "run all rules on the rendered environments, or on folders of YAML, each taken as one environment",
    load: async () => (await import("./check.ts")).check,
  },
  {
    name: "rules",
    description: "list the rules of check; for one: why, an example that fails, and the fix",
    load: async () => (await import("./rules.ts")).rules,
  },
  {
    name: "explain",
    description: "show where an app's values come from: each layer with its file and line, and what it replaced",
    load: async () => (await import("./explain.ts")).explain,
  },
  {
    name: "review",
    description: "show what a change of manifests would do to the cluster: which objects, which pods, and what the API server would refuse",
    load: async () => (await import("./review.ts")).review,
  },
  {
    name: "cluster",
    description: "what a cluster has, as one file for check",
    load: async () => (await import("./cluster.ts")).cluster,
  },
  {
    name: "chart",
    description: "vendor Helm charts: pull one by digest into the repository, and hold what was pulled to its lock",
    load: async () => (await import("./chart.ts")).chart,
  },
  { name: "image", description: "the images environments run", load: async () => (await import("./image.ts")).image },
  {
    name: "release",
    description: "pin images, render, check, commit and push as one transaction",
    load: async () => (await import("./release.ts")).release,
  },
  {
    name: "promote",
    description: "pin exactly what runs in the environment that this one is promoted from",
    load: async () => (await import("./release.ts")).promote,
  },
  {
    name: "rollback",
    description: "pin what ran before, and hold it there until `unhold`",
    load: async () => (await import("./release.ts")).rollback,
  },
  { name: "hold", description: "refuse releases of an app's images until `unhold`", load: async () => (await import("./release.ts")).hold },
  { name: "unhold", description: "let an app's images be released again", load: async () => (await import("./release.ts")).unhold },
  {
    name: "render",
    description: "render dist on the branch where it has drifted from its overlays and pins, and push that",
    load: async () => (await import("./release.ts")).render,
  },
  {
    name: "status",
    description:
      "what runs where, by the branch that Argo CD follows: tag, digest, since when, by which pipeline, what is held, how far behind",
    load: async () => (await import("./release.ts")).status,
  },
  {
    name: "board",
    description:
      "write one page of what runs where: environments by apps, how the objects of each app are connected, and the values that differ",
    load: async () => (await import("./board.ts")).board,
  },
  {
    name: "import",
    description: "turn kustomizations, charts, YAML or a cluster's dump into overlays, and prove that nothing changes",
    load: async () => (await import("./import.ts")).importCommand,
  },
  {
    name: "init",
    description: "create a repository that uses slipway: one app, two environments, tests and a pipeline",
    load: async () => (await import("./init.ts")).init,
  },
  {
    name: "completion",
    description: "print a script by which bash, zsh or fish completes the command line",
    load: async () => (await import("./completion.ts")).completion,
  },
];

/** The command line with all commands by name, and the flags of the one that is asked for. */
async function programFor(args: readonly string[]): Promise<Command> {
  const program = new Command("slipway")
    .description("GitOps for Kubernetes in TypeScript: overlays in, plain YAML for Argo CD out.")
    .version((JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version)
    .option("--debug", "show stack traces")
    // A command may have a --version of its own.
    .enablePositionalOptions()
    .showHelpAfterError()
    // Help repeats nothing that was typed; what is said on stderr may.
    .configureOutput({
      writeOut: printReport,
      writeErr: warn,
      getOutHasColors: () => hasColours(process.stdout),
      getErrHasColors: () => false,
    })
    .configureHelp({ styleTitle: (title) => paint("1", title) })
    .exitOverride();
  const asked = args.find((arg) => !arg.startsWith("-") && arg !== "help");
  for (const { name, description, load } of commands) {
    // What completes the command line has to know all of it.
    const command: CommandUnknownOpts = name === asked || asked === "completion" ? await load() : new Command();
    program.addCommand(inherited(command.name(name).description(description), program));
  }
  return program;
}

/** A command from another file doesn't have the program's settings yet. */
function inherited(command: CommandUnknownOpts, program: CommandUnknownOpts): CommandUnknownOpts {
  for (const own of [command, ...command.commands]) own.copyInheritedSettings(program);
  return command;
}

/** Runs a command line in this process: its folder, environment and streams. `process.exitCode` says how it ended. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    await (await programFor(args)).parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}
