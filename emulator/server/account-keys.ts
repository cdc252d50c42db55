import { createHmac } from "node:crypto";

/** The two keys of a storage account, Base64: the same for the same name, which is unique in Azure. They protect nothing. */
export function accountKeys(name: string): readonly [string, string] {
  const key = (keyName: string): string =>
    createHmac("sha512", "emulator").update(`${name} ${keyName}`).digest("base64");
  return [key("key1"), key("key2")];
}
