/** Column lists are written as their documentation prints them, and derived from each other where it says "the same but". */

/** Names in order, from one text; commas part them because some have blanks. */
export const names = (text: string): readonly string[] =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

export const without = (list: readonly string[], text: string): readonly string[] => {
  const dropped = names(text);
  return list.filter((name) => !dropped.includes(name));
};

export const renamed = (list: readonly string[], by: Readonly<Record<string, string>>): readonly string[] =>
  list.map((name) => by[name] ?? name);

export function insertedAfter(list: readonly string[], anchor: string, text: string): readonly string[] {
  const at = list.indexOf(anchor) + 1;
  if (at === 0) throw new TypeError(`There is no column ${anchor} to insert after.`);
  return [...list.slice(0, at), ...names(text), ...list.slice(at)];
}
