/** Bounded undo history over immutable values. Laws: undo after push gives the value before; redo after undo gives it back; a push forgets the future. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** Successive pushes with the same key become one step, such as typing in one field. */
  readonly key?: string | undefined;
}

/** Steps kept; the oldest is forgotten beyond it. */
export const historyLimit = 200;

/** A history that starts at a value. */
export function startHistory<T>(present: T): History<T> {
  return { past: [], present, future: [] };
}

/** Makes `next` the present. */
export function push<T>(history: History<T>, next: T, key?: string): History<T> {
  if (Object.is(next, history.present)) return history;
  if (key !== undefined && key === history.key && history.past.length > 0) {
    return { ...history, present: next, future: [] };
  }
  return { past: [...history.past, history.present].slice(-historyLimit), present: next, future: [], key };
}

/** One step back; unchanged at the start. */
export function undo<T>(history: History<T>): History<T> {
  const previous = history.past.at(-1);
  if (history.past.length === 0 || previous === undefined) return history;
  return { past: history.past.slice(0, -1), present: previous, future: [history.present, ...history.future] };
}

/** One step forward; unchanged at the end. */
export function redo<T>(history: History<T>): History<T> {
  const [next, ...rest] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future: rest };
}
