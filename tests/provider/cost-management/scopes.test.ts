import * as fc from "fast-check";
import { parseScope, scopes, type ScopeKind } from "../../../provider/cost-management/scopes";
import { sameId } from "../../../provider/cost-management/compare";
import { exportId, parseExportId } from "../../../provider/cost-management/wire";

const account = "/providers/Microsoft.Billing/billingAccounts/12345:6789";
const canonical: Readonly<Record<ScopeKind, string>> = {
  subscription: "/subscriptions/11111111-1111-1111-1111-11111111aBcD",
  resourceGroup: "/subscriptions/11111111-1111-1111-1111-11111111aBcD/resourceGroups/My-Group_1.x",
  managementGroup: "/providers/Microsoft.Management/managementGroups/Root",
  billingAccount: account,
  department: `${account}/departments/4711`,
  enrollmentAccount: `${account}/enrollmentAccounts/815`,
  billingProfile: `${account}/billingProfiles/ABCD-EFGH`,
  invoiceSection: `${account}/billingProfiles/ABCD-EFGH/invoiceSections/IJKL-MNOP`,
  customer: `${account}/customers/22222222-2222-2222-2222-222222222222`,
};
const forms = Object.entries(canonical);

test("there are nine forms, and each has an example here", () => {
  expect(scopes.map(({ kind }) => kind).sort()).toEqual(Object.keys(canonical).sort());
});

describe.each(forms)("a scope of the form %s", (kind, path) => {
  test.each([
    ["in its canonical form", path],
    ["without the leading slash", path.slice(1)],
    ["with a trailing slash", `${path}/`],
    ["with a trailing slash and no leading one", `${path.slice(1)}/`],
    ["with doubled slashes", path.replaceAll("/", "//")],
  ])("%s", (_spelling, text) => {
    expect(parseScope(text)).toMatchObject({ kind, path });
  });

  test.each([
    ["upper", path.toUpperCase()],
    ["lower", path.toLowerCase()],
  ])("in %s case: the fixed segments get the API's own case, the ids stay as given", (_case, text) => {
    const given = text.split("/");
    const own = path.split("/");
    const ids = Object.values(parseScope(path)?.ids ?? {});
    const expected = own.map((segment, index) => (ids.includes(segment) ? given[index] : segment)).join("/");
    expect(parseScope(text)).toMatchObject({ kind, path: expected });
  });

  test("is the same id in every spelling", () => {
    const spellings = [path, path.slice(1), `${path}/`, path.toUpperCase(), path.toLowerCase()];
    for (const left of spellings) for (const right of spellings) expect(sameId(left, right)).toBe(true);
  });

  test("gives the id of an export, and is found in it again, however it is written", () => {
    const id = exportId(`${path.slice(1)}/`, "daily");
    expect(id).toBe(`${path}/providers/Microsoft.CostManagement/exports/daily`);
    for (const spelling of [id, id.slice(1), `${id}/`, `/${id}`])
      expect(parseExportId(spelling)).toEqual({ scope: path, exportName: "daily" });
    expect(parseExportId(id.toUpperCase())).toMatchObject({ exportName: "DAILY" });
  });

  test("is none with a segment more or less", () => {
    expect(parseScope(`${path}/more`)).toBeUndefined();
    expect(parseScope(path.split("/").slice(0, -1).join("/"))?.kind).not.toBe(kind);
  });
});

test.each([
  ["a bare subscription id", "11111111-1111-1111-1111-111111111111"],
  ["an enrollment number", "123456"],
  ["nothing", ""],
  ["slashes", "///"],
  ["a provider without a type", "/providers/Microsoft.Billing"],
  ["a kind that does not exist", `${account}/budgets/1`],
  ["an invoice section without its profile", `${account}/invoiceSections/1`],
  ["the short form of a department, which only reports know", "/providers/Microsoft.Billing/departments/1"],
  ["the id of a storage account", `${canonical.resourceGroup}/providers/Microsoft.Storage/storageAccounts/costs`],
])("%s is no scope", (_name, text) => {
  expect(parseScope(text)).toBeUndefined();
});

test.each([
  ["a scope alone", canonical.subscription],
  ["another type", `${canonical.subscription}/providers/Microsoft.CostManagement/views/daily`],
  ["an export without a name", `${canonical.subscription}/providers/Microsoft.CostManagement/exports/`],
  ["a scope that is none", "/departments/1/providers/Microsoft.CostManagement/exports/daily"],
  ["nothing", ""],
])("%s is no id of an export", (_name, id) => {
  expect(parseExportId(id)).toBeUndefined();
});

test("the ids of a scope are named as in its form", () => {
  expect(parseScope(canonical.invoiceSection)?.ids).toEqual({
    billingAccountId: "12345:6789",
    billingProfileId: "ABCD-EFGH",
    invoiceSectionId: "IJKL-MNOP",
  });
});

test("the canonical form is its own canonical form", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...scopes),
      fc.array(fc.stringMatching(/^[A-Za-z0-9:._-]{1,20}$/), { minLength: 3, maxLength: 3 }),
      (row, ids) => {
        let next = 0;
        const path = row.form.replaceAll(/\{.+?\}/g, () => ids[next++] ?? "");
        expect(parseScope(path)).toMatchObject({ kind: row.kind, path });
      },
    ),
  );
});

test("any text is a scope or none, and never an error", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[/a-z{}.]{0,40}$/)), (text) => {
      const scope = parseScope(text);
      expect(scope === undefined || sameId(scope.path, text)).toBe(true);
      parseExportId(text);
    }),
  );
});
