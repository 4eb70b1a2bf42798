import unit from "./jest.config.mjs";

/** Tests that ask real servers: `npm run test:e2e`. */
/** @type {import("jest").Config} */
export default { ...unit, maxWorkers: 1, roots: ["<rootDir>/test/e2e"], testPathIgnorePatterns: [] };
