/** When and how often a failed attempt is repeated. */
export interface RetryOptions {
  /** Repetitions after the first attempt. @default 2 */
  readonly retries?: number;
  /** Longest first wait in milliseconds; doubles each time. @default 200 */
  readonly baseMs?: number;
  /** Longest wait in milliseconds; a server that asks for more is not asked again. @default 10000 */
  readonly maxMs?: number;
}

/** Milliseconds to wait before repetition `attempt` (0 is the first), with full jitter; undefined when it is not worth waiting. */
export function waitBefore(
  attempt: number,
  retryAfterMs: number | undefined,
  options: RetryOptions,
  random: () => number,
): number | undefined {
  const { retries = 2, baseMs = 200, maxMs = 10_000 } = options;
  if (attempt >= retries) return undefined;
  if (retryAfterMs !== undefined) return retryAfterMs > maxMs ? undefined : retryAfterMs;
  return random() * Math.min(maxMs, baseMs * 2 ** attempt);
}

/** Milliseconds of a Retry-After header: seconds or an HTTP date. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
