/** What the service answers for a stored export and its runs, in the words of the asked version. */
import { sameText } from "./choices";
import { instantText } from "./dates";
import { exportShape, settingsShape } from "./members";
import type { ExportSettings } from "./members";
import { project } from "./payload";
import { runPaths, runStateAt } from "./runs";
import type { RunTimes } from "./runs";
import { nextRun } from "./schedule";
import { exportId } from "./state";
import type { StoredExport, StoredRun } from "./state";
import { generationOf } from "./versions";
import type { SpokenVersion } from "./versions";
import type { Switches } from "../types";
import type { JsonObject } from "../json";

export interface AnswerContext {
  readonly spoken: SpokenVersion;
  readonly switches: Switches;
  readonly now: number;
  readonly runTimes: RunTimes;
}

export interface AnswerParts {
  /** PUT answers of old versions lack it (observed). */
  readonly nextRun: boolean;
  /** How many of the last runs `$expand=runHistory` shows; undefined without it. */
  readonly runs?: number;
}

export function exportAnswer(stored: StoredExport, context: AnswerContext, parts: AnswerParts): JsonObject {
  const { spoken, switches, now } = context;
  const { eTag, identity, location, properties } = stored;
  const { schedule, ...settings } = properties;
  const next = parts.nextRun ? nextRun(schedule, now) : undefined;
  const body = {
    eTag,
    ...(identity === undefined ? {} : { identity }),
    ...(location === undefined ? {} : { location }),
    properties: {
      schedule: scheduleAnswer(schedule, spoken),
      ...(next === undefined ? {} : { nextRunTimeEstimate: instantText(next) }),
      ...settingsAnswer(settings, context),
      ...(parts.runs === undefined ? {} : { runHistory: runsAnswer(stored, context, parts.runs) }),
    },
  };
  const shown = project(exportShape, body, spoken.row, switches.enumCase);
  return {
    id: exportId(stored),
    name: stored.name,
    type: "Microsoft.CostManagement/exports",
    ...(shown as JsonObject),
  };
}

/** A schedule without recurrence is answered with `None` by new versions (documented: the published one-time example). */
function scheduleAnswer(schedule: StoredExport["properties"]["schedule"], { generation }: SpokenVersion): JsonObject {
  const shown = schedule ?? { status: "Inactive" };
  return generation === "new" && shown.recurrence === undefined && !sameText(shown.status, "Active")
    ? { ...shown, recurrence: "None" }
    : { ...shown };
}

/** Members that clients leave out and the service spells out, and the one that it keeps to itself (`destination.type`). */
function settingsAnswer(settings: ExportSettings, { spoken, switches }: AnswerContext): JsonObject {
  const { type: _hidden, ...destination } = settings.deliveryInfo?.destination ?? {};
  const improved = spoken.generation === "new";
  return {
    ...(improved && switches.defaultsShown ? defaults : {}),
    ...settings,
    // Observed: an unset rootFolderPath comes back as null.
    deliveryInfo: { ...settings.deliveryInfo, destination: { rootFolderPath: null, ...destination } },
    ...(settings.definition === undefined
      ? {}
      : { definition: improved ? definitionAnswer(settings.definition) : settings.definition }),
  };
}

/** As documented; `partitionData` assumed. */
const defaults = {
  format: "Csv",
  partitionData: false,
  dataOverwriteBehavior: "CreateNewReport",
  compressionMode: "None",
} as const;

/** Reservation datasets come back with what was not sent as `[]` and null; others do not (documented: published examples). */
function definitionAnswer(definition: NonNullable<ExportSettings["definition"]>): JsonObject {
  if (!(definition.type ?? "").toLowerCase().startsWith("reservation")) return definition;
  const { configuration, ...dataSet } = definition.dataSet ?? {};
  return {
    ...definition,
    dataSet: { granularity: null, ...dataSet, configuration: { columns: [], filters: [], ...configuration } },
  };
}

/** The last runs, oldest first (observed on old versions; assumed on new ones). */
export function runsAnswer(stored: StoredExport, context: AnswerContext, last = Infinity): JsonObject {
  const shown = stored.runs.slice(Math.max(0, stored.runs.length - last));
  return { value: shown.map((run) => runAnswer(stored, run, context)) };
}

function runAnswer(stored: StoredExport, run: StoredRun, context: AnswerContext): JsonObject {
  const { spoken, switches, now, runTimes } = context;
  const improved = spoken.generation === "new";
  const state = runStateAt(run, now, runTimes);
  const files = filesAnswer(stored, run, switches);
  return {
    // The run's guid as name on new versions (observed in the FinOps toolkit), null on old ones (observed in recordings).
    id: `${exportId(stored)}/Run/${run.id}`,
    name: improved ? run.id : null,
    type: null,
    eTag: null,
    properties: {
      executionType: run.executionType,
      status: state.status,
      submittedBy: run.submittedBy,
      submittedTime: instantText(run.submitted),
      processingStartTime: state.processingStart === undefined ? null : instantText(state.processingStart),
      processingEndTime: state.processingEnd === undefined ? null : instantText(state.processingEnd),
      ...(improved
        ? { startDate: instantText(run.from), endDate: instantText(run.to), manifestFile: files.manifestFile }
        : {}),
      fileName: files.fileName,
      runSettings: project(settingsShape, settingsAnswer(run.settings, context), spoken.row, switches.enumCase),
      ...(run.end?.error === undefined ? {} : { error: run.end.error }),
    },
  };
}

interface Files {
  readonly fileName: string | null;
  readonly manifestFile: string | null;
}

/** Null until the run has delivered, and for a run that delivered nothing (observed). */
function filesAnswer(stored: StoredExport, run: StoredRun, switches: Switches): Files {
  const { end, settings } = run;
  if (end?.status !== "Completed" && end?.status !== "DataReady") return { fileName: null, manifestFile: null };
  const paths = runPaths({ name: stored.name, createdWith: generationOf(stored.createdWith), run });
  const hidden = settings.partitionData === true && switches.partitionedFileName === "null";
  const fileName = end.fileName === undefined ? (hidden ? null : paths.part(1)) : end.fileName;
  const manifestFile = end.manifestFile === undefined ? (paths.manifest ?? null) : end.manifestFile;
  return {
    fileName,
    manifestFile:
      manifestFile !== null && switches.manifestFileForm === "uri" ? blobUri(manifestFile, settings) : manifestFile,
  };
}

function blobUri(path: string, settings: ExportSettings): string {
  const { resourceId = "", storageAccount, container = "" } = settings.deliveryInfo?.destination ?? {};
  const account = storageAccount ?? resourceId.split("/").at(-1) ?? "";
  return `https://${account}.blob.core.windows.net/${container}/${path}`;
}
