/** Types of generated-docs.cjs for the tests. */
/** Path from the root, and what stands there. */
export function generatedFiles(tables: Readonly<Record<string, unknown>>): Readonly<Record<string, string>>;
