import { didYouMean, listOf } from "../../../provider/cost-management/spelling";

const words = ["definition", "deliveryInfo", "schedule", "format", "partitionData"];

describe("did you mean", () => {
  test.each([
    ["a letter too few", "defintion", "definition"],
    ["a letter too many", "scheddule", "schedule"],
    ["another letter", "formad", "format"],
    ["two letters exchanged", "fromat", "format"],
    ["another case", "DELIVERYINFO", "deliveryInfo"],
    ["a third of a long word", "partitionDa", "partitionData"],
    ["the word itself", "format", "format"],
  ])("%s", (_name, word, meant) => {
    expect(didYouMean(word, words)).toBe(meant);
  });

  test("takes the nearest of several", () => {
    expect(didYouMean("Dayly", ["Weekly", "Daily"])).toBe("Daily");
  });

  test("says nothing of a word that resembles none", () => {
    expect(didYouMean("colour", words)).toBeUndefined();
  });

  test("does not guess at a word that is all edits", () => {
    expect(didYouMean("x", ["id", "to"])).toBeUndefined();
    expect(didYouMean("ab", ["to", "from"])).toBeUndefined();
  });

  test("says nothing where there is nothing to choose from", () => {
    expect(didYouMean("format", [])).toBeUndefined();
    expect(didYouMean("", words)).toBeUndefined();
  });
});

test.each([
  [[], ""],
  [["a"], "a"],
  [["a", "b"], "a or b"],
  [["a", "b", "c"], "a, b or c"],
])("a list of %j reads %j", (list, text) => {
  expect(listOf(list)).toBe(text);
});
