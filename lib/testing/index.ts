/** For people's own tests: import from "slipway/testing" in a test file, or name it in Jest's setupFilesAfterEnv. */
import { type PartialManifest, toContainManifest } from "./to-contain-manifest.ts";
import { toMatchDist } from "./to-match-dist.ts";

declare global {
  namespace jest {
    interface Matchers<R> {
      /** Holds what `render(environment)` gives against the committed dist; `jest -u` updates dist. */
      toMatchDist(options?: { dist?: string }): R;
      /** Holds that some object of `manifests(environment)` fits a part; fails with the nearest one and where it differs. */
      toContainManifest(part: PartialManifest): R;
    }
  }
}

expect.extend({ toMatchDist, toContainManifest });

export { NotCoveredError } from "./gateway/definition.ts";
export { type GatewayAnswer, type GatewayOptions, type GatewayRequest, GatewaySimulator } from "./gateway/gateway.ts";
export { type ManifestFilter, Manifests, manifests } from "./manifests.ts";
export { type PartialManifest, toContainManifest, toMatchDist };
