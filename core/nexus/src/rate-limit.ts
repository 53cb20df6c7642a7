import type { Clock } from '@conv3n/platform';

export interface RateLimitOptions {
  /** Requests a quiet caller may send at once. */
  readonly burst: number;
  /** Requests per second that are given back. */
  readonly perSecond: number;
  /** Callers remembered; the longest unseen is forgotten first. @default 10000 */
  readonly maxSubjects?: number;
}

/** Takes one request of `subject`: 0 when allowed, else the milliseconds to wait. */
export type RateLimit = (subject: string) => number;

interface Bucket {
  tokens: number;
  at: number;
}

/** One token bucket per caller, in a bounded map ordered by last use. */
export function tokenBuckets(options: RateLimitOptions, clock: Pick<Clock, 'monotonic'>): RateLimit {
  const { burst, perSecond, maxSubjects = 10_000 } = options;
  const buckets = new Map<string, Bucket>();
  return (subject) => {
    const now = clock.monotonic();
    const bucket = buckets.get(subject) ?? { tokens: burst, at: now };
    buckets.delete(subject);
    buckets.set(subject, bucket);
    if (buckets.size > maxSubjects) buckets.delete(buckets.keys().next().value as string);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    return Math.ceil(((1 - bucket.tokens) / perSecond) * 1000);
  };
}
