import { type AtomicWrite, toConv3nError } from '@conv3n/platform';
import type { DomainEvent } from '@conv3n/potter';
import type { ExecutionEvent, ExecutionSummary } from '@conv3n/workflow';
import { type Host, streamOf } from './host.ts';

/** Who hears what became of a write. */
export interface WriterEvents {
  written(): void;
  /** Nothing of the write was stored, and it will not be tried again. */
  lost(error: Error): void;
}

/** Appends an execution's events together with its row in the list of executions; one append at a time. */
export class StreamWriter {
  readonly #host: Host;
  readonly #id: string;
  readonly #events: WriterEvents;
  /** Version of the last durable event; 0 before the first. */
  #version: number;
  #indexed: ExecutionSummary | undefined;
  #failures = 0;

  constructor(host: Host, id: string, version: number, events: WriterEvents) {
    this.#host = host;
    this.#id = id;
    this.#version = version;
    this.#events = events;
  }

  /** The row that is stored already. */
  indexed(summary: ExecutionSummary): void {
    this.#indexed = summary;
  }

  write(events: readonly ExecutionEvent[], writes: AtomicWrite[], summary: ExecutionSummary): void {
    if (!this.#indexed || differs(this.#indexed, summary)) writes.push(this.#host.index.put(summary));
    this.#append(events, writes, summary);
  }

  #append(events: readonly ExecutionEvent[], writes: readonly AtomicWrite[], summary: ExecutionSummary): void {
    const expected = this.#version === 0 ? 'none' : this.#version;
    const stored = events as unknown as DomainEvent[];
    this.#host.store.append(streamOf(this.#id), expected, stored, { writes }).then(
      ({ version }) => {
        this.#failures = 0;
        this.#version = version;
        this.#indexed = summary;
        this.#events.written();
      },
      (error: unknown) => this.#failed(error, () => this.#append(events, writes, summary)),
    );
  }

  /** A store that is full or busy gets the same append again; anything else ends the run, and the stream stays as it was. */
  #failed(thrown: unknown, again: () => void): void {
    const error = toConv3nError(thrown);
    const { platform, alarms } = this.#host;
    this.#failures += 1;
    const lost = this.#version === 0 || !error.retryable || this.#host.draining();
    platform.log.write('error', 'execution events were not stored', {
      execution: this.#id,
      code: error.code,
      attempt: this.#failures,
      given_up: lost,
    });
    if (lost) this.#events.lost(error);
    else alarms.add(platform.clock.now() + Math.min(30_000, 100 * 2 ** Math.min(this.#failures, 10)), again);
  }
}

function differs(a: ExecutionSummary, b: ExecutionSummary): boolean {
  return (
    a.status !== b.status || a.startedAt !== b.startedAt || a.finishedAt !== b.finishedAt || a.errorCode !== b.errorCode
  );
}
