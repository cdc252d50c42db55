import { parseRoute } from "../../../emulator/cost-management/route";
import { scopes } from "../../../provider/cost-management/scopes";
import { emulatorRequest } from "../../support/emulator-request";
import { allVersions, at, daily, names, refusal, subscription, world } from "./world";

const exampleIds: Readonly<Record<string, string>> = {
  subscriptionId: "5b1c0de0-3a5e-4c57-8f0e-5a1f00000002",
  billingAccountId: "e879cf0f-2b4d-5431-109a-f72fc9868693:024cabf4-7321-4cf9-be59-df0c77ca51de_2019-05-31",
};
const exampleScopes = scopes.map(({ kind, form }) => ({
  kind,
  path: form.replace(/\{(\w+)\}/g, (_, name: string) => exampleIds[name] ?? "abc-1"),
}));

describe("scopes", () => {
  test.each(exampleScopes)("an export lives at a $kind", ({ path }) => {
    const azure = world();

    const created = azure.put("daily", daily(), { scope: path });

    expect(refusal(created)).toBe("201 accepted");
    expect(at(created, "id")).toBe(`${path.slice(1)}/providers/Microsoft.CostManagement/exports/daily`);
    expect(at(azure.get("daily", { scope: path }), "name")).toBe("daily");
    expect(names(azure.list({ scope: path }))).toEqual(["daily"]);
  });

  test.each([
    ["no leading slash", subscription.slice(1)],
    ["a doubled leading slash", `/${subscription}`],
    ["a trailing slash", `${subscription}/`],
    ["doubled slashes inside", subscription.replace("/subscriptions/", "/subscriptions//")],
    ["lower case", subscription.toLowerCase()],
    ["upper case", subscription.toUpperCase()],
  ])("a scope with %s is the same scope", (_, scope) => {
    const azure = world();
    azure.put("daily", daily());

    expect(azure.get("daily", { scope }).status).toBe(200);
  });

  test("a wholly lower-case URL runs an export", () => {
    const azure = world();
    azure.put("Daily", daily());

    const path = `${subscription}/providers/Microsoft.CostManagement/exports/Daily/run`.toLowerCase();

    expect(azure.send("POST", path).status).toBe(200);
  });

  test("an answer keeps the spelling that the export was created with", () => {
    const azure = world();
    azure.put("Daily", daily(), { scope: `${subscription}/resourceGroups/My-RG` });

    const found = azure.get("DAILY", { scope: `${subscription}/RESOURCEGROUPS/my-rg` });

    expect(at(found, "id")).toBe(
      `${subscription.slice(1)}/resourceGroups/My-RG/providers/Microsoft.CostManagement/exports/Daily`,
    );
  });

  test("a percent-encoded colon is a colon", () => {
    const azure = world();
    azure.put("daily", daily(), { scope: "/providers/Microsoft.Billing/billingAccounts/12345:6789" });

    const found = azure.get("daily", { scope: "/providers/Microsoft.Billing/billingAccounts/12345%3A6789" });

    expect(found.status).toBe(200);
  });

  test("a list holds neither the exports beneath the scope nor those above", () => {
    const azure = world();
    azure.put("above", daily());
    azure.put("beneath", daily(), { scope: `${subscription}/resourceGroups/rg` });

    expect(names(azure.list())).toEqual(["above"]);
    expect(names(azure.list({ scope: `${subscription}/resourceGroups/rg` }))).toEqual(["beneath"]);
  });

  test.each([
    "/providers/Microsoft.Billing/billingAccounts",
    "/providers/Microsoft.Billing/billingAccounts/123456/nonsense/1",
    "/billingAccounts/123456",
    "/5b1c0de0-3a5e-4c57-8f0e-5a1f00000002",
    "",
  ])("the malformed scope %j is a missing subscription", (scope) => {
    expect(refusal(world().put("daily", daily(), { scope }))).toBe(
      "404 MissingSubscription: The request did not have a subscription or a valid tenant level resource provider.",
    );
  });
});

describe("methods", () => {
  const path = `${subscription}/providers/Microsoft.CostManagement/exports`;

  test.each([
    ["PATCH", `${path}/daily`, "GET, PUT, DELETE"],
    ["POST", `${path}/daily`, "GET, PUT, DELETE"],
    ["PUT", path, "GET"],
    ["DELETE", path, "GET"],
    ["GET", `${path}/daily/run`, "POST"],
    ["POST", `${path}/daily/runHistory`, "GET"],
    ["POST", "/providers/Microsoft.CostManagement/operations", "GET"],
  ])("%s %s is not allowed", (method, target, allowed) => {
    const answer = world().send(method, target);

    expect(refusal(answer)).toMatch(/^405 MethodNotAllowed: /);
    expect(answer.headers).toEqual({ allow: allowed });
  });

  test.each(["daily/nonsense", "daily/run/1"])("nothing lies at exports/%s", (rest) => {
    expect(refusal(world().send("GET", `${path}/${rest}`))).toMatch(/^400 InvalidResourceType: /);
  });
});

test.each([
  `${subscription}/providers/Microsoft.CostManagement/query`,
  `${subscription}/providers/Microsoft.CostManagement`,
  `${subscription}/resourceGroups/rg`,
  `${subscription}/microsoft.costmanagement/exports`,
])("%s is left to other parts", (path) => {
  expect(parseRoute(emulatorRequest("GET", path).segments)).toBeUndefined();
  expect(world().part.handle(emulatorRequest("GET", path))).toBeUndefined();
});

describe("api-versions", () => {
  test.each(allVersions)("%s is spoken", (apiVersion) => {
    const azure = world();

    expect(refusal(azure.put("daily", daily(), { apiVersion }))).toBe("201 accepted");
    expect(names(azure.list({ apiVersion }))).toEqual(["daily"]);
  });

  test("a version in other letters is the same version", () => {
    expect(world().list({ apiVersion: "2023-07-01-PREVIEW" }).status).toBe(200);
  });

  test.each([null, "", " "])("without a version (%j) nothing is done", (apiVersion) => {
    expect(refusal(world().list({ apiVersion }))).toBe(
      "400 MissingApiVersionParameter: The api-version query parameter (?api-version=) is required for all requests.",
    );
  });

  test("a version that the type lacks is refused with those that it has", () => {
    const answer = refusal(world().list({ apiVersion: "2019-01-01" }));

    expect(answer).toMatch(/^400 NoRegisteredProviderFound: .*'2019-01-01' for type 'exports'/);
    for (const version of allVersions) expect(answer).toContain(version);
  });

  test("a text that is no version is refused", () => {
    expect(refusal(world().list({ apiVersion: "latest" }))).toMatch(
      /^400 InvalidApiVersionParameter: The api-version 'latest' is invalid\. The supported versions are '2020-06-01,/,
    );
  });
});

test("the operations of the provider are listed without a scope", () => {
  const answer = world().send("GET", "/providers/microsoft.costmanagement/operations");

  expect(answer.status).toBe(200);
  expect(names(answer)).toContain("Microsoft.CostManagement/exports/run/action");
});
