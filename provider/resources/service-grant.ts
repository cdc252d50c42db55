/**
 * The ServiceGrant resource: the role that the service itself assigns to an export's identity when it writes the export
 * (documented). It is looked for after the export is made, because without it every delivery fails; and it is removed on
 * destroy, because the service leaves it behind (documented: one identity per export, orphaned assignments).
 *
 * Nothing is assigned here: an assignment beside the service's own on the same scope is refused (RoleAssignmentExists).
 */
import { ArmResponseError } from "../arm/errors";
import { apiVersions, newestApiVersion } from "../cost-management/api-versions";
import { duration } from "../cost-management/dates";
import { parseRuns } from "../cost-management/runs";
import { isRecord, isUnknown } from "../cost-management/unknown";
import { requestBody } from "../cost-management/wire";
import { ResourceError } from "./errors";
import { withCure } from "./explain";
import { addressOf, requestFor } from "./export-reader";
import { pick, sameId, text } from "./plain";
import type { PlainObject, Resource, ResourceContext } from "./resource";
import { assignmentExists, deleteAssignment, findAssignment } from "./role-assignments";
import { serviceGrantProblems } from "./service-grant-check";

/** Built-in (documented). */
const role = { id: "ba92f5b4-2d11-453d-a403-e96b0029c9fe", name: "Storage Blob Data Contributor" } as const;

const identifying = ["exportId", "principalId", "storageAccountId", "containerName"] as const;
const inputKeys = [...identifying, "required", "timeouts"] as const;
/** After half a minute against Azure: before that, an assignment that was made may only not show yet. */
const looksBeforeWrite = 5;
/** Assignments show within seconds as a rule; ARM promises no time. */
const defaultTimeouts = { create: "2m", delete: "15m" } as const;

export const serviceGrantResource: Resource = {
  check: (_previous, inputs) => ({
    inputs: { required: true, ...pick(inputs, inputKeys) },
    failures: serviceGrantProblems(inputs, Object.keys(defaultTimeouts)),
    warnings: [],
  }),
  // Another place or principal is another assignment: that one is found first, and only then the old one is removed.
  diff: (_id, state, inputs) => {
    const replaces = identifying.filter((key) => isUnknown(inputs[key]) || !sameId(state[key], inputs[key]));
    const changed = ["required", "timeouts"].some((key) => text(state[key]) !== text(inputs[key]));
    return { changes: replaces.length > 0 || changed, replaces, deleteBeforeReplace: false };
  },
  create: async (inputs, context) => {
    const assignmentId = await awaitAssignment(inputs, context);
    return {
      id: assignmentId ?? `${containerOf(inputs)}/principals/${String(inputs["principalId"])}`,
      state: stateOf(inputs, assignmentId),
    };
  },
  update: async (_id, state, inputs, context) => {
    const assignmentId = assignmentOf(state) ?? (await awaitAssignment(inputs, context));
    return { state: stateOf(inputs, assignmentId) };
  },
  read: async (id, state, context) => {
    if (state === undefined) {
      throw new ResourceError(
        "NotFound",
        `${id}: the service's assignment is looked up by its export: make a ServiceGrant with exportId, principalId, storageAccountId and containerName.`,
      );
    }
    const assignmentId = assignmentOf(state);
    try {
      // One that is gone is looked for anew where the program still wants it, and missed where it is needed.
      const gone =
        assignmentId !== undefined &&
        !(await assignmentExists(assignmentId, context, context.clock.now() + 5 * 60_000));
      return gone ? undefined : { state, inputs: pick(state, inputKeys) };
    } catch (error) {
      throw withCure(`Cannot read the role assignment ${assignmentId ?? ""}`, error);
    }
  },
  delete: async (_id, state, context) => {
    const assignmentId = assignmentOf(state);
    if (assignmentId === undefined) return;
    await awaitRuns(state, context);
    try {
      await deleteAssignment(assignmentId, context, context.clock.now() + 5 * 60_000);
    } catch (error) {
      throw error instanceof ArmResponseError && error.status === 403
        ? mayNotDelete(assignmentId, error)
        : withCure(`Cannot remove the role assignment ${assignmentId}`, error);
    }
  },
};

/** Looks until the assignment shows; undefined where there is none and none is needed. */
async function awaitAssignment(inputs: PlainObject, context: ResourceContext): Promise<string | undefined> {
  const required = inputs["required"] !== false;
  const principalId = String(inputs["principalId"]);
  const wanted = { principalId, role: role.id, scope: containerOf(inputs) };
  const deadline = context.clock.now() + timeoutOf(inputs, "create");
  try {
    for (let attempt = 1; ; attempt++) {
      const found = await findAssignment(wanted, context, Math.max(deadline, context.clock.now() + 60_000));
      if (found !== undefined || !required) return found;
      const wait = context.waitUnit * Math.min(3, attempt);
      if (context.clock.now() + wait >= deadline) throw missing(inputs);
      if (attempt === 1) context.progress(`Waiting for the role that the service assigns to ${principalId}.`);
      if (attempt === looksBeforeWrite) await writeAgain(inputs, context, deadline);
      await context.clock.sleep(wait);
    }
  } catch (error) {
    if (required || !(error instanceof ArmResponseError) || error.status !== 403)
      throw withCure(`Cannot read the role assignments on ${wanted.scope}`, error);
    context.warn(
      `You may not see the role assignments on ${wanted.scope}. Where the service made one for ${principalId}, it stays behind when the export goes.`,
    );
    return undefined;
  }
}

/**
 * The service assigns the role when the export is written (documented), and at no other time: an assignment that somebody
 * removed since comes back with the next write alone. The export is sent as it is.
 */
async function writeAgain(inputs: PlainObject, context: ResourceContext, deadline: number): Promise<void> {
  const exportId = String(inputs["exportId"]);
  try {
    const live = await context.reader.get(exportId, newestApiVersion, deadline);
    // Of an export that has another identity by now, the refresh will tell.
    if (live === undefined || !sameId(live.principalId, inputs["principalId"])) return;
    context.progress(
      `The export ${exportId} is written again as it is: the service assigns the role when it is written.`,
    );
    await context.assertEngine();
    const body = requestBody(live.values, apiVersions[newestApiVersion], live);
    await context.arm.send({ ...requestFor(exportId, "PUT", newestApiVersion, deadline), body });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.warn(`The export ${exportId} could not be written again so that the service assigns the role. ${reason}`);
  } finally {
    context.reader.forget(addressOf(exportId).scope);
  }
}

function missing(inputs: PlainObject): ResourceError {
  const [principalId, container] = [String(inputs["principalId"]), containerOf(inputs)];
  const command = `az role assignment create --role "${role.name}" --assignee-object-id ${principalId} --assignee-principal-type ServicePrincipal --scope "${container}"`;
  return new ResourceError(
    "NotFound",
    `The service did not assign ${role.name} to the principal ${principalId} of ${String(inputs["exportId"])} on the container ${container}, so no delivery can be written. ` +
      "It does that when the export is written (here it was written again, where the time to wait allowed that), with the rights of whoever deploys: Microsoft.Authorization/roleAssignments/write on the storage account. " +
      `Let somebody who has them run\n  ${command}\nand run the deployment again; or set grant: "account" for an assignment of the program's own on the storage account, or grant: "none" where the right comes from elsewhere. ` +
      `Where the assignment is there and only shows later, raise the time to wait (${timeoutText(inputs, "create")}; timeouts.create, grantTimeout of the components).`,
  );
}

function mayNotDelete(assignmentId: string, cause: ArmResponseError): ResourceError {
  return new ResourceError(
    "Refused",
    `You may not remove the role assignment ${assignmentId}, which the service made for the export: ${cause.message}\n` +
      "That takes Microsoft.Authorization/roleAssignments/delete on the storage account (Owner, User Access Administrator or Role Based Access Control Administrator). " +
      `Let somebody who has it run\n  az role assignment delete --ids "${assignmentId}"\nand run the deployment again.`,
    { cause },
  );
}

/** A delivery that is under way needs the role to its end. */
async function awaitRuns(state: PlainObject, context: ResourceContext): Promise<void> {
  const exportId = String(state["exportId"]);
  const deadline = context.clock.now() + timeoutOf(state, "delete");
  try {
    for (let attempt = 1; await isRunning(exportId, context); attempt++) {
      const wait = context.waitUnit * Math.min(6, attempt);
      if (context.clock.now() + wait >= deadline) {
        context.warn(
          `A run of ${exportId} is still under way after ${timeoutText(state, "delete")} (timeouts.delete). Its role is removed all the same; the run may fail.`,
        );
        return;
      }
      if (attempt === 1) context.progress(`A run of ${exportId} is under way; its role is removed when it has ended.`);
      await context.clock.sleep(wait);
    }
  } catch (error) {
    // What cannot be seen must not keep a stack from being destroyed.
    const reason = error instanceof Error ? error.message : String(error);
    context.warn(`Whether a run of ${exportId} is under way cannot be seen; its role is removed. ${reason}`);
  }
}

async function isRunning(exportId: string, context: ResourceContext): Promise<boolean> {
  const { scope, exportName } = addressOf(exportId);
  const { status, body } = await context.arm.send({
    method: "GET",
    path: `${scope}/providers/Microsoft.CostManagement/exports/${exportName}/runHistory`,
    apiVersion: newestApiVersion,
    operation: "poll",
    scope,
    deadline: context.clock.now() + 60_000,
  });
  return status !== 404 && parseRuns(body).some(({ outcome }) => outcome === "running");
}

function stateOf(inputs: PlainObject, assignmentId: string | undefined): PlainObject {
  return { ...pick(inputs, inputKeys), ...(assignmentId === undefined ? {} : { assignmentId }) };
}

function assignmentOf(state: PlainObject): string | undefined {
  const id = state["assignmentId"];
  return typeof id === "string" ? id : undefined;
}

function containerOf({ storageAccountId, containerName }: PlainObject): string {
  const account = String(storageAccountId).replace(/^\/+|\/+$/g, "");
  return `/${account}/blobServices/default/containers/${String(containerName)}`;
}

function timeoutText(inputs: PlainObject, key: keyof typeof defaultTimeouts): string {
  const timeouts = isRecord(inputs["timeouts"]) ? inputs["timeouts"] : {};
  const given = timeouts[key];
  return typeof given === "string" ? given : defaultTimeouts[key];
}

function timeoutOf(inputs: PlainObject, key: keyof typeof defaultTimeouts): number {
  return duration(timeoutText(inputs, key)) ?? 0;
}
