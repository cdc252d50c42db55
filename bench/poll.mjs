// Requests per finished report beyond the fewest that Retry-After allows: one to ask, one when the estimate is over. Runs
// have no Retry-After; their looks follow the policy of provider/resources/export-run.ts.
import { load, virtualContext } from "./kit.mjs";
import { startEmulator } from "./project.mjs";

const reports = 10;

export async function poll() {
  const emulator = await startEmulator({ now: "2026-12-10T08:00:00Z", frozen: true });
  try {
    const { costDetailsReportResource, reservationDetailsReportResource } = load("resources/report.js");
    const context = virtualContext(emulator);
    for (let index = 0; index < reports / 2; index++) {
      const billingAccountId = String(100_000 + index);
      const scope = `/providers/Microsoft.Billing/billingAccounts/${billingAccountId}`;
      await costDetailsReportResource.create({ scope }, context);
      const days = { startDate: "2026-11-01", endDate: "2026-11-30" };
      await reservationDetailsReportResource.create({ billingAccountId, ...days }, context);
    }
    const requests = emulator.control.requests.count({ category: "arm" });
    return { figures: { excess: requests / reports - 2 }, limits: { excess: 0 } };
  } finally {
    await emulator.close();
  }
}
