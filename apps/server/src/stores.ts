import type { EventStore } from '@conv3n/potter';
import type { Storage } from '@conv3n/runtime';
import type { BlobStore, ExecutionIndex } from '@conv3n/workflow';

/** Everything durable, on one backend so that writes commit together. */
export interface Stores {
  readonly events: EventStore;
  readonly storage: Storage;
  readonly index: ExecutionIndex;
  readonly blobs: BlobStore;
  close(): Promise<void>;
}
