import { command, format } from "./command.ts";
import { reported } from "./report.ts";

export const importCommand = command()
  .argument(
    "[environment=source...]",
    "an environment with where its manifests come from: a kustomization, a folder, a file, a chart with files of values (CHART:values.yaml), or - for standard input; several for one environment are joined (default: the environments of slipway.yaml)",
  )
  .option("--out <dir>", "folder that becomes the repository (default: this one, or deployments where overlays/ is the source's)")
  .option("--namespace <name>", "namespace of objects that name none (default: default)")
  .option("--kubernetes <version>", "minor version of the clusters (default: the newest known)")
  .option("--repository <url>", "URL of the repository, as Argo CD fetches it", "https://git.example/deployments.git")
  .option("--waive-until <day>", "last day on which errors of the sources are accepted, as 2030-01-31 (default: in 90 days)")
  .option("--literal-secrets <environments...>", "environments whose Secrets are written with their values (default: none)")
  .option("--app <names...>", "add these apps only to a repository that has overlays (default: all that it doesn't have)")
  .option("--plan <file>", "which app each object goes to: written when it isn't there, for you to edit; followed when it is")
  .option("--model [apps...]", "lift these apps into the typed model; without sources, apps that are in overlays already")
  .option("--all", "with --model: lift every app")
  .option("--accept-rollout", "with --model: drop what is there only so that pods aren't replaced once")
  .option("--adopt-labels", "with --model: give all objects of an app its labels, app: NAME among them; pods and selectors keep theirs")
  .addOption(format("text", "json"))
  .addHelpText(
    "after",
    "\nExamples:\n  $ slipway import dev=overlays/dev prod=overlays/prod\n  $ slipway import prod=charts/shop:values-prod.yaml\n  $ slipway import --model web api\n  $ kubectl get deploy,svc,cm -n shop -o yaml | slipway import prod=-",
  )
  .action(reported(async (sources, options) => (await import("./run/import.ts")).importCommand(sources, options)));
