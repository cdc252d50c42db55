/**
 * The members of an export's JSON, as one table: their names, JSON types, and the version that each came with. Reading a
 * payload and writing an answer both walk this table, so neither can know a member that the other does not.
 */
import type { ChoiceName } from "./choices";
import type { Feature } from "./versions";

export type Shape =
  | { readonly kind: "text" }
  | { readonly kind: "date" }
  /** Texts `"true"` and `"false"` are taken too (observed in shipped clients). */
  | { readonly kind: "flag" }
  | { readonly kind: "choice"; readonly of: ChoiceName }
  | { readonly kind: "list"; readonly of: Shape }
  | { readonly kind: "object"; readonly members: Members }
  /** Read-only in requests: clients put back whole GET answers, and the service takes them (observed). */
  | { readonly kind: "ignored" }
  /** As ignored, but stored when the service itself (the control API) sets it. */
  | { readonly kind: "serviceSet" };

export interface Member {
  readonly shape: Shape;
  readonly since?: Feature;
}

export type Members = Readonly<Record<string, Member>>;

/** What reading a shape gives: every member may be absent, null counts as absent. */
export type ValueOf<S> = S extends { readonly kind: "flag" }
  ? boolean
  : S extends { readonly kind: "list"; readonly of: infer Of }
    ? readonly ValueOf<Of>[]
    : S extends { readonly kind: "object"; readonly members: infer M }
      ? { readonly [K in keyof M]?: M[K] extends { readonly shape: infer Inner } ? ValueOf<Inner> : never }
      : S extends { readonly kind: "ignored" }
        ? never
        : S extends { readonly kind: "serviceSet" }
          ? unknown
          : string;

const text = { kind: "text" } as const;
const date = { kind: "date" } as const;
const flag = { kind: "flag" } as const;
const ignored = { kind: "ignored" } as const;
const choice = <const Of extends ChoiceName>(of: Of): { readonly kind: "choice"; readonly of: Of } => ({
  kind: "choice",
  of,
});
const list = <const Of extends Shape>(of: Of): { readonly kind: "list"; readonly of: Of } => ({ kind: "list", of });
const object = <const M extends Members>(members: M): { readonly kind: "object"; readonly members: M } => ({
  kind: "object",
  members,
});

const timePeriod = object({ from: { shape: date }, to: { shape: date } });

const destination = object({
  type: { shape: choice("destinationType"), since: "improved" },
  resourceId: { shape: text },
  container: { shape: text },
  rootFolderPath: { shape: text },
  sasToken: { shape: text, since: "partitionData" },
  storageAccount: { shape: text, since: "partitionData" },
});

const definition = object({
  type: { shape: choice("type") },
  timeframe: { shape: choice("timeframe") },
  timePeriod: { shape: timePeriod },
  // Clients write dataSet, dataset and DataSet (observed).
  dataSet: {
    shape: object({
      granularity: { shape: choice("granularity") },
      configuration: {
        shape: object({
          columns: { shape: list(text) },
          dataVersion: { shape: text, since: "improved" },
          filters: {
            shape: list(object({ name: { shape: choice("filterName") }, value: { shape: text } })),
            since: "improved",
          },
        }),
      },
    }),
  },
});

/** What an export and the record of its runs (`runSettings`) have in common. */
const commonMembers = {
  format: { shape: choice("format") },
  deliveryInfo: { shape: object({ destination: { shape: destination } }) },
  definition: { shape: definition },
  partitionData: { shape: flag, since: "partitionData" },
  dataOverwriteBehavior: { shape: choice("dataOverwriteBehavior"), since: "improved" },
  compressionMode: { shape: choice("compressionMode"), since: "improved" },
  exportDescription: { shape: text, since: "improved" },
} as const;

const schedule = object({
  status: { shape: choice("status") },
  recurrence: { shape: choice("recurrence") },
  recurrencePeriod: { shape: timePeriod },
});

export const settingsShape = object(commonMembers);

export const exportShape = object({
  id: { shape: ignored },
  name: { shape: ignored },
  type: { shape: ignored },
  eTag: { shape: text },
  identity: {
    shape: object({
      type: { shape: choice("identityType") },
      principalId: { shape: ignored },
      tenantId: { shape: ignored },
    }),
    since: "identity",
  },
  location: { shape: text, since: "identity" },
  properties: {
    shape: object({
      schedule: { shape: schedule },
      ...commonMembers,
      runHistory: { shape: ignored },
      nextRunTimeEstimate: { shape: ignored },
      systemSuspensionContext: { shape: { kind: "serviceSet" }, since: "improved" },
    }),
  },
});

export const runRequestShape = object({ timePeriod: { shape: timePeriod } });

export type ExportPayload = ValueOf<typeof exportShape>;
export type ExportProperties = NonNullable<ExportPayload["properties"]>;
export type ExportSettings = ValueOf<typeof settingsShape>;
export type ExportSchedule = ValueOf<typeof schedule>;
export type RunRequest = ValueOf<typeof runRequestShape>;
