import unit from "./jest.config.mjs";

// Tests that `npm test` runs smaller, for its time, are run whole here: see test/sizes.ts.
process.env.SLIPWAY_TESTS = "whole";

/** Tests that need the machine to themselves: they kill processes at moments, or hold a whole fleet. */
const alone = ["e2e/storm", "e2e/loop/fleet", "cli/crash-safety"];
const others = ["e2e/**/*", "check/bounds", "overlay/pins", "kubernetes/plain-yaml", "check/secrets", "aws/*", "synth/kustomize"];
const isAlone = process.env.SLIPWAY_E2E === "alone";
const filesOf = (names) => names.map((name) => `<rootDir>/test/${name}.test.ts`);

/** Tests that ask real servers, and those that are whole here only: `npm run test:e2e`, which runs scripts/test-e2e.sh. */
/** @type {import("jest").Config} */
export default {
  ...unit,
  maxWorkers: isAlone ? 1 : 2,
  testTimeout: 300_000,
  testMatch: filesOf(isAlone ? alone : others),
  testPathIgnorePatterns: isAlone ? [] : alone.map((name) => `/test/${name}\\.test\\.ts$`),
  passWithNoTests: true,
};
