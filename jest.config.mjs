/** @type {import("jest").Config} */
export default {
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["/test/e2e/"],
  transform: {},
  // What tests import is loaded once for each worker; see there.
  runtime: "<rootDir>/test/native/runtime.cjs",
  testEnvironment: "<rootDir>/test/native/environment.cjs",
  globalSetup: "<rootDir>/test/commands/setup.mjs",
  globalTeardown: "<rootDir>/test/commands/teardown.mjs",
  setupFilesAfterEnv: ["slipway/testing"],
  testTimeout: 120_000,
  // A worker waits for the processes it starts a third of its time.
  maxWorkers: 3,
};
