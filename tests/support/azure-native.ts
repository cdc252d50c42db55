/** ARM for what stands around a stack in a test. */
import type { Project } from "./stack";

/** Time passes, so that registrations and runs end. */
export async function whileTimePasses<T>(project: Project, action: Promise<T>): Promise<T> {
  const timer = setInterval(() => project.emulator.control.clock.advance(60_000), 200);
  try {
    return await action;
  } finally {
    clearInterval(timer);
  }
}

/** A request to ARM by somebody who may do everything, beside the stack. */
export async function askArm(
  { emulator }: Pick<Project, "emulator">,
  method: string,
  path: string,
  { apiVersion = "2022-04-01", body }: { readonly apiVersion?: string; readonly body?: object } = {},
): Promise<unknown> {
  const { environment, httpUrl } = emulator;
  const identity = await fetch(
    `${environment["ARM_MSI_ENDPOINT"] ?? ""}?api-version=2019-08-01&resource=https://management.azure.com/`,
    { headers: { "x-identity-header": environment["IDENTITY_HEADER"] ?? "" } },
  );
  const { access_token: token } = (await identity.json()) as { access_token: string };
  const answer = await fetch(`${httpUrl}${path}?api-version=${apiVersion}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}

export interface RoleAssignment {
  readonly id: string;
  readonly properties: { readonly principalId: string; readonly scope: string; readonly roleDefinitionId: string };
}

/** All role assignments that the emulator holds. */
export async function roleAssignments(project: Pick<Project, "emulator">): Promise<readonly RoleAssignment[]> {
  const path = "/providers/Microsoft.Authorization/roleAssignments";
  return ((await askArm(project, "GET", path)) as { value: readonly RoleAssignment[] }).value;
}

export function subscriptionOf({ emulator }: Pick<Project, "emulator">): string {
  return `/subscriptions/${emulator.environment["ARM_SUBSCRIPTION_ID"] ?? ""}`;
}

/** An account that another stack made. Returns its id. */
export async function makeAccount(project: Pick<Project, "emulator">, name = "finops"): Promise<string> {
  const group = `${subscriptionOf(project)}/resourceGroups/${name}`;
  const account = `${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
  await askArm(project, "PUT", group, { apiVersion: "2024-03-01", body: { location: "westeurope" } });
  const body = { location: "westeurope", kind: "StorageV2", sku: { name: "Standard_LRS" } };
  await askArm(project, "PUT", account, { apiVersion: "2024-01-01", body });
  return account;
}

/** A container that somebody else made. Returns its id. */
export async function makeContainer(
  project: Pick<Project, "emulator">,
  account: string,
  name: string,
): Promise<string> {
  const container = `${account}/blobServices/default/containers/${name}`;
  await askArm(project, "PUT", container, { apiVersion: "2024-01-01", body: {} });
  return container;
}
