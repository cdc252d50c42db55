import { contractExceptions, knownException } from "../../../emulator/cost-management";

test.each([
  ["request", "READONLY_PROPERTY_NOT_ALLOWED_IN_REQUEST", "/properties/nextRunTimeEstimate", "2025-03-01"],
  ["request", "OBJECT_MISSING_REQUIRED_PROPERTY", "/properties/definition/type", "2021-10-01"],
  ["request", "ENUM_CASE_MISMATCH", "$.identity.type", "2023-11-01"],
  ["response", "ENUM_CASE_MISMATCH", "/value/3/properties/format", "2023-11-01"],
  [
    "response",
    "ENUM_CASE_MISMATCH",
    "$.value[0].properties.runHistory.value[1].properties.runSettings.format",
    "2025-03-01",
  ],
  ["response", "SECRET_PROPERTY", "/value/0/properties/runSettings/deliveryInfo/destination/sasToken", "2024-08-01"],
] as const)("in a %s, %s at %s on %s is known", (where, code, path, version) => {
  expect(knownException({ where, code, path, version })).toBeDefined();
});

test.each([
  ["response", "READONLY_PROPERTY_NOT_ALLOWED_IN_REQUEST", "/properties/nextRunTimeEstimate", "2025-03-01"],
  ["request", "OBJECT_MISSING_REQUIRED_PROPERTY", "/properties/definition/type", "2025-03-01"],
  ["response", "OBJECT_ADDITIONAL_PROPERTIES", "/properties/format", "2025-03-01"],
  ["response", "ENUM_CASE_MISMATCH", "/properties/exportDescription", "2025-03-01"],
] as const)("in a %s, %s at %s on %s is a fault", (where, code, path, version) => {
  expect(knownException({ where, code, path, version })).toBeUndefined();
});

test("every exception has a source", () => {
  for (const { source } of contractExceptions) expect(source).toMatch(/^(observed|documented|assumed)/);
});
