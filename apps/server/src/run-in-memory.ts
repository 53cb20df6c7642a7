import { randomBytes } from 'node:crypto';
import type { OperationReply, StreamEvent } from '@conv3n/nexus';
import { type JsonValue, systemCaller } from '@conv3n/platform';
import { jsonLinesLog, nodePlatform } from '@conv3n/platform-node';
import type { Runtime } from '@conv3n/runtime';
import { type Composition, compose } from './compose.ts';
import { type ConfigSources, resolveConfig } from './config.ts';
import { memoryStores } from './memory-stores.ts';
import type { Stores } from './stores.ts';

/** A house in this process, without a server: for `conv3n run` and `conv3n validate`. */
export interface LocalHouse {
  /** Where further plugins can be loaded. */
  readonly runtime: Runtime;
  /** Calls a service, such as an operation. */
  call<Output>(name: string, input: unknown): Promise<Output>;
  /** Runs an unsaved workflow and yields its events, first the whole view, last `end` with the whole view. */
  run(workflow: JsonValue, input: JsonValue, signal: AbortSignal): AsyncIterable<StreamEvent>;
  close(): Promise<void>;
}

/** Puts the house together on memory, with the configuration's egress and files rules. It keeps nothing. */
export async function runInMemory(sources: ConfigSources = {}): Promise<LocalHouse> {
  const config = await resolveConfig(sources);
  const platform = nodePlatform({ log: jsonLinesLog({ level: 'error' }) });
  const stores = memoryStores(platform);
  const composition = compose({
    platform,
    config,
    stores,
    secretsKey: randomBytes(32),
    publicUrl: () => 'http://127.0.0.1',
    env: sources.env ?? process.env,
  });
  await composition.start();
  return houseOf(composition, stores);
}

/** The house of a started composition; closing it stops both. */
export function houseOf(composition: Composition, stores: Pick<Stores, 'close'>): LocalHouse {
  const { runtime } = composition;
  const { services } = runtime;
  const call = <Output>(name: string, input: unknown, signal: AbortSignal) =>
    services.call<Output>(name, input, { caller: { ...systemCaller, subject: 'cli' }, signal });
  return {
    runtime,
    call: (name, input) => call(name, input, new AbortController().signal),
    async *run(workflow, input, signal) {
      const answer = await call<OperationReply>('workflows.run', { workflow, input, mode: 'stream' }, signal);
      const { stream } = answer;
      if (!stream) throw new TypeError('workflows.run with mode stream answered no stream');
      yield* typeof stream === 'function' ? stream(signal) : stream;
    },
    async close() {
      await composition.stop();
      await stores.close();
    },
  };
}
