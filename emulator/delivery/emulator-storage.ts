/** The emulator's own storages: its runs and reports, written by this library to Azurite or to a folder. */
import { apiVersionRow } from "../../provider/cost-management/api-versions";
import { textAt } from "../json";
import { guidOf } from "../server/ids";
import { redactText } from "../server/redact";
import type { EmulatorData, EmulatorStorage, ReportJob, RunJob, StorageChoice } from "../storage";
import type { ReportBlob, ReportEnd, RunEnd, StorageFactory, StorageSurroundings } from "../storage";
import { deliverReport, deliverRun } from ".";
import type { Agreement, DataOptions, PartLimits } from ".";
import { azuritePlace } from "./azurite-place";
import { folderPlace } from "./folder-place";
import type { Place } from "./place";

/** What all deliveries of an emulator have in common. */
interface Desk {
  readonly place: Place;
  readonly data: DataOptions & { readonly partLimits?: Partial<PartLimits> | undefined };
  readonly agreementOf: (scope: string) => Agreement;
}

export async function createStorage(
  choice: Exclude<StorageChoice, StorageFactory>,
  data: EmulatorData,
  surroundings: StorageSurroundings,
): Promise<EmulatorStorage> {
  const place = await openPlace(choice, surroundings);
  const desk: Desk = {
    place,
    data: dataOptions(data, surroundings),
    // Where nothing tells, as for the latest version of the columns (assumed).
    agreementOf: (scope) => surroundings.agreementOf(scope) ?? "EA",
  };
  const { sinkFor: _sinks, linkTo: _links, ...served } = place;
  return {
    ...served,
    deliverRun: (job) => asInLife(() => run(job, desk)),
    deliverReport: (job) => asInLife(() => report(job, desk)),
  };
}

async function openPlace(choice: unknown, { clock }: StorageSurroundings): Promise<Place> {
  if (choice === "azurite") return azuritePlace();
  const folder = textAt(choice, "folder");
  if (folder !== undefined && folder !== "") return folderPlace(folder, clock);
  throw new TypeError(
    `There is no storage ${JSON.stringify(choice)}: say "azurite", or { folder: "a path" }, or give a function.`,
  );
}

function dataOptions(data: EmulatorData, { seed: own, subscriptions }: StorageSurroundings): Desk["data"] {
  const { seed = own ?? 1, rows, emptyBefore, partLimits } = data;
  if (rows !== undefined && !(Number.isInteger(rows) && rows >= 1)) {
    throw new TypeError(`data.rows is ${rows}: rows a day of a subscription are a whole number from 1 on.`);
  }
  // Billing scopes see what exists, and some more: totals over one subscription would prove little.
  const others = [0, 1, 2].map((n) => guidOf(`${seed}/subscription/${n}`));
  const seen = data.subscriptions ?? [...subscriptions, ...others.slice(subscriptions.length)];
  return { seed, size: rows, emptyBefore, subscriptions: seen, partLimits };
}

type Without<End> = Omit<End, "at">;

async function run(job: RunJob, { place, data, agreementOf }: Desk): Promise<Without<RunEnd>> {
  const { exportId, exportName, scope, createdWith, writtenWith, sasToken } = job;
  const { settings, ...stored } = job.run;
  const { resourceId, storageAccount, container = "", rootFolderPath } = settings.deliveryInfo?.destination ?? {};
  const bySas = resourceId === undefined || resourceId === "";
  const account = accountName((bySas ? storageAccount : resourceId) ?? "");
  const { status, fileName, manifestFile } = await deliverRun({
    ...data,
    definition: settings.definition ?? {},
    format: settings.format,
    compressionMode: settings.compressionMode,
    partitionData: settings.partitionData,
    dataOverwriteBehavior: settings.dataOverwriteBehavior,
    exportName,
    exportResourceId: exportId,
    rootFolderPath,
    container,
    storageResourceId: resourceId,
    apiVersion: writtenWith,
    generation: apiVersionRow(createdWith)?.generation ?? "new",
    agreement: agreementOf(scope),
    run: { ...stored, submittedTime: stored.submitted },
    sink: await place.sinkFor(account, bySas ? sasToken : undefined),
  });
  return {
    status,
    ...(fileName === undefined ? {} : { fileName }),
    ...(manifestFile === undefined ? {} : { manifestFile }),
  };
}

async function report(job: ReportJob, { place, data, agreementOf }: Desk): Promise<Without<ReportEnd>> {
  const { kind, scope, submitted, from, to, requestBody } = job.report;
  const [account = "", container = "", ...rest] = job.path.split("/");
  const name = rest.join("/");
  const { status, blobs } = await deliverReport({
    ...data,
    kind,
    metric: metricOf(requestBody),
    scope,
    agreement: agreementOf(scope),
    submittedTime: submitted,
    from,
    to,
    container,
    // One blob has the operation's name, as in published links; what further ones are called is assumed.
    blobName: (n) => (n === 1 ? name : `${name}_${String(n).padStart(4, "0")}`),
    sink: await place.sinkFor(account),
  });
  if (status === "NoDataFound") return { status };
  const until = { real: job.linksUntil, emulated: job.validUntil };
  const links: ReportBlob[] = [];
  for (const { blobName, byteCount } of blobs)
    links.push({ link: await place.linkTo({ account, container, name: blobName }, until), byteCount });
  return { status, blobs: links };
}

/** Names match without case, as the service reads them. */
function metricOf(body: Readonly<Record<string, unknown>>): string | undefined {
  const [, metric] = Object.entries(body).find(([name]) => name.toLowerCase() === "metric") ?? [];
  return typeof metric === "string" ? metric : undefined;
}

/** The last part of an id, or the name itself. */
const accountName = (text: string): string => (text.replace(/\/+$/, "").split("/").at(-1) ?? "").toLowerCase();

/** What the blob service refuses ends the delivery with its own words (assumed: the wording of such runs is not on record). */
async function asInLife<End>(
  deliver: () => Promise<End>,
): Promise<End | { readonly status: "Failed"; readonly error: { readonly code: string; readonly message: string } }> {
  try {
    return await deliver();
  } catch (error) {
    const [status, code] = error instanceof Error ? [Reflect.get(error, "statusCode"), Reflect.get(error, "code")] : [];
    if (!(error instanceof Error) || typeof status !== "number" || typeof code !== "string") throw error;
    const [message = code] = error.message.split("\n");
    return { status: "Failed", error: { code, message: redactText(message) } };
  }
}
