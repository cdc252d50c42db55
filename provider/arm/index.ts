export type { ArmClient, ArmRequest, ArmResponse, BlobStorage, Clock, OperationClass } from "./types";
export { createArmClient, type ArmClientDeps } from "./client";
export { systemClock } from "./clock";
export { createCredential, type Credential } from "./credentials";
export {
  ArmConnectionError,
  ArmError,
  ArmResponseError,
  CredentialError,
  DeadlineError,
  OutcomeUnknownError,
  SettingsError,
} from "./errors";
export { redact, rememberSecrets } from "./redact";
export { readArmSettings, type ArmSettings, type SettingsSource } from "./settings";
