import { memoryEventStore } from './memory-event-store.ts';
import { memoryAtomicWrite } from './memory-transaction.ts';
import { eventStoreContract } from './testing/event-store-contract.ts';

eventStoreContract(
  'the store in memory',
  async (options) => {
    const store = memoryEventStore(options);
    const notes: string[] = [];
    const note = (text: string, then = () => {}) =>
      memoryAtomicWrite(store.backend, (transaction) => {
        const before = notes.length;
        transaction.onUndo(() => {
          notes.length = before;
        });
        notes.push(text);
        then();
      });
    return {
      store,
      note,
      noteAndThrow: (text, error) =>
        note(text, () => {
          throw error;
        }),
      notes: () => notes,
      dispose: () => store.close(),
    };
  },
  { durable: false },
);
