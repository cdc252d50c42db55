/** What an operation on exports gets, and what it gives back. */
import type { Scope } from "../../provider/cost-management/scopes";
import type { EmulatorRequest, EmulatorResponse } from "../types";
import type { AnswerContext } from "./answer";
import type { ServiceError } from "./errors";
import type { Service } from "./service";
import type { SpokenVersion } from "./versions";

export interface Asked {
  readonly service: Service;
  readonly request: EmulatorRequest;
  readonly spoken: SpokenVersion;
  readonly scope: Scope;
}

export interface AskedByName extends Asked {
  readonly name: string;
}

export type Result = EmulatorResponse | { readonly refused: ServiceError };

export const refused = (error: ServiceError): Result => ({ refused: error });

export function answerContext({ service, spoken }: Asked): AnswerContext {
  const { switches, clock } = service.options;
  return { spoken, switches, now: clock.now(), runTimes: service.runTimes };
}

/** What stands for the subscription where a scope has none is not on record: its own id (assumed). */
export const idOf = (scope: Scope): string => scope.ids["subscriptionId"] ?? scope.path.split("/").at(-1) ?? "";

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
