/**
 * FROZEN. The table of handlers that stored state requires: each resource in a stack's state carries the text
 * `exports.handler=()=>require("pulumi-azure-cost-exports/provider").<key>`, and that text must find its handler for as
 * long as the state lives. Keys are added, never renamed or removed (tests/provider/frozen.test.ts).
 */
import { toDynamicProvider } from "./dynamic/adapter";
import { withPathCollisions } from "./dynamic/path-collisions";
import { withTwins } from "./dynamic/twins";
import { exportResource } from "./resources/export";
import { withKeptAlive } from "./resources/kept-alive";

/** Handler of `Export`. Also for those who want to pass it to `pulumi.dynamic.Resource` themselves. */
export const Export = toDynamicProvider(withKeptAlive(withTwins(withPathCollisions(exportResource))));

// The others are loaded when a stack has one: the process starts with every preview.

/** Handler of `ExportRun`. */
export const ExportRun = toDynamicProvider(async () => (await import("./resources/export-run.js")).exportRunResource);

/** Handler of `CostDetailsReport`. */
export const CostDetailsReport = toDynamicProvider(
  async () => (await import("./resources/report.js")).costDetailsReportResource,
);

/** Handler of `ReservationDetailsReport`. */
export const ReservationDetailsReport = toDynamicProvider(
  async () => (await import("./resources/report.js")).reservationDetailsReportResource,
);

/** Handler of `ProviderRegistration`. */
export const ProviderRegistration = toDynamicProvider(
  async () => (await import("./resources/provider-registration.js")).providerRegistrationResource,
);

/** Handler of `ExportPrincipal`. */
export const ExportPrincipal = toDynamicProvider(
  async () => (await import("./resources/export-principal.js")).exportPrincipalResource,
);

/** Handler of `ServiceGrant`. */
export const ServiceGrant = toDynamicProvider(async () =>
  withKeptAlive((await import("./resources/service-grant.js")).serviceGrantResource),
);
