import { errorNames, errors } from "../../../emulator/cost-management";
import { errorDetails } from "../../../emulator/cost-management/errors";
import { daily, definition, refusal, world } from "./world";

test("every error has a source that says how it is known", () => {
  expect(errorNames.length).toBeGreaterThan(40);
  for (const name of errorNames) expect(errors[name].source).toMatch(/^(observed|documented|assumed)/);
});

test("names are unique and all listed", () => {
  expect(new Set(errorNames).size).toBe(Object.keys(errors).length);
});

describe("the two shapes of one refusal", () => {
  const broken = daily(definition({ timeframe: "Custom" }));
  const message = "Request properties validation failed: Missing definition timePeriod; specify a period in the past.";
  const inOld = `400 400: ${message}\n (Request ID: REQ)`;
  const inNew = `400 BadRequest: ${message}`;

  test.each([
    ["by-generation", "2023-11-01", inOld],
    ["by-generation", "2025-03-01", inNew],
    ["old", "2025-03-01", inOld],
    ["new", "2023-11-01", inNew],
  ] as const)("shape %s on %s", (errorShape, apiVersion, answer) => {
    expect(refusal(world({ errorShape }).put("daily", broken, { apiVersion, requestId: "REQ" }))).toBe(answer);
  });
});

test("an absent export was only ever seen in the old shape, so both generations answer it", () => {
  expect(refusal(world().get("daily", { requestId: "REQ" }))).toMatch(/^404 404: .* \(Request ID: REQ\)$/);
  expect(refusal(world({ errorShape: "new" }).get("daily"))).toMatch(/^404 NotFound: No export found for daily, /);
});

test("ARM's front door has one shape", () => {
  expect(refusal(world({ errorShape: "old" }).list({ apiVersion: null }))).toMatch(/^400 MissingApiVersionParameter: /);
});

test("the throttle's answer has one shape", () => {
  const context = { generation: "old", errorShape: "by-generation", requestId: "REQ" } as const;

  expect(errorDetails(errors.tooManyRequests(), context)).toEqual({
    code: "429",
    message: "Too many requests. Please retry.",
  });
});
