import { memoryCheckpoints } from './checkpoint.ts';
import { memoryEventStore } from './memory-event-store.ts';
import { checkpointStoreContract } from './testing/checkpoint-store-contract.ts';
import { manualClock } from './testing/manual-clock.ts';

checkpointStoreContract('checkpoints in memory', async () => {
  const store = memoryEventStore({ clock: manualClock() });
  return { checkpoints: memoryCheckpoints(), commit: (writes) => store.commit(writes), dispose: () => store.close() };
});
