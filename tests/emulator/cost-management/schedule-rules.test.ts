import { allVersions, daily, eTagOf, idOf, newVersions, oldVersions, refusal, schedule, world } from "./world";

const failed = "Request properties validation failed: ";
const accepted = "201 accepted";
const period = (from?: string, to?: string): object => schedule({ recurrencePeriod: { from, to } });

describe("a start in the past", () => {
  test.each(allVersions)("%s refuses to create an active export with it", (apiVersion) => {
    expect(
      refusal(world().put("daily", daily(period("2025-06-15T09:59:59Z", "2026-06-15")), { apiVersion })),
    ).toContain(`${failed}Invalid schedule recurrencePeriod; 'from' value cannot be in the past.`);
  });

  test("ten minutes ahead is enough", () => {
    expect(refusal(world().put("daily", daily(period("2025-06-15T10:10:00Z", "2026-06-15"))))).toBe(accepted);
  });

  test("is accepted of an inactive export", () => {
    const sent = daily(schedule({ status: "Inactive", recurrencePeriod: { from: "2024-01-01", to: "2050-02-01" } }));

    expect(refusal(world().put("daily", sent))).toBe(accepted);
  });

  test.each(["2023-11-01", "2025-03-01"])("%s accepts it on update, or refuses it by switch", (apiVersion) => {
    for (const pastFromRefusedOnUpdate of [false, true]) {
      const azure = world({ pastFromRefusedOnUpdate });
      const created = azure.put("daily", daily(), { apiVersion });
      azure.advance(30 * 86_400_000);

      const answer = refusal(azure.put("daily", { ...daily(), ...eTagOf(created) }, { apiVersion }));

      if (pastFromRefusedOnUpdate) expect(answer).toContain("'from' value cannot be in the past.");
      else expect(answer).toBe("200 accepted");
    }
  });

  test("a twin is a new export, so it is refused there", () => {
    const azure = world();
    azure.put("daily", daily());
    azure.advance(30 * 86_400_000);

    expect(refusal(azure.put("daily", daily(), { apiVersion: "2023-11-01" }))).toContain("cannot be in the past");
  });
});

describe("an end", () => {
  test.each(oldVersions)("%s needs it, although it is documented as optional", (apiVersion) => {
    expect(refusal(world().put("daily", daily(period("2025-06-14")), { apiVersion, requestId: "REQ" }))).not.toBe(
      accepted,
    );
    expect(
      refusal(
        world().put("daily", daily(schedule({ recurrencePeriod: { to: undefined } })), {
          apiVersion,
          requestId: "REQ",
        }),
      ),
    ).toBe(
      `400 400: ${failed}Invalid schedule recurrencePeriod; 'from' value cannot be after 'to' value\n (Request ID: REQ)`,
    );
  });

  test.each(newVersions)("%s does without", (apiVersion) => {
    expect(
      refusal(world().put("daily", daily(schedule({ recurrencePeriod: { to: undefined } })), { apiVersion })),
    ).toBe(accepted);
  });

  test("before the start is refused, and told first where the start is past as well", () => {
    expect(refusal(world().put("daily", daily(period("2025-06-14", "2025-06-13"))))).toContain(
      "cannot be after 'to' value",
    );
  });

  test("at the start passes", () => {
    expect(refusal(world().put("daily", daily(period("2025-06-16", "2025-06-16"))))).toBe(accepted);
  });

  test("far away passes", () => {
    expect(refusal(world().put("daily", daily(period("2025-06-16", "2050-02-01"))))).toBe(accepted);
  });
});

test("a period without a start is refused", () => {
  expect(refusal(world().put("daily", daily(schedule({ recurrencePeriod: { from: undefined } }))))).toBe(
    `400 BadRequest: ${failed}Missing schedule recurrencePeriod from.`,
  );
});

test("an active export without recurrence or period passes", () => {
  expect(refusal(world().put("daily", daily(schedule({ recurrence: undefined, recurrencePeriod: undefined }))))).toBe(
    accepted,
  );
});

describe("a recurrence of an inactive export", () => {
  const sent = daily(schedule({ status: "InActive" }));

  test("passes by default", () => {
    expect(refusal(world().put("daily", sent, { apiVersion: "2021-10-01" }))).toBe(accepted);
  });

  test("is an invalid member by switch, on old versions only", () => {
    const azure = world({ recurrenceOnInactiveRefused: true });

    expect(refusal(azure.put("daily", sent, { apiVersion: "2021-10-01" }))).toContain(
      "Invalid request payload, Invalid member :properties.schedule.recurrence",
    );
    expect(refusal(azure.put("daily", sent))).toBe(accepted);
  });
});

describe("SystemSuspended", () => {
  const suspended = daily(schedule({ status: "SystemSuspended" }));

  test.each(["2020-06-01", ...newVersions])("%s: a client cannot suspend", (apiVersion) => {
    expect(refusal(world().put("daily", suspended, { apiVersion }))).toContain(
      "Invalid member :properties.schedule.status",
    );
  });

  test.each([
    [false, /Invalid member :properties\.schedule\.status/],
    [true, /^200 accepted$/],
  ])("a suspended export put back is judged by switch (%s)", (systemSuspendedAccepted, answer) => {
    const azure = world({ systemSuspendedAccepted });
    azure.put("daily", daily());
    azure.part.editExport(idOf("daily"), {
      properties: { schedule: { status: "SystemSuspended" } },
    });

    expect(refusal(azure.put("daily", azure.get("daily").body))).toMatch(answer);
  });

  test("a suspended export is made active by a PUT", () => {
    const azure = world();
    azure.put("daily", daily());
    azure.part.editExport(idOf("daily"), {
      properties: { schedule: { status: "SystemSuspended" } },
    });

    expect(refusal(azure.put("daily", daily()))).toBe("200 accepted");
  });
});
