import { memoryAtomicWrite } from '@conv3n/potter';
import { isTerminal } from './execution.ts';
import type { ExecutionIndex, ExecutionQuery, ExecutionSummary } from './execution-index.ts';

/** The list of executions in memory, for `conv3n run` and tests. */
export function memoryExecutionIndex(options: { readonly backend?: string } = {}): ExecutionIndex {
  const backend = options.backend ?? 'memory';
  const rows = new Map<string, ExecutionSummary>();
  const restore = (id: string, before: ExecutionSummary | undefined) => () => {
    if (before) rows.set(id, before);
    else rows.delete(id);
  };
  const oldestFirst = () => [...rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    backend,
    put: (summary) =>
      memoryAtomicWrite(backend, (transaction) => {
        transaction.onUndo(restore(summary.id, rows.get(summary.id)));
        rows.set(summary.id, summary);
      }),
    remove: (ids) =>
      memoryAtomicWrite(backend, (transaction) => {
        for (const id of ids) {
          transaction.onUndo(restore(id, rows.get(id)));
          rows.delete(id);
        }
      }),
    async get(id) {
      return rows.get(id);
    },
    async list(query) {
      const limit = query.limit ?? 50;
      const found = oldestFirst()
        .reverse()
        .filter((row) => matches(row, query));
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return found.length > limit && last ? { items, next: last.id } : { items };
    },
    async open({ after, limit }) {
      return oldestFirst()
        .filter((row) => !isTerminal(row.status) && (after === undefined || row.id > after))
        .slice(0, limit)
        .map((row) => row.id);
    },
    async expired({ before, keep, limit }) {
      const ended = oldestFirst().filter((row) => isTerminal(row.status));
      const surplus = keep === undefined ? 0 : Math.max(0, ended.length - keep);
      return ended
        .filter((row, index) => index < surplus || (before !== undefined && (row.finishedAt ?? 0) < before))
        .slice(0, limit)
        .map((row) => row.id);
    },
    async countOpen(workflowId) {
      let count = 0;
      for (const row of rows.values()) {
        if (!isTerminal(row.status) && (workflowId === undefined || row.workflowId === workflowId)) count += 1;
      }
      return count;
    },
  };
}

function matches(row: ExecutionSummary, query: ExecutionQuery): boolean {
  return (
    (query.workflowId === undefined || row.workflowId === query.workflowId) &&
    (query.status === undefined || row.status === query.status) &&
    (query.from === undefined || row.createdAt >= query.from) &&
    (query.to === undefined || row.createdAt < query.to) &&
    (query.after === undefined || row.id < query.after)
  );
}
