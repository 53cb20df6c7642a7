import type { Execution } from '@conv3n/sdk';
import type { EventView } from './execution-text.ts';

/** What a stream of an execution carries: first the whole view, then events, last `end`. */
export interface StreamItem {
  readonly event: string;
  readonly data: unknown;
}

export interface WatchOptions {
  readonly stream: AsyncIterable<StreamItem>;
  /** Reads the execution anew. */
  readonly read: () => Promise<Execution>;
  /** Gets the first view, when the stream begins with one. */
  readonly started?: (execution: Execution) => void;
  readonly seen: (event: EventView) => void;
}

/**
 * Shows events until nothing more happens by itself: the end, or the moment when only a person can go on because steps are in doubt.
 * Answers the execution as it is then.
 */
export async function watchExecution({
  stream,
  read,
  seen,
  started = () => undefined,
}: WatchOptions): Promise<Execution> {
  let doubtful = false;
  for await (const { event, data } of stream) {
    if (event === 'end') return data as Execution;
    if (event === 'execution') {
      started(data as Execution);
      continue;
    }
    seen(data as EventView);
    doubtful ||= event === 'step_in_doubt';
    if (!doubtful) continue;
    const now = await read();
    if (now.status === 'in_doubt') return now;
  }
  return read();
}
