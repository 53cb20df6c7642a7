import type { AtomicWrite } from '@conv3n/platform';

/** What {@link AtomicWrite.apply} receives on the `memory` backend. */
export interface MemoryTransaction {
  /** Calls `listener` when a later write of the same commit throws; newest first. It must restore what this write changed. */
  onUndo(listener: () => void): void;
}

/** A write in memory that commits together with others of the same backend. */
export function memoryAtomicWrite(backend: string, apply: (transaction: MemoryTransaction) => void): AtomicWrite {
  return { backend, apply: (transaction) => apply(transaction as MemoryTransaction) };
}

/** Applies all writes or none: when one throws, those before it are undone and the error goes on. */
export function applyInMemory(writes: readonly AtomicWrite[]): void {
  const undo: (() => void)[] = [];
  const transaction: MemoryTransaction = {
    onUndo: (listener) => {
      undo.push(listener);
    },
  };
  try {
    for (const write of writes) write.apply(transaction);
  } catch (error) {
    for (const listener of undo.reverse()) listener();
    throw error;
  }
}
