import * as pulumi from "@pulumi/pulumi";

/** Which export's runs are read: `exportId`, or `scope` and `exportName`. */
export interface GetRunHistoryArgs {
  /** The id of the export (`myExport.id`); or set `scope` and `exportName`. */
  readonly exportId?: string;
  /** The scope of the export, such as `/subscriptions/{subscriptionId}`; with `exportName`, instead of `exportId`. */
  readonly scope?: string;
  /** The name of the export; with `scope`, instead of `exportId`. */
  readonly exportName?: string;
  /** The api-version to read with; it must see the export. Default: 2025-03-01. */
  readonly apiVersion?: string;
  /** Whether to tell who started runs: the e-mail address of a person. Default: false. */
  readonly submittedBy?: boolean;
}

/** One run, as the service remembers it. */
export interface ExportRunResult {
  /** The run's GUID, which is also in the path of its files. */
  readonly runId: string;
  /** OnDemand or Scheduled. */
  readonly executionType?: string;
  /** The service's word: Queued, InProgress, Completed, DataReady, NewDataNotAvailable, DataNotAvailable, Failed, Timeout. */
  readonly status: string;
  /** `empty`: the period has no charges, and nothing was written. */
  readonly outcome: "running" | "succeeded" | "empty" | "failed";
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
  /** Why it failed, in the service's words. */
  readonly error?: { readonly code?: string; readonly message?: string };
  /** Who asked for it: the e-mail address of a person, an application, or System. Only where it was asked for. */
  readonly submittedBy?: string;
}

type Plain<Args> = {
  readonly [Key in keyof Args]: pulumi.Input<NonNullable<Args[Key]>> | Extract<Args[Key], undefined>;
};

/** The runs of an export that the service still knows (about the last ten), newest first. It is read in preview too. */
export async function getRunHistory(args: GetRunHistoryArgs): Promise<ExportRunResult[]> {
  const { readRunHistory } = await functions();
  return [...(await readRunHistory(args, pulumi.runtime.getConfig))];
}

/** The runs of an export whose address holds outputs. */
export function getRunHistoryOutput(args: Plain<GetRunHistoryArgs>): pulumi.Output<ExportRunResult[]> {
  return pulumi.output(args).apply((resolved) => getRunHistory(resolved as GetRunHistoryArgs));
}

/** Which export's newest data are looked for. */
export interface LatestRunArgs extends GetRunHistoryArgs {
  /**
   * Whether to look at the manifests too, so that data which were deleted, or hold no row, are passed over. It needs the right
   * to read the container, as `ExportRun` does; without it the history alone counts. Default: true.
   */
  readonly files?: boolean;
}

/** The newest complete data of an export. */
export interface LatestRunResult extends ExportRunResult {
  /** Address of the manifest, without a signature; where it could be read. */
  readonly manifestUrl?: string;
  /** Addresses of the files, without signatures; where the manifest could be read. */
  readonly blobUrls?: readonly string[];
  /** Bytes of all files. */
  readonly byteCount?: number;
  /** Data rows of all files. */
  readonly rowCount?: number;
}

/** The newest run of an export whose data are there and hold rows; undefined when there is none. It is read in preview too. */
export async function latestRun(args: LatestRunArgs): Promise<LatestRunResult | undefined> {
  const { readLatestRun } = await functions();
  return await readLatestRun(args, pulumi.runtime.getConfig);
}

/** The newest run with data of an export whose address holds outputs. */
export function latestRunOutput(args: Plain<LatestRunArgs>): pulumi.Output<LatestRunResult | undefined> {
  return pulumi.output(args).apply((resolved) => latestRun(resolved as LatestRunArgs));
}

/** Loaded on the first call: a program that only declares exports does not pay for the network libraries. */
function functions() {
  return import("../../provider/functions/runs.js");
}
