/** Types of azure-native-types.cjs for the tests. */
export interface NativeType {
  readonly apiVersion: string;
  readonly named: string;
  readonly address: readonly string[];
  readonly top: readonly string[];
  readonly rename?: Readonly<Record<string, string>>;
}
export const types: Readonly<Record<string, NativeType>>;
