import unit from "./jest.config.mjs";

// Tests that `npm test` runs smaller, for its time, are run whole here: see test/sizes.ts.
process.env.SLIPWAY_TESTS = "whole";

/** What runs side by side, by the phase that scripts/test-e2e.sh names. */
const phases = {
  servers: [
    "e2e/**/*",
    "check/bounds",
    "overlay/pins",
    "kubernetes/plain-yaml",
    "check/secrets",
    "review/broken-objects",
    "aws/*",
    "synth/kustomize",
    "lift/lift",
    "import/random-apps",
  ],
  // They wait as much as they compute: for servers that are gone, for locks, for processes they kill.
  kills: ["e2e/storm", "cli/crash-safety"],
  // It measures, and holds Argo CD with hundreds of apps.
  fleet: ["e2e/loop/fleet"],
};
const phase = process.env.SLIPWAY_E2E_PHASE ?? "servers";
const others = Object.keys(phases).flatMap((name) => (name === phase || name === "servers" ? [] : phases[name]));

/** Tests that ask real servers, and those that are whole here only: `npm run test:e2e`, which runs scripts/test-e2e.sh. */
/** @type {import("jest").Config} */
export default {
  ...unit,
  maxWorkers: 2,
  testTimeout: 300_000,
  testMatch: phases[phase].map((name) => `<rootDir>/test/${name}.test.ts`),
  testPathIgnorePatterns: others.map((name) => `/test/${name}\\.test\\.ts$`),
  passWithNoTests: true,
};
