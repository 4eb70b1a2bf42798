export default {
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "@swc/jest" },
  setupFilesAfterEnv: ["slipway/testing"],
};
