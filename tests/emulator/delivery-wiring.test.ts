/** From the end of a run to its files: what stands in the way, and where they lie. */
import { setTimeout as sleep } from "node:timers/promises";
import { startEmulator, subscriptionId } from "../../emulator";
import type { Emulator, EmulatorOptions, EmulatorStorage, ReportJob, RunJob } from "../../emulator";
import { send, withEmulator } from "./client";
import { daily, schedule } from "./cost-management/world";

const group = `/subscriptions/${subscriptionId}/resourceGroups/costs`;
const account = `${group}/providers/Microsoft.Storage/storageAccounts/costs0001`;
const container = `${account}/blobServices/default/containers/exports`;
const exportId = (name: string): string =>
  `/subscriptions/${subscriptionId}/providers/Microsoft.CostManagement/exports/${name}`;
const contributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
const start: EmulatorOptions = { now: "2025-06-15T10:00:00Z", frozen: true };

/** An inactive export into the container, which runs when it is told to. */
const toContainer = (patch: object = {}): Record<string, unknown> => {
  const export_ = daily(schedule({ status: "Inactive" }));
  return {
    ...export_,
    ...patch,
    properties: {
      ...(export_["properties"] as object),
      deliveryInfo: { destination: { resourceId: account, container: "exports", rootFolderPath: "costs" } },
    },
  };
};
const withIdentity = { identity: { type: "SystemAssigned" }, location: "westeurope" };

async function arm(emulator: Emulator, method: string, id: string, body?: unknown) {
  const apiVersion = id.includes("Microsoft.CostManagement") ? "2025-03-01" : "2022-04-01";
  const [path, query] = id.split("?");
  const url = `${String(path)}?api-version=${apiVersion}${query === undefined ? "" : `&${query}`}`;
  return send(emulator, method, url, body === undefined ? {} : { body });
}

async function createAccount(emulator: Emulator, properties: object = {}): Promise<void> {
  await arm(emulator, "PUT", group, { location: "westeurope" });
  const sku = { name: "Standard_LRS" };
  await arm(emulator, "PUT", account, { location: "westeurope", kind: "StorageV2", sku, properties });
}

interface Run {
  readonly status: string;
  readonly fileName: string | null;
  readonly manifestFile: string | null;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Runs the export and waits for the end, as told by the history. */
async function run(emulator: Emulator, name = "daily"): Promise<Run> {
  expect((await arm(emulator, "POST", `${exportId(name)}/run`)).status).toBe(200);
  emulator.control.clock.advance("PT15M");
  await emulator.control.settled();
  const { json } = await arm(emulator, "GET", `${exportId(name)}/runHistory`);
  return json.value.at(-1).properties as Run;
}

const assignments = async (
  emulator: Emulator,
): Promise<readonly { id: string; properties: Record<string, string> }[]> =>
  (await arm(emulator, "GET", `${container}/providers/Microsoft.Authorization/roleAssignments`)).json.value;

describe("the identity of an export", () => {
  const made = async (emulator: Emulator, patch: object = withIdentity) => {
    const created = await arm(emulator, "PUT", exportId("daily"), toContainer(patch));
    expect(created.status).toBe(201);
    return created.json;
  };

  test("is given Storage Blob Data Contributor on the container by the service, once", () =>
    withEmulator(start, async (emulator) => {
      const { identity, eTag } = await made(emulator);
      await arm(emulator, "PUT", exportId("daily"), { ...toContainer(withIdentity), eTag });

      const found = await assignments(emulator);
      expect(found).toHaveLength(1);
      expect(found[0]?.properties).toMatchObject({
        principalId: identity.principalId,
        principalType: "ServicePrincipal",
        scope: container,
        roleDefinitionId: expect.stringMatching(new RegExp(`/${contributor}$`)),
      });
      expect((await arm(emulator, "GET", String(found[0]?.id))).status).toBe(200);
    }));

  test("is given nothing twice that it already has above", () =>
    withEmulator(start, async (emulator) => {
      const { identity, eTag } = await made(emulator);
      const [own] = await assignments(emulator);
      await arm(emulator, "DELETE", String(own?.id));
      await arm(
        emulator,
        "PUT",
        `${group}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111`,
        { properties: { roleDefinitionId: contributor, principalId: identity.principalId } },
      );
      await arm(emulator, "PUT", exportId("daily"), { ...toContainer(withIdentity), eTag });

      expect((await assignments(emulator)).map(({ properties }) => properties["scope"])).toEqual([group]);
    }));

  test("that the caller may not assign a role to is refused, and nothing is created", () =>
    withEmulator(start, async (emulator) => {
      emulator.control.conditions.set(account, ["roleAssignmentsDenied"]);

      const refused = await arm(emulator, "PUT", exportId("daily"), toContainer(withIdentity));
      expect([refused.status, refused.json.error.code]).toEqual([401, "Unauthorized"]);
      expect((await arm(emulator, "GET", exportId("daily"))).status).toBe(404);
      expect(await assignments(emulator)).toEqual([]);
    }));

  test("is created without a role by whoever may not assign one, where the switch says so, and cannot deliver", () => {
    const switches = { deniedRolePut: "without", enforceRoles: true } as const;
    return withEmulator({ ...start, switches }, async (emulator) => {
      emulator.control.conditions.set(account, ["roleAssignmentsDenied"]);
      const { identity, eTag } = await made(emulator);
      expect(await assignments(emulator)).toEqual([]);
      expect((await run(emulator)).error?.code).toBe("AuthorizationPermissionMismatch");

      // Writing it once more with the right assigns it.
      emulator.control.conditions.set(account, []);
      await arm(emulator, "PUT", exportId("daily"), { ...toContainer(withIdentity), eTag });
      expect((await assignments(emulator)).map(({ properties }) => properties["principalId"])).toEqual([
        identity.principalId,
      ]);
      expect((await run(emulator)).status).toBe("Completed");
    });
  });

  test("leaves its role behind when the export is deleted, unless the switch says otherwise", async () => {
    for (const deletingRemovesRoles of [false, true]) {
      await withEmulator({ ...start, switches: { deletingRemovesRoles } }, async (emulator) => {
        await made(emulator);
        await arm(emulator, "DELETE", exportId("daily"));

        expect(await assignments(emulator)).toHaveLength(deletingRemovesRoles ? 0 : 1);
      });
    }
  });

  test("that lost its role fails the run where roles are enforced, and not elsewhere", async () => {
    for (const enforceRoles of [false, true]) {
      await withEmulator({ ...start, enforceRoles }, async (emulator) => {
        await made(emulator);
        expect((await run(emulator)).status).toBe("Completed");
        const [own] = await assignments(emulator);
        await arm(emulator, "DELETE", String(own?.id));

        const { status, error } = await run(emulator);
        expect(status).toBe(enforceRoles ? "Failed" : "Completed");
        if (enforceRoles) expect(error?.code).toBe("AuthorizationPermissionMismatch");
      });
    }
  });

  test("is missed by no role where there is none: keys are used then", () =>
    withEmulator({ ...start, enforceRoles: true }, async (emulator) => {
      await made(emulator, {});

      expect((await run(emulator)).status).toBe("Completed");
    }));
});

describe("a run fails", () => {
  const failure = async (emulator: Emulator): Promise<string> => {
    const { status, error, fileName, manifestFile } = await run(emulator);
    expect([status, fileName, manifestFile]).toEqual(["Failed", null, null]);
    return error?.message ?? "";
  };
  const made = async (emulator: Emulator, patch: object = {}): Promise<void> => {
    await createAccount(emulator);
    expect((await arm(emulator, "PUT", exportId("daily"), toContainer(patch))).status).toBe(201);
  };

  test("behind a firewall without an identity", () =>
    withEmulator(start, async (emulator) => {
      await made(emulator);
      await createAccount(emulator, { networkAcls: { defaultAction: "Deny" } });

      expect(await failure(emulator)).toContain("not authorized to access the specified storage account 'costs0001'");
    }));

  test("without keys and without an identity", () =>
    withEmulator(start, async (emulator) => {
      await made(emulator);
      await createAccount(emulator, { allowSharedKeyAccess: false });

      expect(await failure(emulator)).toContain("Key-based authentication is currently disabled");
    }));

  test("not behind either of them with an identity", () =>
    withEmulator(start, async (emulator) => {
      await made(emulator, withIdentity);
      await createAccount(emulator, { allowSharedKeyAccess: false, networkAcls: { defaultAction: "Deny" } });

      expect((await run(emulator)).status).toBe("Completed");
    }));

  test("when the exports' provider is unregistered in the storage account's subscription", () =>
    withEmulator(start, async (emulator) => {
      await made(emulator);
      const provider = `/subscriptions/${subscriptionId}/providers/Microsoft.CostManagementExports`;
      await arm(emulator, "POST", `${provider}/unregister`);
      emulator.control.clock.advance("PT2M");

      expect(await failure(emulator)).toContain("RP Not Registered");
    }));

  test("when the storage account is gone, where resources must exist", () =>
    withEmulator({ ...start, strictResources: true }, async (emulator) => {
      const provider = `/subscriptions/${subscriptionId}/providers/Microsoft.CostManagementExports`;
      await arm(emulator, "POST", `${provider}/register`);
      emulator.control.clock.advance("PT2M");
      await made(emulator);
      await arm(emulator, "DELETE", account);

      expect(await failure(emulator)).toBe("The storage account 'costs0001' was not found.");
    }));

  test("never begins with an id that is none: the export is refused", () =>
    withEmulator(start, async (emulator) => {
      const export_ = toContainer();
      const destination = { resourceId: "/providers/Microsoft.Storage/x", container: "exports" };
      const properties = { ...(export_["properties"] as object), deliveryInfo: { destination } };

      const refused = await arm(emulator, "PUT", exportId("daily"), { ...export_, properties });
      expect(refused.json.error.message).toContain("ServiceToServiceAuthorizationProvider.IsRPRegistered");
    }));
});

/** A storage that notes what it was given, and takes its time. */
interface Noted {
  readonly runs: RunJob[];
  readonly reports: ReportJob[];
  closed: number;
  readonly options: EmulatorOptions;
}

function noting(patch: Partial<EmulatorStorage> = {}, options: EmulatorOptions = {}): Noted {
  const noted: Noted = {
    runs: [],
    reports: [],
    closed: 0,
    options: {
      ...start,
      ...options,
      storage: () =>
        Promise.resolve({
          blobEndpoint: "http://127.0.0.1:10000/",
          deliverRun: async (job) => {
            await sleep(5);
            noted.runs.push(job);
            return { status: "Completed", fileName: job.paths.part(1), manifestFile: "somewhere/manifest.json" };
          },
          deliverReport: async (job) => {
            await sleep(5);
            noted.reports.push(job);
            return { status: "Completed", blobs: [{ link: "http://127.0.0.1:10000/a/b?sig=c", byteCount: 7 }] };
          },
          close: () => {
            noted.closed += 1;
            return Promise.resolve();
          },
          ...patch,
        }),
    },
  };
  return noted;
}

const history = async (emulator: Emulator): Promise<readonly Run[]> =>
  (await arm(emulator, "GET", `${exportId("daily")}/runHistory`)).json.value.map(
    ({ properties }: { properties: Run }) => properties,
  );

const startRun = async (emulator: Emulator): Promise<void> => {
  emulator.control.exports.put(exportId("daily"), toContainer());
  await arm(emulator, "POST", `${exportId("daily")}/run`);
};

describe("with a storage", () => {
  test("a run ends when its files are written, at the time when it was due, under the names that they have", () => {
    const noted = noting();
    return withEmulator(noted.options, async (emulator) => {
      await startRun(emulator);
      emulator.control.clock.advance("PT20M");
      expect(await history(emulator)).toMatchObject([{ status: "InProgress", fileName: null }]);
      await emulator.control.settled();

      expect(await history(emulator)).toMatchObject([
        {
          status: "Completed",
          processingEndTime: "2025-06-15T10:15:00Z",
          fileName: noted.runs[0]?.paths.part(1),
          manifestFile: "somewhere/manifest.json",
        },
      ]);
      expect(noted.runs).toHaveLength(1);
    });
  });

  test("nothing is written before a run is due, nor of one that something stops", () => {
    const noted = noting();
    return withEmulator(noted.options, async (emulator) => {
      await startRun(emulator);
      emulator.control.clock.advance("PT14M");
      await emulator.control.settled();
      expect(noted.runs).toEqual([]);
      emulator.control.conditions.set(account, ["firewall"]);
      emulator.control.clock.advance("PT1M");
      await emulator.control.settled();

      expect(noted.runs).toEqual([]);
      expect(await history(emulator)).toMatchObject([{ status: "Failed" }]);
    });
  });

  test("a month of daily runs is written in the order of time, one after another", () => {
    let writing = 0;
    const noted = noting({
      deliverRun: async (job) => {
        expect(++writing).toBe(1);
        await sleep(1);
        writing -= 1;
        noted.runs.push(job);
        return { status: "Completed" };
      },
    });
    return withEmulator(noted.options, async (emulator) => {
      emulator.control.exports.put(exportId("daily"), daily());
      emulator.control.clock.advance("P1M");
      await emulator.control.settled();

      const submitted = noted.runs.map(({ run: { submitted: time } }) => time);
      expect(submitted.length).toBeGreaterThanOrEqual(30);
      expect(submitted).toEqual([...submitted].sort((one, other) => one - other));
      expect((await history(emulator)).every(({ status }) => status === "Completed")).toBe(true);
    });
  });

  test("nobody need look: the files of a run that is due are written", () => {
    const noted = noting({}, { frozen: false, runTimes: { queuedMs: 0, processingMs: 0 } });
    return withEmulator(noted.options, async (emulator) => {
      await startRun(emulator);
      for (let waited = 0; noted.runs.length === 0 && waited < 5_000; waited += 50) await sleep(50);

      expect(noted.runs).toHaveLength(1);
    });
  });

  test("control.runs.settle has the files written too; with an end of its own it does not", () => {
    const noted = noting();
    return withEmulator(noted.options, async (emulator) => {
      await startRun(emulator);
      emulator.control.runs.settle();
      await emulator.control.settled();
      expect(await history(emulator)).toMatchObject([{ status: "Completed" }]);
      await arm(emulator, "POST", `${exportId("daily")}/run`);
      emulator.control.runs.settle({ status: "Timeout" });
      await emulator.control.settled();

      expect((await history(emulator)).at(-1)?.status).toBe("Timeout");
      expect(noted.runs).toHaveLength(1);
    });
  });

  test("the storage may find that there are no charges, or that it cannot write", async () => {
    const error = { code: "ContainerBeingDeleted", message: "The specified container is being deleted." };
    for (const end of [{ status: "DataNotAvailable" }, { status: "Failed", error }] as const) {
      await withEmulator(noting({ deliverRun: () => Promise.resolve(end) }).options, async (emulator) => {
        emulator.control.exports.put(exportId("daily"), toContainer());

        expect(await run(emulator)).toMatchObject({ ...end, fileName: null, manifestFile: null });
      });
    }
  });

  test("a storage that breaks is a failure of the emulator, and says so", () =>
    withEmulator(
      noting({ deliverRun: () => Promise.reject(new Error("No space left on device.")) }).options,
      async (emulator) => {
        emulator.control.exports.put(exportId("daily"), toContainer());

        expect(await run(emulator)).toMatchObject({
          status: "Failed",
          error: { code: "EmulatorFailure", message: expect.stringContaining("No space left on device.") },
        });
      },
    ));

  test("a container that is missing is there after the first run", () =>
    withEmulator(noting().options, async (emulator) => {
      await createAccount(emulator);
      expect((await arm(emulator, "GET", container)).status).toBe(404);
      emulator.control.exports.put(exportId("daily"), toContainer());
      await run(emulator);

      expect((await arm(emulator, "GET", container)).json.name).toBe("exports");
    }));

  test("a storage account tells where its blobs are", () =>
    withEmulator(noting().options, async (emulator) => {
      await createAccount(emulator);
      const { json } = await arm(emulator, "GET", account);

      expect(json.properties.primaryEndpoints.blob).toBe("http://127.0.0.1:10000/costs0001/");
    }));

  test("a delivery that outlives a reset ends nothing", () => {
    const noted = noting();
    return withEmulator(noted.options, async (emulator) => {
      await startRun(emulator);
      emulator.control.clock.advance("PT15M");
      const under = emulator.control.settled();
      emulator.control.reset();
      await startRun(emulator);
      await under;
      await sleep(20);

      expect(await history(emulator)).toMatchObject([{ status: "Queued" }]);
    });
  });

  test("the storage is closed once, after the delivery under way", async () => {
    const noted = noting({
      deliverRun: async (job) => {
        await sleep(30);
        expect(noted.closed).toBe(0);
        noted.runs.push(job);
        return { status: "Completed" };
      },
    });
    const emulator = await startEmulator(noted.options);
    await startRun(emulator);
    emulator.control.clock.advance("PT15M");
    emulator.control.runs.pending();
    await sleep(1);
    await Promise.all([emulator.close(), emulator.close()]);

    expect([noted.runs.length, noted.closed]).toEqual([1, 1]);
  });

  test("the storage is closed when the emulator cannot start", async () => {
    const other = await startEmulator();
    const noted = noting({}, { httpPort: Number(new URL(other.httpUrl).port) });

    await expect(startEmulator(noted.options)).rejects.toThrow(/EADDRINUSE/);
    expect(noted.closed).toBe(1);
    await other.close();
  });
});

describe("reports with a storage", () => {
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.CostManagement/generateCostDetailsReport`;
  const ask = async (emulator: Emulator) =>
    send(emulator, "POST", `${path}?api-version=2025-03-01`, { body: { metric: "AmortizedCost" } });

  test("are done when they are uploaded, and link there", () => {
    const noted = noting();
    return withEmulator(noted.options, async (emulator) => {
      const location = (await ask(emulator)).headers["location"] ?? "";
      emulator.control.clock.advance("PT1M");
      expect((await send(emulator, "GET", location)).status).toBe(202);
      await emulator.control.settled();

      const { json } = await send(emulator, "GET", location);
      expect(json).toMatchObject({
        status: "Completed",
        manifest: {
          byteCount: 7,
          blobCount: 1,
          blobs: [{ blobLink: "http://127.0.0.1:10000/a/b?sig=c", byteCount: 7 }],
        },
        validTill: "2025-06-15T22:01:00Z",
      });
      expect(noted.reports[0]?.report.requestBody).toEqual({ metric: "AmortizedCost" });
    });
  });

  test("have links that live as long in real time as their validity on the clock", () => {
    const noted = noting();
    return withEmulator(noted.options, async (emulator) => {
      await ask(emulator);
      emulator.control.clock.advance("PT1M");
      await emulator.control.settled();

      const hours = ((noted.reports[0]?.linksUntil.getTime() ?? 0) - Date.now()) / 3_600_000;
      expect(hours).toBeGreaterThan(11.9);
      expect(hours).toBeLessThanOrEqual(12);
    });
  });

  test("are never answered at once: the upload takes its time", () =>
    withEmulator({ ...noting().options, switches: { reportStart: 200 } }, async (emulator) => {
      expect((await ask(emulator)).status).toBe(202);
    }));

  test("fail with the storage's own failure", () => {
    const deliverReport = () => Promise.reject(new Error("No space left on device."));
    return withEmulator(noting({ deliverReport }).options, async (emulator) => {
      const location = (await ask(emulator)).headers["location"] ?? "";
      emulator.control.clock.advance("PT1M");
      await emulator.control.settled();

      const { json } = await send(emulator, "GET", location);
      expect([json.status, json.error.code]).toEqual(["Failed", "EmulatorFailure"]);
    });
  });
});
