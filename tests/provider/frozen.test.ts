/**
 * What stored state depends on. A failure here means that stacks which exist could no longer be refreshed or destroyed:
 * mend the change, not the test.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as provider from "../../provider";
import { exportResource } from "../../provider/resources/export";
import { parseState } from "../../provider/resources/export-state";
import { fakeArm } from "../support/fake-arm";
import { exportId } from "../../provider/cost-management/wire";

test("the keys of the handler table", () => {
  expect(Object.keys(provider)).toEqual(
    expect.arrayContaining([
      "Export",
      "ExportRun",
      "CostDetailsReport",
      "ReservationDetailsReport",
      "ProviderRegistration",
      "ExportPrincipal",
    ]),
  );
});

test("the subpath of the handler table", () => {
  const manifest = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as {
    name: string;
    exports: object;
  };
  expect(manifest.name).toBe("pulumi-azure-cost-exports");
  expect(Object.keys(manifest.exports)).toContain("./provider");
});

test("the form of ids", () => {
  expect(exportId("Subscriptions/AAAA-bbbb/resourcegroups/Mixed-Case/", "daily")).toBe(
    "/subscriptions/AAAA-bbbb/resourceGroups/Mixed-Case/providers/Microsoft.CostManagement/exports/daily",
  );
});

const shapes = join(__dirname, "stored-shapes");
test.each(readdirSync(shapes))("state as stored in %s is read, compared and deletable", async (file) => {
  const { inputs, outputs, id } = JSON.parse(readFileSync(join(shapes, file), "utf8")) as {
    id: string;
    inputs: Record<string, unknown>;
    outputs: Record<string, unknown>;
  };
  expect(parseState(outputs).values.get("definition.type")).toBe("FocusCost");
  expect(exportResource.diff(id, outputs, inputs)).toEqual({
    changes: false,
    replaces: [],
    deleteBeforeReplace: false,
  });
  const fake = fakeArm();
  await exportResource.delete(id, outputs, fake);
  expect(fake.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([`DELETE ${id}`, `GET ${id}`]);
});
