/** Where an emulator's files lie: a storage account of Azurite, or a folder. */
import type { EmulatorRequest, EmulatorResponse } from "../types";
import type { Sink } from "./sink";

export interface Place {
  readonly blobEndpoint?: string;
  /** Makes the account, or a container of it, ready. */
  open(account: string, container?: string): Promise<void>;
  /** With a SAS token: as far as the token reaches. */
  readonly sinkFor: (account: string, sasToken?: string) => Promise<Sink>;
  /** A signed address of a blob; from a slash on, one of the emulator. */
  readonly linkTo: (blob: BlobPath, until: LinkEnd) => Promise<string>;
  connectionString?(account: string): string;
  serve?(request: EmulatorRequest): EmulatorResponse;
  close(): Promise<void>;
}

export interface BlobPath {
  readonly account: string;
  readonly container: string;
  readonly name: string;
}

/** The end of a link, on the clock of whoever checks it. */
export interface LinkEnd {
  readonly real: Date;
  /** Milliseconds since the epoch. */
  readonly emulated: number;
}
