/** Refusals of where and how an export is delivered, and of the resource's own members. */
import { canonicalChoice, sameText } from "./choices";
import { errors } from "./errors";
import type { PutContext, Rule } from "./put-context";

export const resourceRules: readonly Rule[] = [
  {
    name: "the name is a path segment without blanks",
    source: "assumed: names with hyphens, underscores and lengths beyond the documented ones are observed",
    check: ({ name }) =>
      /[\s/?#%\\\p{Cc}\p{Cs}]/u.test(name) || name.length > 260 ? errors.invalidExportName(name) : undefined,
  },
  {
    name: "required members",
    source: "documented",
    check: ({ payload, properties }) => {
      const missing = requiredMembers.find(({ of }) => of({ payload, properties }) === undefined);
      return missing === undefined ? undefined : errors.missingMember(missing.name);
    },
  },
  {
    name: "an identity has a type and a location",
    source: "documented (required with a managed identity)",
    check: ({ payload: { identity, location } }) => {
      if (identity === undefined) return undefined;
      if (identity.type === undefined) return errors.missingMember("identity type");
      return sameText(identity.type, "SystemAssigned") && (location ?? "") === ""
        ? errors.identityNeedsLocation()
        : undefined;
    },
  },
];

const requiredMembers: readonly {
  readonly name: string;
  readonly of: (request: Pick<PutContext, "payload" | "properties">) => unknown;
}[] = [
  { name: "properties", of: ({ payload }) => payload.properties },
  { name: "definition", of: ({ properties }) => properties.definition },
  { name: "deliveryInfo", of: ({ properties }) => properties.deliveryInfo },
  { name: "deliveryInfo destination", of: ({ properties }) => properties.deliveryInfo?.destination },
  {
    name: "deliveryInfo destination container",
    of: ({ properties }) => properties.deliveryInfo?.destination?.container,
  },
];

export const deliveryRules: readonly Rule[] = [
  {
    name: "format is one of the version's",
    source: "observed for Parquet (azps#26371); assumed for other values",
    check: ({ properties: { format }, row }) => {
      if (format === undefined || canonicalChoice("format", format, row) !== undefined) return undefined;
      return sameText(format, "Parquet")
        ? errors.parquetNeedsNewerVersion()
        : errors.invalidMember("properties.format");
    },
  },
  {
    name: "gzip goes with Csv, snappy with Parquet",
    source: "documented; the refusal is assumed, by switch",
    check: ({ properties: { format = "Csv", compressionMode }, switches }) => {
      const other = sameText(format, "Parquet") ? "gzip" : "snappy";
      return switches.refuseMismatchedCompression && compressionMode !== undefined && sameText(compressionMode, other)
        ? errors.compressionMismatch(compressionMode, format)
        : undefined;
    },
  },
  {
    name: "partitionData is for the modern channel",
    source: "observed in 2021 (docs#74890), unknown today: by switch, on old versions",
    check: ({ properties: { partitionData }, agreement, spoken, switches }) =>
      switches.partitionDataRefusedForEa && partitionData === true && agreement === "EA" && spoken.generation === "old"
        ? errors.partitionDataNeedsModernChannel()
        : undefined,
  },
  {
    name: "the container has a container's name",
    source: "documented (naming rule of the blob service)",
    check: ({ properties: { deliveryInfo } }) => {
      const container = deliveryInfo?.destination?.container ?? "";
      // The blob service has these two beside its rule.
      const system = container === "$root" || container === "$web";
      return system || /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(container)
        ? undefined
        : errors.invalidContainer(container);
    },
  },
  {
    name: "rootFolderPath is a plain relative path",
    source: "observed on new versions (azurerm PR#26219, ftk#1239); azurerm's tests send a leading slash on old ones",
    check: ({ properties: { deliveryInfo }, spoken }) => {
      const path = deliveryInfo?.destination?.rootFolderPath ?? "";
      if (spoken.generation === "old") return undefined;
      if (path.startsWith("/")) return errors.rootFolderLeadingSlash();
      return /[:?#[\]@!$&'()*+,;=]/.test(path) ? errors.rootFolderReservedCharacters() : undefined;
    },
  },
  {
    name: "the destination is a storage account",
    source:
      "documented (resourceId, or sasToken with storageAccount); observed for a malformed id (sdkpy#21900, #30654)",
    check: ({ properties: { deliveryInfo } }) => {
      const { resourceId, sasToken, storageAccount } = deliveryInfo?.destination ?? {};
      if ((resourceId ?? "") === "") {
        const bySas = (sasToken ?? "") !== "" && (storageAccount ?? "") !== "";
        return bySas ? undefined : errors.missingMember("deliveryInfo destination resourceId");
      }
      if (parseStorageAccountId(resourceId) !== undefined) return undefined;
      return errors.malformedStorageAccountId(segmentsOf(resourceId)[1] ?? "providers");
    },
  },
];

export interface StorageAccountId {
  /** In lower case, with a leading slash. */
  readonly id: string;
  readonly subscriptionId: string;
  readonly name: string;
}

export function parseStorageAccountId(text: string | undefined): StorageAccountId | undefined {
  const segments = segmentsOf(text);
  const [subscriptions, subscriptionId, groups, , providers, namespace, type, name] = segments;
  // In a body nothing collapses slashes, as it happens on the way of a URL.
  const fits =
    segments.length === 8 &&
    !/\/\/|\s/.test(text ?? "") &&
    sameText(subscriptions, "subscriptions") &&
    sameText(groups, "resourceGroups") &&
    sameText(providers, "providers") &&
    sameText(namespace, "Microsoft.Storage") &&
    sameText(type, "storageAccounts");
  if (!fits || subscriptionId === undefined || name === undefined) return undefined;
  return { id: `/${segments.join("/")}`.toLowerCase(), subscriptionId, name };
}

const segmentsOf = (text: string | undefined): readonly string[] =>
  (text ?? "").split("/").filter((segment) => segment !== "");
