/** Jest matchers for people's own tests: import "slipway/testing" in a test file, or name it in Jest's setupFilesAfterEnv. */
import { toMatchDist } from "./to-match-dist.ts";

declare global {
  namespace jest {
    interface Matchers<R> {
      /** Holds what `render(environment)` gives against the committed dist; `jest -u` updates dist. */
      toMatchDist(options?: { dist?: string }): R;
    }
  }
}

expect.extend({ toMatchDist });

export { toMatchDist };
