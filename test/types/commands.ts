/** Arguments and options of commands have types of their own, so that swapped ones don't compile. */
import { command, format, named } from "../../lib/cli/command.ts";
import { release } from "../../lib/cli/release.ts";
import { explainCommand } from "../../lib/cli/run/explain.ts";
import { imageSetCommand } from "../../lib/cli/run/image-set.ts";

command()
  .argument("<env>", "environment", named("environment"))
  .argument("<app>", "app", named("app"))
  .argument("[path]", "path")
  .addOption(format("text", "json"))
  .action(async (environment, app, path, options) => {
    await explainCommand({ ...environment, ...app, path, ...options });
    // @ts-expect-error an app is no environment
    await explainCommand({ ...app, path, ...options });
    // @ts-expect-error options come last
    await explainCommand({ ...options, ...path });
  });

command()
  .argument("<env>", "environment")
  .argument("<images...>", "images")
  .action(async (environment, images) => {
    await imageSetCommand(environment, images);
    // @ts-expect-error images are a list
    await imageSetCommand(images, environment);
  });

release.action((targets, { env, resolve }) => {
  const given: readonly [readonly string[], string, boolean] = [targets, env, resolve];
  // @ts-expect-error there is no such option
  return void [given, targets.environment];
});
