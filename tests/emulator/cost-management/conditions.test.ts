import { conditionNames } from "../../../emulator/cost-management";
import type { Condition } from "../../../emulator/cost-management";
import { at, daily, refusal, storage, subscription, world } from "./world";
import type { World } from "./world";

const accepted = "201 accepted";
const withIdentity = { ...daily(), identity: { type: "SystemAssigned" }, location: "global" };
const quarterOfAnHour = 15 * 60_000;

function under(id: string, ...conditions: Condition[]): World {
  const azure = world();
  azure.part.setConditions(id, conditions);
  return azure;
}

describe("at PUT", () => {
  test.each(["2023-11-01", "2025-03-01"])(
    "%s: the storage account's subscription must know the exports' provider",
    (apiVersion) => {
      expect(refusal(under(storage, "providerNotRegistered").put("daily", withIdentity, { apiVersion }))).toMatch(
        /^400 400: RP Not Registered\. Register destination storage account subscription with Microsoft\.CostManagementExports\./,
      );
    },
  );

  test("registration is asked for the storage account's own subscription", () => {
    const asked: string[][] = [];
    const azure = world({}, { isRegistered: (...what) => asked.push(what) === 0 });

    expect(refusal(azure.put("daily", daily()))).toContain("RP Not Registered");
    expect(asked).toEqual([[subscription.slice(15), "Microsoft.CostManagementExports"]]);
  });

  test("while the provider registers the service is unavailable", () => {
    const answer = under(storage, "providerRegistering").put("daily", daily());

    expect(answer.status).toBe(503);
    expect(answer.headers).toEqual({ "retry-after": "60" });
  });

  test.each([
    ["firewall", "400 400: The exports service is not authorized to access the specified storage account 'costs'."],
    ["sharedKeyDisabled", "400 400: Key-based authentication is currently disabled on this storage account."],
  ] as const)("%s stops an export without an identity only", (condition, message) => {
    expect(refusal(under(storage, condition).put("daily", daily()))).toContain(message);
    expect(refusal(under(storage, condition).put("daily", withIdentity))).toBe(accepted);
  });

  test.each([
    ["roleAssignmentsDenied", /^401 Unauthorized: .*Microsoft\.Authorization\/roleAssignments\/write/],
    ["identityBackendFails", /^500 FailedIdentityOperation: /],
  ] as const)("%s stops an export with an identity only", (condition, message) => {
    expect(refusal(under(storage, condition).put("daily", withIdentity))).toMatch(message);
    expect(refusal(under(storage, condition).put("daily", daily()))).toBe(accepted);
  });

  test("the account is found in any spelling", () => {
    expect(refusal(under(`${storage.slice(1).toUpperCase()}/`, "firewall").put("daily", daily()))).toContain(
      "not authorized",
    );
  });

  test("the account's own settings count as well", () => {
    const azure = world({}, { conditionsOf: (id) => (id === storage.toLowerCase() ? ["firewall"] : []) });

    expect(refusal(azure.put("daily", daily()))).toContain("not authorized");
  });

  test("what is wrong with the request is told first", () => {
    expect(refusal(under(storage, "firewall").put("daily", {}))).toContain("Missing properties");
  });

  test("a refused update changes nothing", () => {
    const azure = world();
    const created = azure.put("daily", daily());
    azure.part.setConditions(storage, ["firewall"]);

    azure.put("daily", daily({ properties: { exportDescription: "never" } }));

    expect(at(azure.get("daily"), "eTag")).toBe(at(created, "eTag"));
  });
});

describe("of a scope", () => {
  test("a new subscription has no cost data", () => {
    const azure = under(subscription, "costDataNotSupported");

    expect(refusal(azure.put("daily", daily()))).toBe(
      `404 NotFound: Cost management data is not supported for subscription(s) ${subscription.slice(15)} in the provided api-version. Please use api-version 2019-10-01 or later.`,
    );
    expect(azure.list().status).toBe(200);
  });

  test.each([
    ["billingAccessDenied", "403 BillingAccessDenied: The user does not have valid claims on any enrollmentaccounts."],
    ["appTokenUnauthorized", "401 Unauthorized: Unauthorized"],
  ] as const)("%s refuses every verb", (condition, message) => {
    const azure = under(subscription, condition);

    for (const answer of [
      azure.put("d", daily()),
      azure.get("d"),
      azure.list(),
      azure.remove("d"),
      azure.run("d"),
      azure.history("d"),
    ]) {
      expect(refusal(answer)).toBe(message);
    }
  });

  test("an app identity may be refused at a run only", () => {
    const azure = under(subscription, "rbacAccessDenied");
    azure.put("daily", daily());

    expect(refusal(azure.run("daily"))).toMatch(/^403 RBACAccessDenied: /);
    expect(azure.get("daily").status).toBe(200);
  });
});

describe("at delivery", () => {
  const status = "value.0.properties.status";

  test.each([
    ["providerNotRegistered", "RP Not Registered"],
    ["sharedKeyDisabled", "Key-based authentication is currently disabled"],
    ["firewall", "not authorized to access the specified storage account"],
    ["deliveryFails", "An unknown error occurred"],
  ] as const)("%s that came after the PUT fails the run", (condition, message) => {
    const azure = world();
    azure.put("daily", daily());
    azure.run("daily");
    azure.part.setConditions(storage, [condition]);
    azure.advance(quarterOfAnHour);

    const history = azure.history("daily");

    expect(at(history, status)).toBe("Failed");
    expect(at(history, "value.0.properties.error.message")).toContain(message);
    expect(at(history, "value.0.properties.fileName")).toBeNull();
  });

  test("a condition hits its own moment only", () => {
    const azure = under(storage, "deliveryFails");
    expect(refusal(azure.put("daily", daily()))).toBe(accepted);
    azure.run("daily");
    azure.part.setConditions(storage, ["providerRegistering"]);
    azure.advance(quarterOfAnHour);

    expect(at(azure.history("daily"), status)).toBe("Completed");
  });

  test("an identity passes a firewall", () => {
    const azure = under(storage, "firewall");
    azure.put("daily", withIdentity);
    azure.run("daily");
    azure.advance(quarterOfAnHour);

    expect(at(azure.history("daily"), status)).toBe("Completed");
  });

  test("a scope without charges delivers nothing", () => {
    const azure = under(subscription, "noCharges");
    azure.put("daily", daily());
    azure.run("daily");
    azure.advance(quarterOfAnHour);

    expect(at(azure.history("daily"), status)).toBe("DataNotAvailable");
    expect(at(azure.history("daily"), "value.0.properties.manifestFile")).toBeNull();
  });
});

describe("the control over conditions", () => {
  test("an empty list clears them", () => {
    const azure = under(storage, "firewall");
    azure.part.setConditions(storage, []);

    expect(azure.part.conditions()).toEqual({});
    expect(refusal(azure.put("daily", daily()))).toBe(accepted);
  });

  test("an unknown one is refused with those that there are", () => {
    const unknown = "nonsense" as Condition;

    expect(() => world().part.setConditions(storage, [unknown])).toThrow(
      `There is no condition nonsense; there are ${conditionNames.join(", ")}.`,
    );
  });
});
