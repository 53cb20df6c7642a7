import type { ExecutionState } from '@conv3n/workflow';

/**
 * When an execution in which nothing happens has to wake: the earliest wait, retry or timeout. Undefined while anything else is
 * open, so that it has to stay in memory.
 */
export function wakeTime(state: ExecutionState): number | undefined {
  if (state.ending || state.final || state.queued || state.startedAt === null) return undefined;
  const { timeoutMs } = state.plan;
  let earliest = timeoutMs === null ? Number.POSITIVE_INFINITY : state.startedAt + timeoutMs;
  let waits = false;
  for (const step of state.active) {
    const { node, startedAt } = step;
    if (node.control && node.timeoutMs !== null && startedAt !== null) {
      earliest = Math.min(earliest, startedAt + node.timeoutMs);
    }
    if (step.status === 'waiting' && step.until !== null) {
      waits = true;
      earliest = Math.min(earliest, step.until);
    } else if (!(step.status === 'running' && step.progress && step.progress.active.size > 0)) {
      return undefined;
    }
  }
  return waits ? earliest : undefined;
}
