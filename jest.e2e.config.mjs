import unit from "./jest.config.mjs";

/** Tests that ask real servers: `npm run test:e2e`. */
/** @type {import("jest").Config} */
export default { ...unit, roots: ["<rootDir>/test/e2e"], testPathIgnorePatterns: [] };
