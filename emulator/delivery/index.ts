/**
 * Delivery: the files of a run, generated and written as the service lays them out. A pure library: who runs what and when is
 * the emulator's run engine's business. Memory stays flat whatever the number of rows.
 */
import { Readable } from "node:stream";
import type { Generation } from "../../provider/cost-management/api-versions";
import type { Dataset } from "../../provider/cost-management/datasets";
import { momentOf, startOfDay } from "./calendar";
import type { Moment } from "./calendar";
import { datasetNamed, schemaOf, selectColumns } from "./columns";
import type { Agreement, Schema } from "./columns";
import { cursorOf, formatNamed, formats } from "./formats";
import type { FormatName, PartLimits } from "./formats";
import { layoutOf, legacyManifest, manifest } from "./layout";
import type { Layout, WrittenBlob } from "./layout";
import { rowsFor, seenAs, unlimited, writeParts } from "./parts";
import type { DataOptions } from "./parts";
import type { Filter } from "./reservation-lines";
import type { Sink } from "./sink";

export { startAzurite } from "./azurite";
export type { Azurite, AzuriteAccount, AzuriteOptions } from "./azurite";
export type { Moment } from "./calendar";
export { datasetNamed, knownVersions, schemaOf } from "./columns";
export type { Agreement, Column, ColumnType, Schema, TextForms } from "./columns";
export type { FormatName, PartLimits } from "./formats";
export type { WrittenBlob } from "./layout";
export type { DataOptions } from "./parts";
export { deliverReport } from "./report";
export type { DeliveredReport, ReportRequest } from "./report";
export { createFolderSink } from "./sink";
export type { PutOptions, Sink, StoredBlob } from "./sink";

/** The part of an export's definition that decides what stands in the files; as the API writes it, in any case. */
export interface RunDefinition {
  readonly type?: string | undefined;
  readonly timeframe?: string | undefined;
  readonly dataSet?:
    | {
        readonly granularity?: string | undefined;
        readonly configuration?:
          | {
              readonly columns?: readonly string[] | undefined;
              readonly dataVersion?: string | undefined;
              readonly filters?: readonly Filter[] | undefined;
            }
          | undefined;
      }
    | undefined;
}

export interface RunRequest extends DataOptions {
  /** Default type: Usage, as on the live service. */
  readonly definition: RunDefinition;
  /** Default Csv. */
  readonly format?: string | undefined;
  /** Default None. */
  readonly compressionMode?: string | undefined;
  /** Default false. */
  readonly partitionData?: boolean | undefined;
  /** Default CreateNewReport. */
  readonly dataOverwriteBehavior?: string | undefined;
  readonly exportName: string;
  /** Id of the export, with or without a leading slash; its scope decides which charges are seen. */
  readonly exportResourceId: string;
  readonly rootFolderPath?: string | null | undefined;
  readonly container: string;
  /** Id of the storage account, for the manifest. */
  readonly storageResourceId?: string | undefined;
  /** As the manifest names it. */
  readonly apiVersion: string;
  /** Of the version that created the export: decides on the layout. */
  readonly generation: Generation;
  readonly agreement: Agreement;
  readonly run: {
    readonly id: string;
    readonly submittedTime: Moment;
    readonly executionType: string;
    /** First and last day of the data. */
    readonly from: Moment;
    readonly to: Moment;
  };
  readonly sink: Sink;
  /** The run that this one replaces, where runs replace each other. Default: every other run of the same dates. */
  readonly previousRun?: { readonly id: string } | undefined;
  /** Where parts end, with `partitionData`. Default: 1,000 rows or 16 MiB, so that small data has several parts. */
  readonly partLimits?: Partial<PartLimits> | undefined;
  /** Rows of a Parquet row group, at most 100,000. Default 20,000. */
  readonly rowGroupRows?: number | undefined;
}

export interface DeliveredRun {
  /** No charges in the days: nothing was written (observed: such a run has no manifest either). */
  readonly status: "Completed" | "DataNotAvailable";
  /** The one data file, where the output is not partitioned. */
  readonly fileName?: string;
  readonly manifestFile?: string;
  /** In order, without the manifest. */
  readonly blobs: readonly WrittenBlob[];
  readonly rowCount: number;
  readonly byteCount: number;
}

const defaultLimits: PartLimits = { maxRows: 1000, maxBytes: 16 * 1024 * 1024 };

export async function deliverRun(request: RunRequest): Promise<DeliveredRun> {
  const plan = planOf(request);
  const { generation, definition } = request;
  const filters = definition.dataSet?.configuration?.filters ?? [];
  const rows = cursorOf(
    rowsFor({ ...request, ...plan, generation, filters, scope: scopeOf(request.exportResourceId) }),
  );
  if (!rows.hasNext()) return { status: "DataNotAvailable", blobs: [], rowCount: 0, byteCount: 0 };

  const { sink, container } = request;
  const { layout } = plan;
  await sink.ensureContainer(container);
  const limits = plan.partitioned ? { ...defaultLimits, ...request.partLimits } : unlimited;
  const blobs = await writeParts(rows, { ...plan, limits, sink, container, nameOf: layout.part });
  // The manifest says that all is there, so it comes last, and what is replaced goes after it.
  if (layout.manifest !== undefined) {
    const text = JSON.stringify(manifestFor(request, plan, blobs));
    await sink.put(container, layout.manifest, Readable.from([Buffer.from(text)], { objectMode: false }), {
      contentType: "application/json",
    });
  }
  if (plan.overwrites) await removeReplaced(request, layout);
  return {
    status: "Completed",
    ...(plan.partitioned || blobs[0] === undefined ? {} : { fileName: blobs[0].blobName }),
    ...(layout.manifest === undefined ? {} : { manifestFile: layout.manifest }),
    blobs,
    rowCount: blobs.reduce((sum, { dataRowCount }) => sum + dataRowCount, 0),
    byteCount: blobs.reduce((sum, { byteCount }) => sum + byteCount, 0),
  };
}

/** The request with its defaults, read once. */
interface Plan {
  readonly dataset: Dataset;
  readonly schema: Schema;
  readonly format: FormatName;
  readonly granularity: "Daily" | "Monthly";
  readonly timeframe: string;
  readonly partitioned: boolean;
  readonly overwrites: boolean;
  readonly submitted: number;
  readonly from: number;
  readonly to: number;
  readonly rowGroupRows: number;
  readonly layout: Layout;
}

function planOf(request: RunRequest): Plan {
  const { definition, run, generation } = request;
  const dataset = datasetNamed(definition.type ?? "Usage");
  if (dataset === undefined) throw new TypeError(`The emulator has no dataset ${definition.type ?? ""}.`);
  const { columns, dataVersion } = definition.dataSet?.configuration ?? {};
  const format = formatNamed(request.format, request.compressionMode);
  const rowGroupRows = request.rowGroupRows ?? 20_000;
  if (!(rowGroupRows >= 1 && rowGroupRows <= 100_000)) throw new RangeError("A row group has 1 to 100,000 rows.");
  const times = {
    submitted: momentOf(run.submittedTime),
    from: startOfDay(momentOf(run.from)),
    to: startOfDay(momentOf(run.to)),
  };
  const shape = {
    timeframe: definition.timeframe ?? "Custom",
    partitioned: request.partitionData === true,
    overwrites: generation === "new" && sameText(request.dataOverwriteBehavior, "OverwritePreviousReport"),
  };
  return {
    ...times,
    ...shape,
    dataset,
    schema: selectColumns(
      schemaOf({
        dataset,
        dataVersion,
        generation,
        agreement: seenAs(request.agreement, scopeOf(request.exportResourceId)),
      }),
      columns,
    ),
    format,
    granularity: sameText(definition.dataSet?.granularity, "Monthly") ? "Monthly" : "Daily",
    rowGroupRows,
    layout: layoutOf({
      ...times,
      ...shape,
      generation,
      exportName: request.exportName,
      rootFolderPath: request.rootFolderPath,
      partitionData: shape.partitioned,
      runId: run.id,
      extension: formats[format].extension,
    }),
  };
}

const sameText = (left: string | undefined, right: string): boolean => left?.toLowerCase() === right.toLowerCase();

function scopeOf(exportResourceId: string): string {
  const at = exportResourceId.toLowerCase().lastIndexOf("/providers/microsoft.costmanagement/");
  return at === -1 ? exportResourceId : exportResourceId.slice(0, at);
}

function manifestFor(request: RunRequest, plan: Plan, blobs: readonly WrittenBlob[]): object {
  if (request.generation === "old") return legacyManifest({ blobs });
  return manifest({
    blobs,
    exportName: request.exportName,
    exportResourceId: `/${request.exportResourceId.replace(/^\/+/, "")}`,
    dataset: plan.dataset,
    dataVersion: plan.schema.dataVersion,
    apiVersion: request.apiVersion,
    timeframe: plan.timeframe,
    granularity: request.definition.dataSet?.granularity ?? null,
    partitionData: plan.partitioned,
    dataOverwriteBehavior: plan.overwrites ? "OverwritePreviousReport" : "CreateNewReport",
    format: request.format ?? "Csv",
    compressionMode: request.compressionMode ?? "None",
    storageResourceId: request.storageResourceId ?? null,
    rootFolderPath: request.rootFolderPath ?? null,
    executionType: request.run.executionType,
    submitted: plan.submitted,
    runId: request.run.id,
    from: plan.from,
    to: plan.to,
  });
}

/** Folders of runs, by their GUIDs, directly below the range: folders with a time belong to runs that replaced nothing. */
async function removeReplaced({ sink, container, run, previousRun }: RunRequest, layout: Layout): Promise<void> {
  const folders =
    previousRun === undefined
      ? (await sink.list(container, layout.range)).flatMap(({ name }) => {
          const [folder = ""] = name.slice(layout.range.length).split("/");
          return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(folder) ? [folder] : [];
        })
      : [previousRun.id];
  for (const folder of new Set(folders)) {
    if (folder !== run.id) await sink.delete(container, layout.folderOfRun(folder));
  }
}
