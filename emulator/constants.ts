/** The world that every emulator starts with. */

/** The tenant. */
export const tenantId = "7e2d1a10-0c5e-4f6a-9b0e-5a1f00000001";
/** The subscription that exists from the start. */
export const subscriptionId = "5b1c0de0-3a5e-4c57-8f0e-5a1f00000002";
/** The identity that the managed-identity endpoints speak for, unless a client asks for another. */
export const managedIdentityClientId = "c11e0000-1d5e-4a11-8a0e-5a1f00000003";
