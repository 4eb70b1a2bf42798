import { command, format } from "./command.ts";
import { reported } from "./report.ts";

const pull = command()
  .name("pull")
  .description(
    "vendor a chart: pull it by the installed Helm, check its digest, unpack it into the repository, and record it in charts.lock",
  )
  .argument("<reference>", "oci://REGISTRY/PATH/NAME, the https:// address of a repository, or REPOSITORY/NAME as helm repo list has it")
  .argument("[name]", "the chart, with the address of a repository")
  .requiredOption("--version <version>", "exact version of the chart, as 1.2.3")
  .option("--into <folder>", "folder that the chart gets (default: charts/NAME)")
  .option("--plain-http", "ask a registry without TLS, as one on this machine")
  .addHelpText(
    "after",
    "\nCredentials are Helm's own: helm registry login, helm repo add.\n\nExample:\n  $ slipway chart pull oci://registry.example/charts/redis --version 1.2.3\n  $ slipway chart pull https://charts.example redis --version 1.2.3 --into charts/cache",
  )
  .action(reported(async (reference, name, options) => (await import("./run/chart.ts")).chartPullCommand(reference, name, options)));

const verify = command()
  .name("verify")
  .description("hold vendored charts against charts.lock; status 1 where one was changed or is missing")
  .argument("[folders...]", "where locks are looked for (default: here)")
  .addOption(format("text", "json"))
  .addHelpText("after", "\nExample:\n  $ slipway chart verify\n  $ slipway chart verify charts --format json")
  .action(reported(async (folders, options) => (await import("./run/chart.ts")).chartVerifyCommand(folders, options)));

export const chart = command().addCommand(pull).addCommand(verify);
