import type { JsonObject } from '@conv3n/platform';

/** An event as a decider makes it: a past-tense name and its data. */
export interface DomainEvent<Type extends string = string, Data extends object = JsonObject> {
  readonly type: Type;
  readonly data: Data;
}

/** Facts about where an event came from, stored once per event. */
export interface EventMetadata {
  readonly correlationId?: string;
  readonly causationId?: string;
  /** Subject of the caller, as in `Caller.subject`. */
  readonly actor?: string;
  readonly traceparent?: string;
}

/** An event as the store returns it. `stream` plus `version` identify it for ever; nothing of it changes. */
export interface RecordedEvent<Event extends DomainEvent<string, object> = DomainEvent> {
  readonly stream: string;
  /** 1 for the first event of the stream, then without gaps. */
  readonly version: number;
  /** Global order over all streams: strictly increasing in commit order; a reader that saw n never later finds a smaller one. */
  readonly position: number;
  readonly type: Event['type'];
  /** Version of the data's shape, 1 unless declared; upcasters raise it on read. */
  readonly schemaVersion: number;
  readonly data: Event['data'];
  /** Milliseconds since the Unix epoch, from the store's clock at append. */
  readonly time: number;
  readonly metadata: EventMetadata;
}
