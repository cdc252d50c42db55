/** Types of judge.cjs for the tests. */
export interface Finding {
  readonly kind: "unsound" | "incomplete" | "overstrict";
  /** What the service said; undefined where it took what check refuses. */
  readonly refused: string | undefined;
  readonly position: "default" | "strict" | "tolerant";
  readonly raw: unknown;
  readonly failures: readonly string[];
  readonly warnings: readonly string[];
}

export interface Judge {
  readonly judge: (raw: unknown) => {
    readonly findings: readonly Finding[];
    readonly outcome: Readonly<Record<string, number>>;
  };
}

/** The exports of validate, wire, fields, api-versions, export-decide, the emulator's types and its createCostManagement. */
export function createJudge(modules: Readonly<Record<string, unknown>>, now: number): Judge;
