import type { ErrorDetail } from '@conv3n/platform';
import type { RetryPlan } from './plan.ts';
import type { Effect } from './workflow-file.ts';

/** Whether a failed attempt may be repeated. An external effect only when the error is known to precede it. */
export function mayRetry(
  retry: RetryPlan | null,
  effect: Effect,
  attempt: number,
  failure: { readonly error: ErrorDetail; readonly beforeEffect?: boolean },
): boolean {
  if (!retry || attempt >= retry.maxAttempts) return false;
  if (effect === 'external' && failure.beforeEffect !== true) return false;
  return retry.on ? retry.on.has(failure.error.code) : failure.error.retryable;
}

/** Milliseconds before the next attempt. `random` is in [0, 1); a longer wish of the other side wins, within the policy's bound. */
export function retryDelay(retry: RetryPlan, attempt: number, random: () => number, retryAfterMs = 0): number {
  const growth = retry.exponential ? 2 ** Math.min(attempt - 1, 40) : 1;
  const full = Math.min(retry.delayMs * growth, retry.maxDelayMs);
  const delay = retry.jitter ? full * random() : full;
  return Math.round(Math.max(delay, Math.min(retryAfterMs, retry.maxDelayMs)));
}
