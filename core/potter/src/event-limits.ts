import type { AtomicWrite } from '@conv3n/platform';
import { potterErrors } from './errors.ts';
import type { DomainEvent, EventMetadata } from './event.ts';
import type { ReadAllOptions, ReadStreamOptions } from './event-store.ts';

/** Bounds that every event store keeps, so that data moves between stores. Lengths in UTF-16 units. */
export const eventLimits = Object.freeze({
  streamNameLength: 256,
  eventTypeLength: 128,
  /** JSON of data, and separately of metadata. */
  eventLength: 1_048_576,
  eventsPerAppend: 10_000,
  streamsPerDelete: 1000,
  readLimit: 10_000,
  defaultReadLimit: 1000,
});

/** An event as stores keep it: checked, and serialised once. */
export interface EncodedEvent {
  readonly type: string;
  readonly data: string;
}

/** Checks and serialises the events of one append. @throws Conv3nError `invalid_append`, `event_too_large` */
export function encodeEvents(stream: string, events: readonly DomainEvent<string, object>[]): readonly EncodedEvent[] {
  checkStreamName(stream);
  if (events.length === 0 || events.length > eventLimits.eventsPerAppend) {
    throw invalidAppend(`An append takes 1 to ${eventLimits.eventsPerAppend} events, not ${events.length}.`);
  }
  return events.map(encodeEvent);
}

function encodeEvent({ type, data }: DomainEvent<string, object>): EncodedEvent {
  if (!isName(type, eventLimits.eventTypeLength)) {
    throw invalidAppend(`Event type ${JSON.stringify(type)} is not 1 to ${eventLimits.eventTypeLength} characters.`);
  }
  return { type, data: encode(data, `Event ${type}`) };
}

/** Serialises metadata once per append; undefined when there is none. @throws Conv3nError `event_too_large` */
export function encodeMetadata(metadata: EventMetadata | undefined): string | undefined {
  if (metadata === undefined) return undefined;
  const text = encode(metadata, 'Event metadata');
  return text === '{}' ? undefined : text;
}

/** @throws Conv3nError `invalid_append` */
export function checkStreamName(stream: string): void {
  if (isName(stream, eventLimits.streamNameLength)) return;
  throw invalidAppend(
    `Stream name ${JSON.stringify(stream).slice(0, 80)} is not 1 to ${eventLimits.streamNameLength} well-formed characters.`,
  );
}

/** @throws Conv3nError `invalid_append` */
export function checkDeletion(streams: readonly string[]): void {
  if (streams.length > eventLimits.streamsPerDelete) {
    throw invalidAppend(`A deletion takes at most ${eventLimits.streamsPerDelete} streams, not ${streams.length}.`);
  }
  for (const stream of streams) checkStreamName(stream);
}

/** @throws Conv3nError `foreign_write` */
export function checkWrites(backend: string, writes: readonly AtomicWrite[]): void {
  for (const write of writes) {
    if (write.backend === backend) continue;
    throw potterErrors.error(
      'foreign_write',
      `A write for ${write.backend} cannot commit with events in ${backend}. Make it with an adapter of that database.`,
    );
  }
}

/** The limit of a read. @throws Conv3nError `invalid_read` */
export function readLimit(options: ReadAllOptions | ReadStreamOptions): number {
  const limit = options.limit ?? eventLimits.defaultReadLimit;
  if (Number.isInteger(limit) && limit >= 1 && limit <= eventLimits.readLimit) return limit;
  throw potterErrors.error('invalid_read', `Limit ${limit} of a read is not 1 to ${eventLimits.readLimit}.`);
}

function encode(value: object, what: string): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined || !text.startsWith('{')) throw invalidAppend(`${what} is not a JSON object.`);
  if (text.length > eventLimits.eventLength) {
    throw potterErrors.error(
      'event_too_large',
      `${what} is ${text.length} characters of JSON; ${eventLimits.eventLength} are allowed. Keep large data in blobs.`,
    );
  }
  return text;
}

function isName(text: unknown, most: number): boolean {
  return (
    typeof text === 'string' && text.length > 0 && text.length <= most && text.isWellFormed() && !text.includes('\0')
  );
}

function invalidAppend(message: string) {
  return potterErrors.error('invalid_append', message);
}
