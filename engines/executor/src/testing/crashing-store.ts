import type { EventStore } from '@conv3n/potter';

/**
 * A store whose process dies: appends beyond `survive` never happen, and nobody ever hears of them. With `heard: false` the last
 * surviving append is committed, but the process dies before it learns that.
 */
export function crashingStore(store: EventStore, survive: number, heard: boolean): EventStore & { appends(): number } {
  let appends = 0;
  const never = new Promise<never>(() => {});
  return {
    ...bound(store),
    appends: () => appends,
    append(stream, expected, events, options) {
      appends += 1;
      if (appends > survive) return never;
      const done = store.append(stream, expected, events, options);
      return appends === survive && !heard ? done.then(() => never) : done;
    },
  };
}

function bound(store: EventStore): EventStore {
  return {
    backend: store.backend,
    append: store.append.bind(store),
    commit: store.commit.bind(store),
    readStream: store.readStream.bind(store),
    streamVersion: store.streamVersion.bind(store),
    readAll: store.readAll.bind(store),
    subscribe: store.subscribe.bind(store),
    deleteStreams: store.deleteStreams.bind(store),
    close: store.close.bind(store),
  };
}
