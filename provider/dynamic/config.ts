/** The configuration of the stack, as the engine hands it over before the first call. */

export type ConfigReader = (key: string) => string | undefined;

let reader: ConfigReader | undefined;

/** Nothing is read or called before the first operation. */
export function takeConfig(read: ConfigReader): void {
  reader = read;
}

export function stackConfig(): ConfigReader | undefined {
  return reader;
}
