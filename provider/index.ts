/**
 * FROZEN. The table of handlers that stored state requires: each resource in a stack's state carries the text
 * `exports.handler=()=>require("pulumi-azure-cost-exports/provider").<key>`, and that text must find its handler for as
 * long as the state lives. Keys are added, never renamed or removed (tests/provider/frozen.test.ts).
 */
import { toDynamicProvider } from "./dynamic/adapter";
import { withPathCollisions } from "./dynamic/path-collisions";
import { exportResource } from "./resources/export";
import { withKeptAlive } from "./resources/kept-alive";
import { exportPrincipalResource } from "./resources/export-principal";
import { exportRunResource } from "./resources/export-run";
import { providerRegistrationResource } from "./resources/provider-registration";
import { costDetailsReportResource, reservationDetailsReportResource } from "./resources/report";
import { serviceGrantResource } from "./resources/service-grant";

/** Handler of `Export`. Also for those who want to pass it to `pulumi.dynamic.Resource` themselves. */
export const Export = toDynamicProvider(withKeptAlive(withPathCollisions(exportResource)));

/** Handler of `ExportRun`. */
export const ExportRun = toDynamicProvider(exportRunResource);

/** Handler of `CostDetailsReport`. */
export const CostDetailsReport = toDynamicProvider(costDetailsReportResource);

/** Handler of `ReservationDetailsReport`. */
export const ReservationDetailsReport = toDynamicProvider(reservationDetailsReportResource);

/** Handler of `ProviderRegistration`. */
export const ProviderRegistration = toDynamicProvider(providerRegistrationResource);

/** Handler of `ExportPrincipal`. */
export const ExportPrincipal = toDynamicProvider(exportPrincipalResource);

/** Handler of `ServiceGrant`. */
export const ServiceGrant = toDynamicProvider(withKeptAlive(serviceGrantResource));
