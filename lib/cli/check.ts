import { Option } from "@commander-js/extra-typings";
import { command, environments, format, output } from "./command.ts";
import { checkFormats } from "./formats.ts";
import { reported } from "./report.ts";

export const check = command()
  .argument(
    "[sources...]",
    "folders, files, charts with files of values (CHART:values.yaml), or - for standard input (default: overlays/, else slipway.yaml, else what is found here)",
  )
  .addOption(environments())
  .option("--kubernetes <version>", "minor version of the cluster, as 1.34 (default: what the environment says, else the newest known)")
  .addOption(
    new Option("--pod-security <level>", "Pod Security Standard of namespaces that have none").choices([
      "privileged",
      "baseline",
      "restricted",
    ] as const),
  )
  .option("--namespace <name>", "namespace of objects that name none (default: default)")
  .option("--complete", "the sources hold all there is: what manifests refer to and isn't there is an error")
  .option("--snapshot <file>", "what the cluster has, as `slipway cluster snapshot` wrote it; for --env instead of the environment's own")
  .option("--schemas <folder>", "CRDs, or JSON schemas by kind, for kinds that have no schema otherwise")
  .option("--strict", "status 1 also where something couldn't be judged, such as a kind without a schema")
  .option("--rule <ids...>", "only these rules; `references/*` is all of a family")
  .option("--skip <ids...>", "all rules but these")
  .addOption(format(...checkFormats))
  .addOption(output())
  .addHelpText(
    "after",
    "\nExample:\n  $ slipway check --env prod\n  $ slipway check manifests/ --kubernetes 1.33 --pod-security baseline\n  $ slipway check charts/web:values-prod.yaml\n  $ kubectl kustomize overlays/prod | slipway check -\n  $ slipway check manifests/ --snapshot clusters/prod.yaml\n  $ slipway check --skip rollout/readiness-probe --output sarif=check.sarif",
  )
  .action(reported(async (sources, options) => (await import("./run/check.ts")).checkCommand(sources, options)));
