import type { AtomicWrite, JsonObject } from '@conv3n/platform';

/** An event about to be appended: its version is certain, its position is not yet given. */
export interface PendingEvent {
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly data: JsonObject;
}

/** A read model that is never behind: its writes commit with the events, and a write that fails refuses the events. */
export interface InlineProjection {
  readonly name: string;
  /** Pure; may run again when the append meets a conflict. */
  apply(event: PendingEvent): readonly AtomicWrite[];
}
