/** Unit, boundary, engine, contract and fault tests. SWC only transpiles; `npm run check` does the type checking. */
export default {
  testEnvironment: "node",
  roots: ["<rootDir>/tests"],
  testMatch: ["**/*.test.ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  extensionsToTreatAsEsm: [],
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/examples"],
  globalSetup: "<rootDir>/tests/support/global-setup.mjs",
  testTimeout: 60_000,
  maxWorkers: 2,
};
