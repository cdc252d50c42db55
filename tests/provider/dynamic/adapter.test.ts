import type { ResourceProvider } from "@pulumi/pulumi/dynamic";
import { toDynamicProvider, toEngine } from "../../../provider/dynamic/adapter";
import { isUnknown } from "../../../provider/cost-management/unknown";
import { UnfinishedError } from "../../../provider/resources/errors";
import { exportResource } from "../../../provider/resources/export";
import type { PlainObject, Resource } from "../../../provider/resources/resource";
import { fakeArm } from "../../support/fake-arm";

const text = "exports.handler=()=>1";
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const never = () => {
  throw new Error("not expected");
};

function resource(part: Partial<Resource>): Required<ResourceProvider> {
  const whole: Resource = {
    check: never,
    diff: never,
    create: never,
    read: never,
    update: never,
    delete: never,
    ...part,
  };
  return toDynamicProvider(whole, () => fakeArm()) as Required<ResourceProvider>;
}

test("the provider text reaches no resource", async () => {
  let seen: PlainObject = {};
  const provider = resource({
    create: (inputs) => {
      seen = inputs;
      return Promise.resolve({ id: "id", state: {} });
    },
  });
  await provider.create({ __provider: text, a: 1 });
  expect(seen).toEqual({ a: 1 });
});

test.each([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
])("the engine's marker %s is an unknown value wherever it stands, and goes back as one", async (marker) => {
  const found: unknown[] = [];
  const provider = resource({
    check: (_previous, inputs) => {
      found.push(inputs["a"], (inputs["b"] as PlainObject)["c"], (inputs["d"] as unknown[])[0]);
      return { inputs, failures: [], warnings: [] };
    },
  });
  const { inputs } = await provider.check({}, { __provider: text, a: marker, b: { c: marker }, d: [marker] });
  expect(found.every(isUnknown)).toBe(true);
  expect(inputs).toEqual({ a: unknownText, b: { c: unknownText }, d: [unknownText] });
});

test("results are pure JSON, so that no success becomes an orphan", () => {
  const odd = {
    undef: undefined,
    big: 10n,
    date: new Date(0),
    nan: NaN,
    fn: never,
    list: [undefined, 1],
    deep: { undef: undefined, ok: true },
  };
  expect(toEngine(odd)).toEqual({
    big: "10",
    date: "1970-01-01T00:00:00.000Z",
    nan: null,
    list: [null, 1],
    deep: { ok: true },
  });
});

test("a foreign error with an id does not become a resource", async () => {
  const provider = resource({
    create: () => Promise.reject(Object.assign(new Error("boom"), { id: "ghost", config: { secret: 1 } })),
  });
  const error: unknown = await provider.create({}).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Error);
  expect(Object.keys(error as object)).not.toContain("id");
  expect((error as Error).message).toBe("boom");
});

test.each([["text"], [undefined], [null], [{ id: "ghost" }]])(
  "what is thrown without being an error (%j) is told as one",
  async (thrown) => {
    const provider = resource({
      create: () => Promise.resolve().then(() => Promise.reject(thrown as unknown as Error)),
    });
    await expect(provider.create({})).rejects.toThrow(/Unexpected failure/);
  },
);

test("an unfinished operation is recorded with its id, its state, the provider text, and the reasons", async () => {
  const provider = resource({ create: () => Promise.reject(new UnfinishedError("the-id", { a: 1 }, ["one", "two"])) });
  const error: unknown = await provider.create({ __provider: text }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ id: "the-id", properties: { a: 1, __provider: text }, reasons: ["one", "two"] });
});

test("a look-up that finds nothing is an error, a refresh that finds nothing is a deletion", async () => {
  const provider = resource({ read: () => Promise.resolve(undefined) });
  await expect(provider.read("the-id", { __provider: text })).rejects.toThrow(/Nothing was found at the-id/);
  const state = { __provider: text, apiVersion: "2025-03-01", definition: { type: "FocusCost" } };
  expect(await provider.read("the-id", state)).toEqual({});
});

test("every failure of a check is reported with its place: as the property, or in the reason where it is a path", async () => {
  const provider = toDynamicProvider(exportResource, () => fakeArm()) as Required<ResourceProvider>;
  const { failures } = await provider.check(
    {},
    { __provider: text, scope: "nowhere", definition: { type: "Fokus" }, deliveryInfo: {} },
  );
  // The engine prints the value of a property that it finds at the top level, and nonsense for a path.
  expect(failures?.filter(({ property }) => /[.[]/.test(property))).toEqual([]);
  // Where the rule comes from is said as well.
  expect(failures?.find(({ property }) => property === "scope")?.reason).toMatch(/\[Source: observed: .*azurerm#20242/);
  expect(failures?.filter(({ reason }) => !/ \[Source: .+\]$/.test(reason))).toEqual([]);
  const placeOf = ({ property, reason }: { property: string; reason: string }) =>
    property || /^[\w.]+/.exec(reason)?.[0];
  expect(failures?.map(placeOf).sort()).toEqual(
    [
      "definition.timeframe",
      "definition.type",
      "deliveryInfo.destination.container",
      "deliveryInfo.destination.resourceId",
      "exportName",
      "scope",
    ].sort(),
  );
});

test("check, diff and configure need no context, so that a preview makes no call", async () => {
  const provider = toDynamicProvider(exportResource, never) as Required<ResourceProvider>;
  await provider.check({}, {});
  await provider.diff("id", {}, {});
});
