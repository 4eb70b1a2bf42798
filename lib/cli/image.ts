import { command } from "./command.ts";
import { reported } from "./report.ts";

const set = command()
  .name("set")
  .description("pin images in overlays/ENV/kustomization.yaml; comments and order are kept")
  .argument("<env>", "environment")
  .argument("<images...>", "as dominos/backend-app:1.2.3@sha256:..., with tag, digest or both")
  .addHelpText("after", "\nExample:\n  $ slipway image set staging dominos/backend-app:2.14.1")
  .action(reported(async (environment, images) => (await import("./run/image-set.ts")).imageSetCommand(environment, images)));

export const image = command().addCommand(set);
