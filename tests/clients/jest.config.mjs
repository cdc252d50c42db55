// All foreign clients: scripts/test-clients.mjs. `npm test` runs the *.test.ts alone; a *.spec.ts needs a virtual environment.
import config from "../../jest.config.mjs";

const [source] = config.projects;

export default {
  ...source,
  rootDir: "../..",
  displayName: "clients",
  testMatch: ["<rootDir>/tests/clients/*.test.ts", "<rootDir>/tests/clients/*.spec.ts"],
};
