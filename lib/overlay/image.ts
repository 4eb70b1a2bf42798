import { parseImage, qualified } from "../kubernetes/index.ts";
import type { AppSpec } from "./model.ts";
import type { PlacedApp } from "./resolved.ts";

/** Whether an app takes an image as it is: without the environment's registry, and without a tag where it has none. */
export const isAsIs = ({ imagesAsIs = [] }: Pick<AppSpec, "imagesAsIs">, reference: string): boolean =>
  imagesAsIs.some((image) => parseImage(image).name === parseImage(reference).name);

/** An image of an app as its registry has it, before pins. */
export const imageOf = ({ environment, app }: PlacedApp, reference: string): string =>
  isAsIs(app.spec, reference) ? reference : qualified(environment.settings.registry, reference);
