/**
 * What stored state depends on. A failure here means that stacks which exist could no longer be refreshed or destroyed:
 * mend the change, not the test.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as provider from "../../provider";
import { exportResource } from "../../provider/resources/export";
import { exportPrincipalResource } from "../../provider/resources/export-principal";
import { exportRunResource } from "../../provider/resources/export-run";
import { parseState } from "../../provider/resources/export-state";
import { providerRegistrationResource } from "../../provider/resources/provider-registration";
import { costDetailsReportResource, reservationDetailsReportResource } from "../../provider/resources/report";
import { serviceGrantResource } from "../../provider/resources/service-grant";
import { fakeArm, respond } from "../support/fake-arm";
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
      "ServiceGrant",
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
interface Stored {
  readonly id: string;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
}
const stored = (kind: string) => readdirSync(shapes).filter((file) => file.endsWith(`-${kind}.json`));
const shapeOf = (file: string) => JSON.parse(readFileSync(join(shapes, file), "utf8")) as Stored;
const unchanged = { changes: false, replaces: [], deleteBeforeReplace: false };

/** Those that leave nothing in Azure, with the calls of a refresh and of a delete. */
const others = {
  "export-run": { resource: exportRunResource, calls: [] },
  "cost-details-report": { resource: costDetailsReportResource, calls: [] },
  "reservation-details-report": { resource: reservationDetailsReportResource, calls: [] },
  "provider-registration": { resource: providerRegistrationResource, calls: ["GET"] },
  "export-principal": { resource: exportPrincipalResource, calls: ["GET"] },
} as const;

test("each stored shape is of a kind that is tested", () => {
  const tested = ["export", "service-grant", ...Object.keys(others)].flatMap(stored);
  expect(readdirSync(shapes).filter((file) => !tested.includes(file))).toEqual([]);
});

test.each(stored("export"))("state as stored in %s is read, compared and deletable", async (file) => {
  const { inputs, outputs, id } = shapeOf(file);
  expect(parseState(outputs).values.get("definition.type")).toBe("FocusCost");
  expect(exportResource.diff(id, outputs, inputs)).toEqual(unchanged);
  const fake = fakeArm();
  await exportResource.delete(id, outputs, fake);
  expect(fake.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([`DELETE ${id}`, `GET ${id}`]);
});

test.each(stored("service-grant"))("state as stored in %s is compared, read and deletable", async (file) => {
  const { inputs, outputs, id } = shapeOf(file);
  expect(serviceGrantResource.diff(id, outputs, inputs)).toEqual(unchanged);
  const fake = fakeArm();
  fake.intercept = () => respond(200, {});
  expect(await serviceGrantResource.read(id, outputs, fake)).toEqual({ state: outputs, inputs });
  await serviceGrantResource.delete(id, outputs, fake);
  expect(fake.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `GET ${id}`,
    `GET ${String(outputs["exportId"])}/runHistory`,
    `DELETE ${id}`,
  ]);
});

test.each(
  Object.entries(others).flatMap(([kind, { resource, calls }]) =>
    stored(kind).map((file) => [file, resource, calls] as const),
  ),
)("state as stored in %s is compared, read and deletable", async (file, resource, calls) => {
  const { inputs, outputs, id } = shapeOf(file);
  expect(resource.check(inputs, inputs, Date.parse("2026-12-02T00:00:00Z")).failures).toEqual([]);
  expect(resource.diff(id, outputs, inputs)).toEqual(unchanged);
  const fake = fakeArm();
  const identity = { principalId: outputs["principalId"], tenantId: outputs["tenantId"] };
  fake.intercept = () =>
    respond(200, {
      name: "daily",
      properties: { definition: { type: "FocusCost" } },
      identity,
      registrationState: outputs["registrationState"],
    });
  expect(await resource.read(id, outputs, fake)).toMatchObject({ state: outputs });
  await resource.delete(id, outputs, fake);
  expect(fake.requests.map(({ method }) => method)).toEqual(calls);
});
