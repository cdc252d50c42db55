import * as pulumi from "@pulumi/pulumi";

const modulePrefix = "pulumi-nodejs:dynamic/azure-cost-exports";
const provider = (key: string): string => `exports.handler=()=>require("pulumi-azure-cost-exports/provider").${key}`;

/** How long the report may take. */
export interface ReportTimeoutsArgs {
  /** Default: `2h`. */
  create?: pulumi.Input<string>;
}

/** What a cost-details report is made of. A change of any property makes a new report. */
export interface CostDetailsReportArgs {
  /**
   * A subscription, or a billing account or a part of one (EA and MCA). Not a resource group or management group.
   * A change makes a new report.
   */
  scope: pulumi.Input<string>;
  /** Default: `ActualCost`. A change makes a new report. */
  metric?: pulumi.Input<"ActualCost" | "AmortizedCost">;
  /** First and last day (`2026-03-31`), at most a month, at most 13 months back. Default: the open month. */
  timePeriod?: pulumi.Input<{ start: pulumi.Input<string>; end: pulumi.Input<string> }>;
  /** A billing period, `202603`; EA only. Instead of `timePeriod`. */
  billingPeriod?: pulumi.Input<string>;
  /** An invoice; MCA and MPA, at a billing profile or customer. Instead of `timePeriod`. */
  invoiceId?: pulumi.Input<string>;
  /** Any values; when one changes, a new report is made. */
  triggers?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * A folder to download the files into: `cost-details.csv`, or `-1.csv`, `-2.csv` … where there are several. Created where it
   * is missing; a path that is not absolute begins at the project. Files are verified, put in place whole, and left alone by a
   * destroy. Default: links only. A change makes a new report.
   */
  download?: pulumi.Input<string>;
  /** Default: 2025-03-01. */
  apiVersion?: pulumi.Input<string>;
  /** How long making the report may take. */
  timeouts?: pulumi.Input<ReportTimeoutsArgs>;
}

/**
 * A cost-details report: CSV of a scope's costs, made on demand. The service refreshes its data every four hours.
 *
 * `NoDataFound` is a result, not an error. The links are secrets, and die at `validTill`; a new one needs a new report.
 * Source: {@link https://learn.microsoft.com/rest/api/cost-management/generate-cost-details-report}
 */
export class CostDetailsReport extends pulumi.CustomResource {
  /** `NoDataFound`: the period has no charges, and there are no files. */
  declare readonly status: pulumi.Output<"Completed" | "NoDataFound">;
  /** The files, each behind a signed link (secret). */
  declare readonly blobs: pulumi.Output<{ readonly blobLink: string; readonly byteCount?: number }[]>;
  /** How many files there are. */
  declare readonly blobCount: pulumi.Output<number>;
  /** Size of all files, in bytes. */
  declare readonly byteCount: pulumi.Output<number>;
  /** Until when the links work. ISO 8601. */
  declare readonly validTill: pulumi.Output<string | undefined>;
  /** The files that were downloaded, where `download` asks for it. */
  declare readonly files: pulumi.Output<{ readonly path: string; readonly byteCount: number }[] | undefined>;
  /** When the report was made. ISO 8601, UTC. */
  declare readonly createdTime: pulumi.Output<string>;

  constructor(name: string, args: CostDetailsReportArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = {
      status: undefined,
      blobs: undefined,
      blobCount: undefined,
      byteCount: undefined,
      validTill: undefined,
      files: undefined,
      createdTime: undefined,
    };
    const secrets = pulumi.mergeOptions({ additionalSecretOutputs: ["blobs"] }, opts);
    super(
      `${modulePrefix}:CostDetailsReport`,
      name,
      { ...outputs, ...args, __provider: provider("CostDetailsReport") },
      secrets,
    );
  }
}

/** What a reservation-details report is made of. A change of any property makes a new report. */
export interface ReservationDetailsReportArgs {
  /** The billing account: an EA enrollment number, or an MCA id. A change makes a new report. */
  billingAccountId: pulumi.Input<string>;
  /** A billing profile of the account (MCA). A change makes a new report. */
  billingProfileId?: pulumi.Input<string>;
  /** First day, `2026-03-01`. A change makes a new report. */
  startDate: pulumi.Input<string>;
  /** Last day, `2026-03-31`. A change makes a new report. */
  endDate: pulumi.Input<string>;
  /** Any values; when one changes, a new report is made. */
  triggers?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * A folder to download the files into: `reservation-details.csv`, or `-1.csv`, `-2.csv` … where there are several. Created where it
   * is missing; a path that is not absolute begins at the project. Files are verified, put in place whole, and left alone by a
   * destroy. Default: links only. A change makes a new report.
   */
  download?: pulumi.Input<string>;
  /** Default: 2025-03-01. */
  apiVersion?: pulumi.Input<string>;
  /** How long making the report may take. */
  timeouts?: pulumi.Input<ReportTimeoutsArgs>;
}

/**
 * A reservation-details report: CSV of how reservations were used, by day.
 *
 * The link is a secret, and dies at `validUntil`.
 * Source: {@link https://learn.microsoft.com/rest/api/cost-management/generate-reservation-details-report}
 */
export class ReservationDetailsReport extends pulumi.CustomResource {
  /** `NoDataFound`: the period has no data, and there is no file. */
  declare readonly status: pulumi.Output<"Completed" | "NoDataFound">;
  /** The file, behind a signed link (secret). */
  declare readonly reportUrl: pulumi.Output<string | undefined>;
  /** Until when the link works. ISO 8601. */
  declare readonly validUntil: pulumi.Output<string | undefined>;
  /** The files that were downloaded, where `download` asks for it. */
  declare readonly files: pulumi.Output<{ readonly path: string; readonly byteCount: number }[] | undefined>;
  /** When the report was made. ISO 8601, UTC. */
  declare readonly createdTime: pulumi.Output<string>;

  constructor(name: string, args: ReservationDetailsReportArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = {
      status: undefined,
      reportUrl: undefined,
      validUntil: undefined,
      files: undefined,
      createdTime: undefined,
    };
    const secrets = pulumi.mergeOptions({ additionalSecretOutputs: ["reportUrl"] }, opts);
    super(
      `${modulePrefix}:ReservationDetailsReport`,
      name,
      { ...outputs, ...args, __provider: provider("ReservationDetailsReport") },
      secrets,
    );
  }
}
