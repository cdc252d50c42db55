/**
 * The emulator: Microsoft.CostManagement exports, and as much of ARM, Entra and managed identity around them as real
 * clients need, on loopback. For tests (`startEmulator`) and for the command line (`azure-cost-exports emulator`).
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createArm,
  createArmStore,
  storedAccounts,
  createDeliveredContainer,
  createTokens,
  managedIdentityPath,
  notSupported,
  oidcRequestPath,
  storageRolesOf,
  surroundingsOf,
  callerOf,
} from "./arm";
import type { ArmContext } from "./arm";
import { subscriptionId, tenantId } from "./constants";
import { answerControl, controlOperation, controlPrefix, createControl } from "./control";
import type { EmulatorControl } from "./control";
import { createCostManagement, guessedAgreement } from "./cost-management";
import type { Agreement, CostManagementPart, ReportTimes, RunTimes } from "./cost-management";
import { createCertificates } from "./server/certificates";
import { createClock } from "./server/clock";
import type { Instant } from "./server/clock";
import type { Recognised } from "./server/exchange";
import { createFaults } from "./server/faults";
import { idSource } from "./server/ids";
import { listen } from "./server/listen";
import { portalRequest } from "./server/request";
import { createQuotas } from "./server/quota";
import { createRequestLog } from "./server/request-log";
import { startingSwitches } from "./server/switches";
import type { AllSwitches } from "./server/switches";
import { createTrafficRecorder, trafficVariable } from "./server/traffic";
import { parseScope } from "../provider/cost-management/scopes";
import { blobPrefix, blobRequest, deliveryTo, startStorage } from "./storage";
import type { EmulatorData, EmulatorStorage, StorageChoice } from "./storage";
import type { EmulatorRequest } from "./types";

export { managedIdentityClientId, subscriptionId, tenantId } from "./constants";
export type { EmulatorControl, EmulatorSnapshot } from "./control";
export type { Agreement, Condition, Conditions, ReportTimes, RunEnd, RunJob, RunTimes } from "./cost-management";
export type {
  EmulatorData,
  EmulatorStorage,
  ReportBlob,
  ReportEnd,
  ReportJob,
  StorageChoice,
  StorageFactory,
  StorageSurroundings,
  StoredReport,
} from "./storage";
export type { ClockState, Instant } from "./server/clock";
export type { ActiveFault, FaultEffect, FaultMatch, FaultRule } from "./server/faults";
export type { Category, Counters, LoggedRequest, RequestFilter } from "./server/request-log";
export { parseSwitch } from "./server/switches";
export type { AllSwitches } from "./server/switches";

/** How an emulator starts. Everything has a default. */
export interface EmulatorOptions {
  /** Default 0: a free port. */
  readonly httpPort?: number;
  /** Default 0: a free port. */
  readonly httpsPort?: number;
  /**
   * Where the CA's certificate is written, as `ca.pem`; one folder per running emulator. Default: a temporary folder,
   * removed at close.
   */
  readonly caFolder?: string;
  /** What the emulator's clock shows at the start. Default: the real time. */
  readonly now?: Instant;
  /** Whether the clock stands still until it is moved. Default false. */
  readonly frozen?: boolean;
  /** Behaviour of the service that nobody has verified, and of its surroundings. Default: our best reading. */
  readonly switches?: Partial<AllSwitches>;
  /** Makes every id that the emulator invents repeatable. */
  readonly seed?: string | number;
  /** Quotas: short for the switch `quotas`. Default `none`. */
  readonly profile?: "none" | "realistic";
  /** Short for the switch `strictResources`. */
  readonly strictResources?: boolean;
  /** Short for the switch `enforceRoles`. */
  readonly enforceRoles?: boolean;
  /** Subscriptions that exist besides the seeded one. */
  readonly subscriptions?: readonly string[];
  /** The tenants of subscriptions that belong to another one than the seeded, by subscription id: ARM refuses tokens of ours there. */
  readonly tenants?: Readonly<Record<string, string>>;
  /** Where `primaryEndpoints.blob` of storage accounts points, without the account's name. Default: the emulator itself, which serves no blobs. */
  readonly blobEndpoint?: string;
  /**
   * The agreements behind scopes, by path; the longest path that fits wins. Default: guessed from the scope's form, and
   * none for subscriptions.
   */
  readonly agreements?: Readonly<Record<string, Agreement>>;
  /** How long runs take, on the emulator's clock. Default: a quarter of an hour. */
  readonly runTimes?: RunTimes;
  /** How long reports take, and their links live, on the emulator's clock. Default: a minute, half a day. */
  readonly reportTimes?: ReportTimes;
  /** Whether runs wait for `control.runs.finish` instead of ending by themselves. Default false. */
  readonly awaitDelivery?: boolean;
  /**
   * Writes the files of runs and reports: `"azurite"` (needs `azurite` and `@azure/storage-blob`), `{ folder }`, or one's
   * own. Default: none, no byte is written.
   */
  readonly storage?: StorageChoice;
  /** What stands in the files of the first two. */
  readonly data?: EmulatorData;
  /** A folder for the traffic with Microsoft.CostManagement. Default: that of AZURE_COST_EXPORTS_TRAFFIC_DIR, or none. */
  readonly recordTraffic?: string;
}

/** A running emulator. */
export interface Emulator {
  /** `http://127.0.0.1:PORT` */
  readonly httpUrl: string;
  /** `https://localhost:PORT` */
  readonly httpsUrl: string;
  /** The CA's certificate, PEM. */
  readonly caFile: string;
  /** The control API: `http://127.0.0.1:PORT/_emulator` */
  readonly controlUrl: string;
  /** Where storage accounts are served, each as a path below it; undefined where nobody serves blobs. */
  readonly blobEndpoint: string | undefined;
  /** Variables for clients that may talk plain http on loopback, such as this package's provider. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables for clients that insist on TLS, such as azure-native, azurerm and the Azure CLI. */
  readonly environmentOverTls: Readonly<Record<string, string>>;
  /** The identity-token endpoint of a CI job: `ACTIONS_ID_TOKEN_REQUEST_URL` and `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. */
  readonly oidc: { readonly requestUrl: string; readonly requestToken: string };
  /** The handle for tests: requests, faults, clock, switches, other writers. */
  readonly control: EmulatorControl;
  /** Ends open connections and removes a temporary CA folder. May be called again. */
  close(): Promise<void>;
}

/** Starts an emulator on free ports of this machine; rejects where a port is taken or an option is wrong. Close it, or the process stays. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const startSwitches = startingSwitches({
    ...options.switches,
    ...(options.profile === undefined ? {} : { quotas: options.profile }),
    ...(options.strictResources === undefined ? {} : { strictResources: options.strictResources }),
    ...(options.enforceRoles === undefined ? {} : { enforceRoles: options.enforceRoles }),
  });
  const switches = { ...startSwitches };
  const clock = createClock(options.now);
  if (options.frozen === true) clock.freeze();
  const newId = idSource(options.seed);
  const identityHeader = newId();
  const oidcRequestToken = newId();
  const log = createRequestLog();
  const faults = createFaults();
  const quotas = createQuotas(clock, switches);
  const tokens = createTokens(clock, switches, newId);
  const store = createArmStore();
  const subscriptions = [subscriptionId, ...(options.subscriptions ?? [])];
  const storage =
    options.storage === undefined
      ? undefined
      : await startStorage(options.storage, options.data ?? {}, {
          clock,
          seed: options.seed,
          subscriptions,
          agreementOf: (scope) => exports.agreementOf(scope),
        });
  let opening: Promise<unknown> = Promise.resolve();
  const context: ArmContext = {
    store,
    switches,
    clock,
    newId,
    subscriptions,
    openStorage: async (account, container) => storage?.open?.(account, container),
    tenantOf: (subscription) =>
      Object.entries(options.tenants ?? {}).find(([id]) => id.toLowerCase() === subscription.toLowerCase())?.[1] ??
      tenantId,
    agreementOf: (scope) => {
      const parsed = parseScope(scope);
      return (
        agreementAt(options.agreements ?? {}, scope) ?? (parsed === undefined ? undefined : guessedAgreement(parsed))
      );
    },
    blobEndpoint: ({ origin }) =>
      (options.blobEndpoint ?? storage?.blobEndpoint)?.replace(/\/+$/, "") ?? `${origin}/${blobPrefix}`,
    blobClock: () => (storage?.blobEndpoint === undefined ? clock.now() : Date.now()),
    mayAssignRoles: (scope) =>
      !Object.entries(exports.conditions()).some(
        ([id, names]) => names.includes("roleAssignmentsDenied") && `${scope}/`.toLowerCase().startsWith(`${id}/`),
      ),
    deleteExports: (scope) => {
      for (const { scope: under, name } of exports.exportsUnder(scope)) exports.deleteExport(exportId(under, name));
    },
  };
  const exports = createCostManagement({
    clock,
    switches,
    newId,
    tenantId,
    ...surroundingsOf(context),
    agreementOf: (scope) => agreementAt(options.agreements ?? {}, scope),
    callerOf: ({ headers }) => callerOf(headers["authorization"]),
    storageRoles: storageRolesOf(context),
    onDelivered: (containerId) => createDeliveredContainer(context, containerId),
    ...(storage === undefined ? {} : { delivery: deliveryTo(storage, clock) }),
    blobEndpoint: (request) => context.blobEndpoint(request),
    ...(options.runTimes === undefined ? {} : { runTimes: options.runTimes }),
    ...(options.reportTimes === undefined ? {} : { reportTimes: options.reportTimes }),
    ...(options.awaitDelivery === undefined ? {} : { awaitDelivery: options.awaitDelivery }),
  });
  const arm = createArm({
    context,
    clock,
    switches,
    tokens,
    quotas,
    identityHeader,
    oidcRequestToken,
    parts: [exports],
  });
  const control = createControl({
    clock,
    log,
    faults,
    switches,
    start: { clock: options.now, frozen: options.frozen === true, switches: startSwitches },
    resources: {
      snapshot: store.snapshot,
      restore: (state) => {
        store.restore(state);
        opening = Promise.all(
          storedAccounts(store).map(({ account, container }) => context.openStorage(account, container)),
        );
        // Told to whoever waits for it.
        opening.catch(() => undefined);
      },
    },
    exports,
    storageReady: async () => {
      await opening;
    },
    asPortal: (method, id, apiVersion, body) => {
      const request = portalRequest({
        method,
        id,
        apiVersion,
        body,
        origin: "https://portal.azure.com",
        requestId: newId(),
      });
      return exports.handle(request) ?? notSupported(request);
    },
    refillQuotas: quotas.refill,
    expireTokens: tokens.expireAll,
    connectionString: (account) => {
      if (storage?.connectionString !== undefined) return storage.connectionString(account);
      throw new Error('No storage account is served over HTTP: start the emulator with storage "azurite".');
    },
  });
  const certificates = createCertificates();
  const doors = await listen({
    httpPort: options.httpPort ?? 0,
    httpsPort: options.httpsPort ?? 0,
    certificates,
    faults,
    log,
    clock,
    newId,
    record: createTrafficRecorder(options.recordTraffic ?? process.env[trafficVariable]),
    recognise: (request) => {
      const [first] = request.segments;
      if (first === controlPrefix) return controlRequest(control, request);
      return first === blobPrefix && storage?.serve !== undefined ? blobRequest(storage, request) : arm(request);
    },
  }).catch(async (error: unknown) => {
    await storage?.close();
    throw error;
  });
  // After the ports are ours: a second start on the same ports must not replace the certificate of the first.
  const ca = await writeCaOrClose(certificates.ca, options.caFolder, async () => {
    await doors.close();
    await closeStorage(exports, storage);
  });
  // Who waits for files asks the storage, not the emulator, so that nobody may look when they are due.
  const ticker = storage === undefined ? undefined : setInterval(() => exports.settle(), 500).unref();
  const httpUrl = `http://127.0.0.1:${doors.httpPort}`;
  const httpsUrl = `https://localhost:${doors.httpsPort}`;
  let closed: Promise<void> | undefined;
  return {
    httpUrl,
    httpsUrl,
    caFile: ca.file,
    controlUrl: `${httpUrl}/${controlPrefix}`,
    blobEndpoint: options.blobEndpoint ?? storage?.blobEndpoint,
    environment: {
      ARM_METADATA_HOSTNAME: httpUrl,
      ...identityVariables(httpUrl, identityHeader),
      NODE_EXTRA_CA_CERTS: ca.file,
    },
    environmentOverTls: {
      ARM_METADATA_HOSTNAME: new URL(httpsUrl).host,
      ...identityVariables(httpUrl, identityHeader),
      NODE_EXTRA_CA_CERTS: ca.file,
      SSL_CERT_FILE: ca.file,
      REQUESTS_CA_BUNDLE: ca.file,
      ARM_CLOUD_METADATA_URL: `${httpsUrl}/metadata/endpoints?api-version=2019-05-01`,
      AZURE_CORE_INSTANCE_DISCOVERY: "false",
    },
    oidc: { requestUrl: `${httpUrl}${oidcRequestPath}?api-version=2.0`, requestToken: oidcRequestToken },
    control,
    close: async () => {
      ca.remove();
      clearInterval(ticker);
      await doors.close();
      closed ??= closeStorage(exports, storage);
      await closed;
    },
  };
}

const exportId = (scope: string, name: string): string => `${scope}/providers/Microsoft.CostManagement/exports/${name}`;

/** What is being written ends first; what has not begun is dropped. */
async function closeStorage(exports: CostManagementPart, storage: EmulatorStorage | undefined): Promise<void> {
  await exports.abandon();
  await storage?.close();
}

/** An agreement holds for everything under the scope that has it. */
function agreementAt(agreements: Readonly<Record<string, Agreement>>, scope: string): Agreement | undefined {
  const [found] = Object.entries(agreements)
    .filter(([path]) => `${scope}/`.toLowerCase().startsWith(`${path.replace(/\/+$/, "")}/`.toLowerCase()))
    .sort(([one], [other]) => other.length - one.length);
  return found?.[1];
}

function controlRequest(control: EmulatorControl, request: EmulatorRequest): Recognised {
  return {
    category: "control",
    operation: controlOperation(request.segments),
    costManagement: false,
    run: () => answerControl(control, request),
  };
}

/** A managed identity needs neither a secret nor trust in a CA: the credential with the fewest moving parts. */
function identityVariables(httpUrl: string, identityHeader: string): Record<string, string> {
  const endpoint = `${httpUrl}${managedIdentityPath}`;
  return {
    ARM_SUBSCRIPTION_ID: subscriptionId,
    ARM_TENANT_ID: tenantId,
    ARM_USE_MSI: "true",
    ARM_MSI_ENDPOINT: endpoint,
    IDENTITY_ENDPOINT: endpoint,
    IDENTITY_HEADER: identityHeader,
    ARM_DISABLE_INSTANCE_DISCOVERY: "true",
    // Clients that obey HTTP_PROXY would look for this machine's loopback on the proxy.
    NO_PROXY: [process.env["NO_PROXY"] ?? process.env["no_proxy"], "127.0.0.1,localhost"].filter(Boolean).join(","),
  };
}

/** Doors that were left open would keep the process alive, and deaf to the signals that end an emulator. */
async function writeCaOrClose(
  certificate: string,
  folder: string | undefined,
  close: () => Promise<void>,
): Promise<ReturnType<typeof writeCa>> {
  try {
    return writeCa(certificate, folder);
  } catch (error) {
    await close();
    throw error;
  }
}

/** The certificate only: the CA's key stays in memory. */
function writeCa(certificate: string, folder: string | undefined): { readonly file: string; remove(): void } {
  const home = folder ?? mkdtempSync(join(tmpdir(), "azure-cost-exports-"));
  mkdirSync(home, { recursive: true });
  const file = join(home, "ca.pem");
  writeFileSync(file, certificate, { mode: 0o600 });
  return { file, remove: () => (folder === undefined ? rmSync(home, { recursive: true, force: true }) : undefined) };
}
