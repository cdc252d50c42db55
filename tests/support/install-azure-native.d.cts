/** Types of install-azure-native.cjs for the tests. */
export function installAzureNative(stack: { readonly home: string }): void;
