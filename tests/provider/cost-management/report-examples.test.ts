/** The published examples of the two report operations pass through equal. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { costDetailsRequest, parseReport, reservationDetailsRequest } from "../../../provider/cost-management/reports";

const specification = process.env["AZURE_SPEC_DIR"] ?? join(__dirname, "../../../../shared/azure-spec");
const service = join(specification, "specification/cost-management/resource-manager/Microsoft.CostManagement");
const folders = [
  "stable/2023-11-01",
  "stable/2024-08-01",
  "preview/2023-07-01-preview",
  "CostManagement/stable/2025-03-01",
];

interface Example {
  readonly parameters: Record<string, unknown> & {
    readonly parameters?: Record<string, unknown>;
    readonly scope?: string;
  };
  readonly responses: Record<
    string,
    { readonly body?: Record<string, unknown>; readonly headers?: Record<string, unknown> }
  >;
}

const examples = folders.flatMap((folder) => {
  const path = join(service, folder, "examples");
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) =>
      /^(?:GenerateCostDetailsReport|GenerateReservationDetailsReport|CostDetailsOperationResults)/.test(name),
    )
    .map((name): [string, Example] => [
      `${folder.split("/").at(-1) ?? ""} ${name}`,
      JSON.parse(readFileSync(join(path, name), "utf8")) as Example,
    ]);
});

if (examples.length === 0) {
  console.warn(`SKIPPED: no published examples at ${service}; set AZURE_SPEC_DIR.`);
  test.skip("the published examples", () => undefined);
}

const costDetails = examples.filter(([name]) => name.includes("GenerateCostDetails"));
if (costDetails.length > 0) {
  test.each(costDetails)(
    "%s: the request is written as a program's inputs and comes out equal",
    (_name, { parameters }) => {
      const body = parameters.parameters ?? {};
      const request = costDetailsRequest({ scope: parameters.scope, ...body });
      expect(request.body).toEqual(body);
      // Some examples use short EA forms of a scope that no other operation knows.
      if (request.scope !== "")
        expect(request.path.toLowerCase()).toContain(
          String(parameters.scope)
            .replace(/^\/|\/$/g, "")
            .toLowerCase(),
        );
    },
  );
}

const reservations = examples.filter(([name]) => name.includes("Reservation"));
if (reservations.length > 0) {
  test.each(reservations)(
    "%s: the request is written as a program's inputs and comes out equal",
    (_name, { parameters, responses }) => {
      const request = reservationDetailsRequest(parameters);
      expect(request.query).toEqual({ startDate: parameters["startDate"], endDate: parameters["endDate"] });
      expect(request.path).toContain(`/billingAccounts/${String(parameters["billingAccountId"])}`);
      expect(parseReport(responses["200"]?.body)).toMatchObject({
        status: "Completed",
        blobs: [{ link: expect.stringMatching(/^https:/) as string }],
      });
    },
  );
}

const results = examples.filter(([, { responses }]) => responses["200"]?.body?.["manifest"] !== undefined);
if (results.length > 0) {
  test.each(results)("%s: the answer is read without loss", (_name, { responses }) => {
    const body = responses["200"]?.body as {
      status: string;
      validTill: string;
      manifest: { byteCount: number; blobs: { blobLink: string; byteCount: number }[] };
    };
    expect(parseReport(body)).toEqual({
      status: body.status,
      validTill: body.validTill,
      byteCount: body.manifest.byteCount,
      blobs: body.manifest.blobs.map(({ blobLink, byteCount }) => ({ link: blobLink, byteCount })),
    });
  });
}
