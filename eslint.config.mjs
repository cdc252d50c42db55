import js from "@eslint/js";
import tseslint from "typescript-eslint";

/**
 * The direction of imports (docs/architecture.md): a folder may import from itself and from what its row names.
 * `types` lists folders of which only the types may be imported; `but` lists files of theirs that may be imported whole.
 */
const directions = [
  { folder: "provider/arm", forbids: ["cost-management", "resources", "dynamic", "sdk", "emulator", "cli"] },
  { folder: "provider/cost-management", forbids: ["resources", "dynamic", "sdk", "emulator", "cli"] },
  { folder: "provider/resources", forbids: ["dynamic", "sdk", "emulator", "cli"] },
  { folder: "provider/dynamic", forbids: ["sdk", "emulator", "cli"] },
  {
    folder: "sdk",
    forbids: ["emulator", "cli", "dynamic", "resources", "arm"],
    types: ["cost-management"],
    but: ["spelling"],
  },
  { folder: "emulator", forbids: ["arm", "resources", "dynamic", "sdk", "cli"] },
];

/** The only files of provider/cost-management that the emulator shares: data, never judgement. */
const dataTables = ["api-versions", "scopes", "datasets"];

/** The sdk has folders of the same names as the provider, so for it the pattern names the provider. */
function folderPattern(folder, name) {
  const ofProvider = ["arm", "cost-management", "resources", "dynamic"].includes(name);
  return folder === "sdk" && ofProvider ? `**/provider/${name}/**` : `**/${name}/**`;
}

const directionRules = directions.map(({ folder, forbids, types = [], but = [] }) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    "@typescript-eslint/no-restricted-imports": [
      "error",
      {
        paths:
          folder.startsWith("sdk") || folder === "provider/dynamic"
            ? []
            : [{ name: "@pulumi/pulumi", message: "Only provider/dynamic and sdk may import @pulumi/pulumi." }],
        patterns: [
          {
            group: forbids.map((name) => folderPattern(folder, name)),
            message: `${folder} may not import from there: see docs/architecture.md.`,
          },
          ...types.map((name) => ({
            group: [folderPattern(folder, name), ...but.map((file) => `!**/${name}/${file}`)],
            allowTypeImports: true,
            message: `${folder} may import only types from there: see docs/architecture.md.`,
          })),
          ...(folder === "emulator"
            ? [
                {
                  group: ["**/cost-management/*", ...dataTables.map((table) => `!**/cost-management/${table}*`)],
                  message:
                    "The emulator shares only the data tables of provider/cost-management: an emulator that shares the judge's code proves nothing.",
                },
              ]
            : []),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**", "coverage/**", "examples/*/node_modules/**", "**/*.js"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ["**/*.ts"] })),
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
    },
  },
  {
    files: ["tests/**/*.ts", "bench/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    files: ["**/*.mjs"],
    rules: { "no-unused-vars": ["error", { ignoreRestSiblings: true }] },
    languageOptions: {
      globals: {
        performance: "readonly",
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        Buffer: "readonly",
        fetch: "readonly",
      },
    },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: {
      sourceType: "commonjs",
      globals: {
        fetch: "readonly",
        process: "readonly",
        performance: "readonly",
        require: "readonly",
        module: "writable",
        __dirname: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
      },
    },
  },
  ...directionRules,
);
