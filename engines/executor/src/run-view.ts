import type { ExecutionView } from '@conv3n/workflow';
import { renderView } from './execution-history.ts';
import type { ExecutionRun } from './execution-run.ts';

/** The view of a run at a moment when everything in it is durable. @throws what the run was closed with */
export async function renderRun(run: ExecutionRun): Promise<ExecutionView> {
  if (!run.durable) await run.onDurable();
  if (run.failure) throw run.failure;
  return renderView(run.host.values, run.state);
}

/** Resolves when the run rests or closes. @throws the signal's reason, or what the run was closed with */
export async function restOf(run: ExecutionRun, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  if (run.resting) return;
  const { done, cancel } = run.waits.onRest();
  if (!signal) return done;
  const leave = Promise.withResolvers<void>();
  const onAbort = () => leave.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([done, leave.promise]);
  } finally {
    cancel();
    signal.removeEventListener('abort', onAbort);
  }
}
