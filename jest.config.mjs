/** SWC only transpiles; `npm run check` does the type checking. */
const common = {
  testEnvironment: "node",
  roots: ["<rootDir>/tests"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  // What is loaded on its first use names the compiled file, as Node's `import` wants it.
  moduleNameMapper: {
    "^(\\./(?:delivery/emulator-storage|delivered|blob-storage|report-files|context|resources/[a-z-]+))\\.js$": "$1",
  },
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/examples"],
  testTimeout: 60_000,
};

/** Folders whose tests load the package as a user does, from dist/. */
const built = ["boundary", "cli", "docs", "package"];
const engine = "engine";

/**
 * Jest runs the set-up of a project only when a test of that project runs: the tests of the sources wait neither for a build
 * nor for a Pulumi CLI.
 */
export default {
  maxWorkers: 2,
  // Jest reads it here; in a project it counts only where that is the whole configuration (tests/clients).
  testTimeout: 60_000,
  projects: [
    {
      ...common,
      displayName: "source",
      testMatch: ["**/*.test.ts"],
      testPathIgnorePatterns: [`<rootDir>/tests/(${[...built, engine].join("|")})/`],
    },
    {
      ...common,
      displayName: "built",
      testMatch: built.map((folder) => `<rootDir>/tests/${folder}/**/*.test.ts`),
      globalSetup: "<rootDir>/tests/support/build-setup.mjs",
    },
    {
      ...common,
      displayName: "engine",
      testMatch: [`<rootDir>/tests/${engine}/**/*.test.ts`],
      globalSetup: "<rootDir>/tests/support/global-setup.mjs",
    },
  ],
};
