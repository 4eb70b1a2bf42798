import { Option } from "@commander-js/extra-typings";
import { command, environments } from "./command.ts";
import { reported } from "./report.ts";

export const synth = command()
  .addOption(environments())
  .option("-a, --app <apps...>", "only these apps")
  .option("-o, --out <dir>", "folder to write to", "dist")
  .option("--check", "write nothing; fail with the difference when dist isn't current")
  .addOption(new Option("-w, --watch", "keep running: at each save, render and write what it changes").conflicts("check"))
  .addHelpText("after", "\nExample:\n  $ slipway synth --env prod --app backend-app")
  .action(reported(async (options) => (await import("./run/synth.ts")).synthCommand(options)));
