/** For people's own tests: import from "slipway/testing" in a test file, or name it in Jest's setupFilesAfterEnv. */
import { type PartialManifest, toContainManifest } from "./to-contain-manifest.ts";
import { toMatchDist } from "./to-match-dist.ts";

declare global {
  namespace jest {
    interface Matchers<R> {
      /**
       * Compares what `render(environment)` gives with the committed dist; `jest -u` updates dist.
       *
       * @example
       * expect(render(prod)).toMatchDist();
       */
      toMatchDist(options?: { dist?: string }): R;
      /**
       * Expects some object of `manifests(environment)` to fit a part; fails with the nearest one and where it differs.
       *
       * @example
       * expect(manifests(prod)).toContainManifest({ kind: "Deployment", metadata: { name: "web" }, spec: { replicas: 3 } });
       */
      toContainManifest(part: PartialManifest): R;
    }
  }
}

// Jest gives every test `expect`; the simulator and the queries work without it.
if (typeof expect !== "undefined") expect.extend({ toMatchDist, toContainManifest });

export type { Basis } from "./gateway/basis.ts";
export { NotCoveredError } from "./gateway/definition.ts";
export type { Caller, GatewayRequest } from "./gateway/exchange.ts";
export { type GatewayAnswer, type GatewayOptions, GatewaySimulator } from "./gateway/gateway.ts";
export { type ManifestFilter, Manifests, manifests } from "./manifests.ts";
export { type PartialManifest, toContainManifest, toMatchDist };
