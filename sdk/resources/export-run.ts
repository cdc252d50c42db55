import * as pulumi from "@pulumi/pulumi";

const type = "pulumi-nodejs:dynamic/azure-cost-exports:ExportRun";
const provider = 'exports.handler=()=>require("pulumi-azure-cost-exports/provider").ExportRun';

/** Which export is run, when, and for which days. */
export interface ExportRunArgs {
  /** The export to run, by its id (`myExport.id`); or set `scope` and `exportName`. A change replaces. */
  exportId?: pulumi.Input<string>;
  /** The scope of the export to run. A change replaces. */
  scope?: pulumi.Input<string>;
  /** The name of the export to run. A change replaces. */
  exportName?: pulumi.Input<string>;
  /**
   * Any values; when one changes, the export runs again. Without them it runs once. A change updates.
   */
  triggers?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Days to deliver instead of the export's own time frame, within one calendar month and not in the future (api-version
   * 2023-07-01-preview or 2025-03-01). Default: the export's own definition. A change runs again.
   */
  timePeriod?: pulumi.Input<{ from: pulumi.Input<string>; to: pulumi.Input<string> }>;
  /**
   * A backfill: one run per calendar month, newest first, such as `{ from: "2025-01", to: "2025-12" }`. Data reach back 84
   * months. The current month ends yesterday. A change runs the months that have not run.
   */
  months?: pulumi.Input<{ from: pulumi.Input<string>; to: pulumi.Input<string> }>;
  /** Whether to wait for the end of each run. Default: true. A backfill of several months always waits. */
  wait?: pulumi.Input<boolean>;
  /**
   * Whether to read the manifest of each run that delivered, for its files, bytes and rows. It needs the role Storage Blob
   * Data Reader on the container, or the right to sign a SAS (listServiceSas); without either, that is said and they are
   * left out. Default: true. A change takes effect with the next run.
   */
  manifests?: pulumi.Input<boolean>;
  /** The api-version to run with; it must see the export. Default: 2025-03-01. */
  apiVersion?: pulumi.Input<string>;
  /** How long create and update may take. Default: an hour for each run and one more. */
  timeouts?: pulumi.Input<{ create?: pulumi.Input<string>; update?: pulumi.Input<string> }>;
}

/** One run of an export, as it stands. */
export interface ExportRunRecord {
  /** First and last day of the data; absent for a run of the export's own definition. */
  readonly period?: { readonly from: string; readonly to: string };
  /** The service's word: Queued, InProgress, Completed, DataReady, NewDataNotAvailable, DataNotAvailable, Failed, Timeout. */
  readonly status: string;
  /** `empty`: the period has no charges, and nothing was written. */
  readonly outcome: "pending" | "running" | "succeeded" | "empty" | "failed";
  /** The run's GUID, which is also in the path of its files; absent until the run is found in the history. */
  readonly runId?: string;
  /** When the run was asked for, or was due. ISO 8601, UTC. */
  readonly submittedTime?: string;
  /** When the service began with it. ISO 8601, UTC. */
  readonly processingStartTime?: string;
  /** When it ended. ISO 8601, UTC; absent while it goes on. */
  readonly processingEndTime?: string;
  /** First day of the data. ISO 8601; api-versions 2023-07-01-preview and 2025-03-01 tell it. */
  readonly startDate?: string;
  /** Last day of the data. ISO 8601; api-versions 2023-07-01-preview and 2025-03-01 tell it. */
  readonly endDate?: string;
  /** Path of the file from the container's root, where the service tells it. */
  readonly fileName?: string;
  /** Path, or address, of the manifest, where the service tells it. */
  readonly manifestFile?: string;
  /** The storage account and the container that it was delivered to. */
  readonly storageAccountId?: string;
  /** The container that it was delivered to. */
  readonly container?: string;
  /** Address of the manifest that was read: without a signature, so reading it needs a sign-in. */
  readonly manifestUrl?: string;
  /** Addresses of the files in it, likewise. */
  readonly blobUrls?: readonly string[];
  /** Bytes of all files, as the manifest tells them. */
  readonly byteCount?: number;
  /** Data rows of all files, as the manifest tells them. */
  readonly rowCount?: number;
  /** Why it failed, in the service's words. */
  readonly error?: { readonly code?: string; readonly message?: string };
}

/**
 * Runs an export: once, for some days, or for each month of a backfill, and waits for the result.
 *
 * One run at a time: another's run is waited out. A run that fails is an error; the next `pulumi up` starts only what failed
 * or has not run. A deployment that is killed is resumed: what it started is found again, and not started twice (on the same
 * machine; elsewhere there is no memory of it). Deleting the resource deletes no data.
 */
export class ExportRun extends pulumi.CustomResource {
  /** The id of the export that is run, where it was given by id. */
  declare readonly exportId: pulumi.Output<string | undefined>;
  /** The runs, newest period first. */
  declare readonly runs: pulumi.Output<ExportRunRecord[]>;
  /** How many runs delivered data. */
  declare readonly succeeded: pulumi.Output<number>;
  /** How many periods had no charges. */
  declare readonly empty: pulumi.Output<number>;
  /** How many runs failed. */
  declare readonly failed: pulumi.Output<number>;

  constructor(name: string, args: ExportRunArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      type,
      name,
      {
        exportId: undefined,
        runs: undefined,
        succeeded: undefined,
        empty: undefined,
        failed: undefined,
        ...args,
        __provider: provider,
      },
      opts,
    );
  }
}
