import { command, format, named } from "./command.ts";
import { reported } from "./report.ts";

export const explain = command()
  .argument("<env>", "environment", named("environment"))
  .argument("<app>", "app", named("app"))
  .argument(
    "[path]",
    "as workload.replicas, Deployment:/spec/replicas for what patches change, or routing for what serves the routes; all of the app without it",
  )
  .addOption(format("text", "json"))
  .addHelpText("after", "\nExamples:\n  $ slipway explain prod backend-app container.image\n  $ slipway explain prod backend-app routing")
  .action(
    reported(async (environment, app, path, options) =>
      (await import("./run/explain.ts")).explainCommand({ ...environment, ...app, path, ...options }),
    ),
  );
