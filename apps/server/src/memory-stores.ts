import type { Platform } from '@conv3n/platform';
import { memoryEventStore } from '@conv3n/potter';
import { memoryStorage } from '@conv3n/runtime';
import { memoryBlobStore, memoryExecutionIndex } from '@conv3n/workflow';
import type { Stores } from './stores.ts';

/** Stores that end with the process, for `conv3n run`. */
export function memoryStores(platform: Platform): Stores {
  const events = memoryEventStore({ clock: platform.clock });
  const storage = memoryStorage(platform);
  return {
    events,
    storage,
    index: memoryExecutionIndex(),
    blobs: memoryBlobStore(),
    async close() {
      await storage.close();
      await events.close();
    },
  };
}
