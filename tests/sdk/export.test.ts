import * as pulumi from "@pulumi/pulumi";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { Export, type ExportArgs } from "../../sdk";

const registered: MockResourceArgs[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: (args) => {
      registered.push(args);
      return { id: args.id === undefined || args.id === "" ? `${args.name}-id` : args.id, state: args.inputs };
    },
    call: () => ({}),
  });
});
beforeEach(() => (registered.length = 0));

const deliveryInfo = { destination: { container: "costs", storageAccount: "costs", sasToken: "?sig=secret" } };
const args: ExportArgs = {
  scope: "/subscriptions/11111111-1111-1111-1111-111111111111",
  definition: { type: "ActualCost", timeframe: "MonthToDate" },
  deliveryInfo,
};

function resolved<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

test("the type token and the text that finds the provider", async () => {
  await resolved(new Export("daily", args).urn);
  expect(registered[0]?.type).toBe("pulumi-nodejs:dynamic/azure-cost-exports:Export");
  expect(registered[0]?.inputs["__provider"]).toBe(
    'exports.handler=()=>require("pulumi-azure-cost-exports/provider").Export',
  );
});

test("the export's name is the resource's, unless it is given", async () => {
  const [named, unnamed] = [new Export("a", { ...args, exportName: "given" }), new Export("b", args)];
  expect(await resolved(named.exportName)).toBe("given");
  expect(await resolved(unnamed.exportName)).toBe("b");
});

test.each([
  ["plain", deliveryInfo],
  ["an output", pulumi.output(deliveryInfo)],
  ["a promise", Promise.resolve(deliveryInfo)],
  [
    "a plain object with an output inside",
    { destination: pulumi.output({ container: "costs", sasToken: "?sig=secret" }) },
  ],
])("a SAS token is a secret, written as %s", async (_name, given) => {
  const made = new Export("daily", { ...args, deliveryInfo: given });
  await resolved(made.urn);
  expect(JSON.stringify(registered[0]?.inputs["deliveryInfo"])).toContain("?sig=secret");
  expect(await pulumi.isSecret(made.deliveryInfo)).toBe(true);
});

test("an export without a SAS token has no secret", async () => {
  const made = new Export("daily", {
    ...args,
    deliveryInfo: { destination: { container: "costs", resourceId: "/x" } },
  });
  await resolved(made.urn);
  expect(await pulumi.isSecret(made.deliveryInfo)).toBe(false);
});

test("every output has a place, so that none is dropped", async () => {
  const made = new Export("daily", args);
  await resolved(made.urn);
  for (const key of [
    "name",
    "eTag",
    "apiVersion",
    "identity",
    "nextRunTimeEstimate",
    "schedule",
    "systemSuspensionContext",
  ]) {
    expect(made).toHaveProperty(key);
  }
});

test("get looks up by id and sends no inputs", async () => {
  const found = Export.get("existing", "/subscriptions/1/providers/Microsoft.CostManagement/exports/x");
  await resolved(found.urn);
  expect(registered[0]?.id).toBe("/subscriptions/1/providers/Microsoft.CostManagement/exports/x");
  expect(Object.keys(registered[0]?.inputs ?? {})).toEqual(["__provider"]);
});
