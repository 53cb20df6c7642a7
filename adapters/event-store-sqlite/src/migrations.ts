import type { MigrationSet } from '@conv3n/sqlite';

/**
 * The tables of the event store. Compact on purpose: integers for streams and types, no id per event (stream and version
 * identify it), rows in position order so that appending fills pages, and one index that is both the lookup and the guard
 * against two events of one version. A deleted stream leaves 16 bytes that keep its name from being used again.
 */
export const eventStoreMigrations: MigrationSet = {
  name: 'event-store',
  migrations: [
    `
    create table event_stream (
      id integer primary key,
      name text not null unique
    ) strict;

    create table event_type (
      id integer primary key,
      name text not null,
      schema_version integer not null,
      unique (name, schema_version)
    ) strict;

    create table event (
      position integer primary key,
      stream integer not null,
      version integer not null,
      type integer not null,
      time integer not null,
      data text not null,
      metadata text
    ) strict;
    create unique index event_by_stream on event (stream, version);

    create table event_stream_deleted (name_hash blob primary key) strict, without rowid;

    create table event_store_state (key text primary key, value integer not null) strict, without rowid;
    `,
  ],
};
