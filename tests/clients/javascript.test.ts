/** Azure's generated JavaScript client, over HTTPS: `@azure/arm-costmanagement` speaks 2022-10-01, or what `apiVersion` says. */
import { readFileSync } from "node:fs";
import { CostManagementClient } from "@azure/arm-costmanagement";
import type { Export, ExportRun } from "@azure/arm-costmanagement";
import { ClientSecretCredential } from "@azure/identity";
import { tenantId } from "../../emulator";
import { clientId, parsed, Refusal, scope } from "./kit";
import type { ExportProperties, OpenClient, SeenExport, SeenRun, WrittenExport } from "./kit";
import { describeClient } from "./specification";

const open: OpenClient = (emulator, apiVersion) => {
  const tlsOptions = { ca: readFileSync(emulator.caFile) };
  const credential = new ClientSecretCredential(tenantId, clientId, "secret", {
    authorityHost: emulator.httpsUrl,
    disableInstanceDiscovery: true,
    tlsOptions,
  });
  const { exports: operations } = new CostManagementClient(credential, {
    endpoint: emulator.httpsUrl,
    $host: emulator.httpsUrl,
    credentialScopes: "https://management.azure.com/.default",
    apiVersion,
    tlsOptions,
  });
  return Promise.resolve({
    put: (name, body) => told(operations.createOrUpdate(scope, name, toModel(body)).then(fromModel)),
    get: (name, at = scope) => told(operations.get(at, name).then(fromModel)),
    list: () => told(operations.list(scope).then(({ value = [] }) => value.map(fromModel))),
    run: (name) => told(operations.execute(scope, name)),
    history: (name) =>
      told(operations.getExecutionHistory(scope, name).then(({ value = [] }) => value.map(fromRunModel))),
    delete: (name) => told(operations.delete(scope, name)),
    close: () => undefined,
  });
};

/** The client's model has the properties beside the eTag, and times as dates. */
function toModel({ eTag, properties }: WrittenExport): Export {
  const { schedule, ...rest } = structuredClone(properties) as Omit<Export, "schedule"> &
    Pick<ExportProperties, "schedule">;
  const { recurrencePeriod, ...others } = schedule ?? {};
  return {
    ...rest,
    ...(eTag === undefined ? {} : { eTag }),
    ...(schedule === undefined
      ? {}
      : {
          schedule: {
            ...others,
            ...(recurrencePeriod === undefined
              ? {}
              : {
                  recurrencePeriod: { from: new Date(recurrencePeriod.from), to: new Date(recurrencePeriod.to) },
                }),
          },
        }),
  };
}

function fromModel(model: Export): SeenExport {
  const { id: _id, name = "", type: _type, eTag = "", ...properties } = model;
  return { name, eTag, properties: plain(properties) as ExportProperties };
}

function fromRunModel({ id = "", name: _name, type: _type, ...properties }: ExportRun): SeenRun {
  return { id, properties: plain(properties) as SeenRun["properties"] };
}

function plain(model: object): unknown {
  return parsed(JSON.stringify(model));
}

async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const { statusCode = 0, code = "", message } = error as Error & { statusCode?: number; code?: string };
    throw new Refusal(statusCode, code, message);
  }
}

describeClient("@azure/arm-costmanagement", open, {
  signIns: ["client-secret"],
  writes: "its own model",
  leadingSlash: "doubled",
});
