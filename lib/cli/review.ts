import { Option } from "@commander-js/extra-typings";
import { command, format, output } from "./command.ts";
import { reviewFormats } from "./formats.ts";
import { reported } from "./report.ts";

/** The impacts that something changes with; `lib/review` isn't loaded for the help. */
const changes = ["in-place", "scale", "rollout", "unknown", "downtime", "rejected", "deletion", "data-loss"] as const;
const impacts = ["none", ...changes] as const;

export const review = command()
  .argument(
    "[sources...]",
    "the old manifests and the new ones: folders, files, charts with values (CHART:values.yaml), REF:PATH of a commit, or -",
  )
  .option(
    "-b, --base <ref>",
    "commit, branch or tag to compare dist or the repository's sources with (default: what the merge request starts from, or HEAD)",
  )
  .addOption(new Option("--fail-on <impact>", "end with status 1 when the impact is this or worse").choices(changes))
  .addOption(
    new Option("--expect <impact>", "end with status 1 when the impact is another; none certifies that nothing changes").choices(impacts),
  )
  .option("--strict", "end with status 1 when something couldn't be looked at")
  .option("--kubernetes <version>", "minor version of the clusters, as 1.34 (default: the newest known)")
  .option("-n, --namespace <name>", "namespace of objects that name none (default: they are compared by kind and name)")
  .option(
    "--snapshot <file>",
    "what the cluster has, as `slipway cluster snapshot` wrote it: its version, and the schemas of custom resources",
  )
  .option(
    "--templates-base <folder>",
    "CloudFormation templates of the base, as `cdk synth --output` writes them, to compare with those of --templates beside the manifests",
  )
  .option("--templates <folder>", "CloudFormation templates of the change (default: cdk.out, with --templates-base)")
  .option(
    "--kubernetes-from <version>",
    "review an upgrade of the cluster: the version that it has, as 1.34. The manifests are those of check, on both versions",
  )
  .option("--kubernetes-to <version>", "the version that the cluster gets, as 1.37")
  .option("--write", "with --kubernetes-to: change what has one right answer, as the apiVersion of an API that was removed")
  .addOption(format(...reviewFormats))
  .addOption(output())
  .addHelpText(
    "after",
    "\nExample:\n  $ slipway review --base origin/main --fail-on downtime\n  $ slipway review old/ new/ --output markdown=review.md --output json=review.json\n  $ slipway review main:overlays/prod overlays/prod --expect none\n  $ slipway review base.out/ cdk.out/\n  $ slipway review --base origin/main --templates-base base.out\n  $ slipway review --kubernetes-from 1.34 --kubernetes-to 1.37 --fail-on rejected",
  )
  .action(reported(async (sources, options) => (await import("./run/review.ts")).reviewCommand(sources, options)));
