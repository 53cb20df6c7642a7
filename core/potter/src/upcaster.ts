import type { JsonObject } from '@conv3n/platform';
import { potterErrors } from './errors.ts';
import type { RecordedEvent } from './event.ts';

/** Turns the data of one schema version into that of the next. Pure. */
export type Upcast = (data: JsonObject) => JsonObject;

/**
 * Chains by event type: entry 0 lifts version 1 to 2, entry 1 lifts 2 to 3. New events of a type are stored with the
 * version at the end of its chain; a type without a chain has version 1.
 */
export type Upcasters = Readonly<Record<string, readonly Upcast[]>>;

/** The present schema version of a type. */
export function currentSchemaVersion(upcasters: Upcasters, type: string): number {
  return Object.hasOwn(upcasters, type) ? (upcasters[type]?.length ?? 0) + 1 : 1;
}

/** The event with its data in the present schema. @throws Conv3nError `event_schema_newer`, `upcast_failed` */
export function upcastEvent(upcasters: Upcasters, event: RecordedEvent): RecordedEvent {
  const current = currentSchemaVersion(upcasters, event.type);
  if (event.schemaVersion === current) return event;
  if (event.schemaVersion > current) {
    throw potterErrors.error(
      'event_schema_newer',
      `Event ${event.type} at position ${event.position} has schema version ${event.schemaVersion}; ` +
        `this program knows ${current}. Run the program that wrote it, or a newer one.`,
    );
  }
  const chain = upcasters[event.type] as readonly Upcast[];
  let data = event.data;
  for (let version = event.schemaVersion; version < current; version++) {
    try {
      data = (chain[version - 1] as Upcast)(data);
    } catch (cause) {
      throw potterErrors.error(
        'upcast_failed',
        `Upcaster of ${event.type} from version ${version} threw at position ${event.position}: ${String(cause)}.`,
        { cause, details: { type: event.type, from: version, position: event.position } },
      );
    }
  }
  return { ...event, data, schemaVersion: current };
}
