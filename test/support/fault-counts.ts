/** How much a fault test does. */
export interface FaultCounts {
  readonly executions: number;
  readonly kills: number;
  /** Limit of the whole test. */
  readonly timeoutMs: number;
}

/** A tenth in `npm test`; everything with `CONV3N_SOAK=1`, as `npm run test:soak` sets it. */
export function faultCounts(soak = process.env['CONV3N_SOAK'] === '1'): FaultCounts {
  return soak
    ? { executions: 1000, kills: 200, timeoutMs: 3_600_000 }
    : { executions: 100, kills: 20, timeoutMs: 180_000 };
}
