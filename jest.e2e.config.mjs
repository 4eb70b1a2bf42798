import unit from "./jest.config.mjs";

// Tests that `npm test` runs smaller, for its time, are run whole here: see test/sizes.ts.
process.env.SLIPWAY_TESTS = "whole";

/** Tests that ask real servers, and those that are whole here only: `npm run test:e2e`. */
/** @type {import("jest").Config} */
export default {
  ...unit,
  maxWorkers: 1,
  testTimeout: 300_000,
  testMatch: [
    "e2e/**/*",
    "cli/crash-safety",
    "check/bounds",
    "overlay/pins",
    "kubernetes/plain-yaml",
    "check/secrets",
    "aws/*",
    "synth/kustomize",
  ].map((name) => `<rootDir>/test/${name}.test.ts`),
  testPathIgnorePatterns: [],
};
