/** The stand-in for the azure-native plugin speaks of the same types, properties and api-versions as the npm package does. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { types } from "../support/azure-native-types.cjs";

const home = dirname(require.resolve("@pulumi/azure-native/package.json"));

/** What the package declares of a resource: its words, and the members of its arguments. */
function declared(type: string): { readonly text: string; readonly members: readonly string[] } {
  const [, folder = "", name = ""] = type.split(":");
  const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}.d.ts`;
  const text = readFileSync(join(home, folder, file), "utf8");
  const args = text.slice(text.indexOf(`export interface ${name}Args`));
  return { text, members: [...args.matchAll(/^ {4}(\w+)\??: /gm)].map(([, member = ""]) => member) };
}

describe.each(Object.entries(types))("%s", (type, { apiVersion, named, address, top, rename = {} }) => {
  const { text, members } = declared(type);

  test("goes by the api-version of the package", () => {
    expect(/Uses Azure REST API version (\S+?)\.(?:\s|$)/.exec(text)?.[1]).toBe(apiVersion);
  });

  test("has the properties that the stand-in knows by name", () => {
    expect(members.length).toBeGreaterThan(2);
    const own = type.endsWith("ResourceGroup") ? [] : Object.keys(rename);
    for (const property of [named, ...address, ...top, ...own]) expect(members).toContain(property);
  });
});
