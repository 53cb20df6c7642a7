import type { JsonValue } from '@conv3n/platform';

/** What a person decided about a step in doubt. `data` counts for `succeed` only. */
export interface Decision {
  readonly node: string;
  readonly iteration?: readonly number[];
  readonly decision: 'retry' | 'skip' | 'fail' | 'succeed';
  readonly data?: JsonValue;
  readonly by: string;
}
