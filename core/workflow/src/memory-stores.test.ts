import { testPlatform } from '@conv3n/platform/testing';
import { memoryEventStore } from '@conv3n/potter';
import { memoryBlobStore } from './memory-blob-store.ts';
import { memoryExecutionIndex } from './memory-execution-index.ts';
import { memoryVariableStore } from './memory-variable-store.ts';
import { blobStoreContract } from './testing/blob-store-contract.ts';
import { executionIndexContract } from './testing/execution-index-contract.ts';
import { variableStoreContract } from './testing/variable-store-contract.ts';

executionIndexContract('memory', async () => {
  const store = memoryEventStore({ clock: testPlatform().clock });
  return { index: memoryExecutionIndex(), commit: (writes) => store.commit(writes) };
});

blobStoreContract('memory', async () => ({
  blobs: memoryBlobStore({ maxBlobBytes: 200_000 }),
  tooLarge: new Uint8Array(200_001),
}));

variableStoreContract('memory', async () => {
  const platform = testPlatform();
  const store = memoryEventStore({ clock: platform.clock });
  const variables = memoryVariableStore({ clock: platform.clock });
  return { variables, commit: (writes) => store.commit(writes), advance: (ms) => platform.advance(ms) };
});
