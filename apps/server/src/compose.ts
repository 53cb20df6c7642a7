import { blocksStdPlugin } from '@conv3n/blocks-std';
import { createEgress } from '@conv3n/egress';
import { identityPlugin } from '@conv3n/identity';
import { compileSchema } from '@conv3n/nexus';
import { fromErrorDetail, type JsonObject, type JsonValue, type Platform, systemCaller } from '@conv3n/platform';
import { createRuntime, type Plugin, type Runtime } from '@conv3n/runtime';
import { createSandbox } from '@conv3n/sandbox';
import { secretsPlugin } from '@conv3n/secrets';
import { systemErrors, systemPlugin } from '@conv3n/system';
import { triggersPlugin } from '@conv3n/triggers';
import { workflowsPlugin } from '@conv3n/workflows';
import type { Config } from './settings.ts';
import type { Stores } from './stores.ts';
import { versions } from './versions.ts';

export interface CompositionOptions {
  readonly platform: Platform;
  readonly config: Config;
  readonly stores: Stores;
  /** 32 bytes that seal secrets. */
  readonly secretsKey: Uint8Array;
  /** Base of shown URLs; known once the server listens. */
  readonly publicUrl: () => string;
  /** Bearer token of the local command line. */
  readonly cliToken?: string;
  readonly examples?: () => Promise<readonly JsonValue[]>;
  readonly backup?: (file: string) => Promise<{ readonly file: string; readonly bytes: number }>;
  /** Environment from which `$env` takes what the configuration allows. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The house put together: the runtime with every plugin loaded, not yet started. */
export interface Composition {
  readonly runtime: Runtime;
  /** Loads and starts all plugins: recovery has begun, work is taken. */
  start(): Promise<void>;
  /** Drains executions within the configured grace, then stops plugins, children and connections. Stores stay open. */
  stop(): Promise<void>;
}

/** Chooses and connects the parts; holds no logic of its own. */
export function compose(options: CompositionOptions): Composition {
  const { platform, config, stores } = options;
  const egress = createEgress({ allow: config.egressAllow, timers: platform.timers });
  const lifetime = new AbortController();
  let runtime: Runtime;
  const secretOf = async (name: string): Promise<string | undefined> =>
    (
      await runtime.services.call<{ value: string }>(
        'secrets.resolve',
        { name },
        { caller: systemCaller, signal: lifetime.signal },
      )
    ).value;
  const sandbox = createSandbox({
    secrets: secretOf,
    egress: async ({ hosts, ...request }) => {
      const { status, headers, body } = await egress.fetch({ ...request, hosts });
      return { status, headers: flatHeaders(headers), body };
    },
  });
  const plugins: readonly Plugin[] = [
    identityPlugin({
      publicUrl: options.publicUrl,
      ...(options.cliToken !== undefined && { cliToken: options.cliToken }),
      ...(config.bootstrapKey !== undefined && { bootstrapKey: config.bootstrapKey }),
    }),
    secretsPlugin({ key: options.secretsKey }),
    blocksStdPlugin({ egress, sandbox, filesDir: config.filesDir, dataDir: config.dataDir }),
    workflowsPlugin({
      eventStore: stores.events,
      storage: stores.storage,
      index: stores.index,
      blobs: stores.blobs,
      compileSchema,
      limits: { maxRunning: config.maxRunning, maxQueued: config.maxQueued },
      env: allowedEnv(config.envAllow, options.env ?? {}),
      drainGraceMs: config.drainGrace,
      retention: { ageMs: config.retentionAge, count: config.retentionCount },
    }),
    triggersPlugin({ publicUrl: options.publicUrl, compileSchema }),
    systemPlugin({
      versions,
      ready: () => checks(runtime),
      info: () => infoOf(config, options.publicUrl()),
      examples: options.examples ?? (async () => []),
      backup:
        options.backup ??
        (async () => {
          throw systemErrors.error(
            'backup_failed',
            'This server keeps its data in memory; there is nothing to back up.',
          );
        }),
    }),
  ];
  runtime = createRuntime({
    platform,
    storage: stores.storage,
    compileSchema,
    plugins: plugins.map((plugin) => ({ plugin })),
    stopDeadlineMs: config.drainGrace + 5_000,
  });
  return {
    runtime,
    async start() {
      await runtime.start();
      const failed = runtime.plugins().find((plugin) => plugin.error !== undefined);
      if (failed?.error) throw fromErrorDetail(failed.error);
    },
    async stop() {
      await runtime.stop();
      lifetime.abort();
      await sandbox.close();
      await egress.close();
    },
  };
}

function allowedEnv(
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function flatHeaders(headers: Readonly<Record<string, string | readonly string[]>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : value.join(', ')]),
  );
}

/** Each plugin's state; throws while not all of them run. */
function checks(runtime: Runtime): Readonly<Record<string, string>> {
  const { status, plugins } = runtime.health();
  if (status !== 'ok') {
    const waiting = plugins.filter((plugin) => plugin.state !== 'started').map((plugin) => plugin.id);
    throw systemErrors.error(
      'not_ready',
      `Not ready: ${waiting.join(', ') || 'the server starts or stops'}. Try again shortly.`,
    );
  }
  return Object.fromEntries(plugins.map((plugin) => [plugin.id, plugin.state]));
}

function infoOf(config: Config, publicUrl: string): JsonObject {
  const { dataDir, filesDir, flush } = config;
  return { public_url: publicUrl, data_dir: dataDir, files_dir: filesDir, flush };
}
