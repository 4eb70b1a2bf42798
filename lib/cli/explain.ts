import { command, format, named } from "./command.ts";
import { reported } from "./report.ts";

export const explain = command()
  .argument("<env>", "environment", named("environment"))
  .argument("<app>", "app", named("app"))
  .argument("[path]", "as workload.replicas, or Deployment:/spec/replicas for what patches change; all of the app without it")
  .addOption(format("text", "json"))
  .addHelpText("after", "\nExample:\n  $ slipway explain prod backend-app container.image")
  .action(
    reported(async (environment, app, path, options) =>
      (await import("./run/explain.ts")).explainCommand({ ...environment, ...app, path, ...options }),
    ),
  );
