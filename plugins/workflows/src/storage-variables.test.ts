import { testPlatform } from '@conv3n/platform/testing';
import { memoryEventStore } from '@conv3n/potter';
import { memoryStorage } from '@conv3n/runtime';
import { variableStoreContract } from '@conv3n/workflow/testing';
import { storageVariables } from './storage-variables.ts';

variableStoreContract('storage', async () => {
  const platform = testPlatform();
  const events = memoryEventStore(platform);
  const storage = memoryStorage(platform);
  let version = 0;
  return {
    variables: storageVariables(storage),
    async commit(writes) {
      await events.append('writes', version, [{ type: 'written', data: {} }], { writes });
      version += 1;
    },
    advance: (ms) => platform.advance(ms),
    close: () => storage.close(),
  };
});
