import { chmodSync, existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createHttpServer, type HttpServer, staticFiles } from '@conv3n/http-server';
import { createOperationRegistry, createPipeline } from '@conv3n/nexus';
import { createNexusHttp } from '@conv3n/nexus-http';
import { type Platform, systemCaller } from '@conv3n/platform';
import { jsonLinesLog, nodePlatform } from '@conv3n/platform-node';
import type { SqliteDatabase } from '@conv3n/sqlite';
import { systemErrors } from '@conv3n/system';
import { type Composition, compose } from './compose.ts';
import { type ConfigSources, resolveConfig } from './config.ts';
import { type DataDir, openDataDir, readSecretsKey, removeCliToken, writeCliToken } from './data-dir.ts';
import { errorCatalogue } from './error-catalogue.ts';
import { serverErrors } from './errors.ts';
import { exampleWorkflows } from './example-workflows.ts';
import type { Config } from './settings.ts';
import { sqliteStores } from './sqlite-stores.ts';
import type { Stores } from './stores.ts';
import { trimMemoryAfterStart } from './trim-memory.ts';
import { versions } from './versions.ts';

const studioFolder = fileURLToPath(new URL('../../studio/dist', import.meta.url));
const examplesFolder = fileURLToPath(new URL('../../../examples', import.meta.url));

/** A server that takes requests. */
export interface RunningServer {
  readonly config: Config;
  /** Base of its URLs. */
  readonly url: string;
  /** Signs a browser in, once, within ten minutes. */
  readonly loginUrl: string;
  /** Drains and ends. Idempotent. */
  stop(): Promise<void>;
  /** Resolves when the server ended, by `stop` or a signal. */
  readonly ended: Promise<void>;
}

/**
 * Starts a server on the configured data directory and ends it at SIGINT or SIGTERM.
 * @throws Conv3nError the codes of configuration, data directory, database and listening
 */
export async function startServer(sources: ConfigSources = {}): Promise<RunningServer> {
  const config = await resolveConfig(sources);
  const platform = nodePlatform({ log: jsonLinesLog({ level: config.logLevel }) });
  const paths = openDataDir(config);
  const secretsKey = readSecretsKey(config, paths);
  const stores = await sqliteStores(platform, config, paths);
  const cliToken = platform.random.bytes(32).toHex();
  let url = config.publicUrl ?? `http://${config.host}:${config.port}`;
  const composition = compose({
    platform,
    config,
    stores,
    secretsKey,
    cliToken,
    publicUrl: () => url,
    examples: () => exampleWorkflows(examplesFolder),
    backup: (file) => backup(stores.database, file),
    env: sources.env ?? process.env,
  });
  try {
    const http = httpServer(platform, config, composition);
    await composition.start();
    await refuseOpenDoor(config, composition);
    const address = await http.listen();
    url = config.publicUrl ?? address.url;
    writeCliToken(paths, address.url, cliToken);
    const loginUrl = await composition.runtime.services.call<string>(
      'identity.login_url',
      {},
      {
        caller: systemCaller,
        signal: AbortSignal.timeout(10_000),
      },
    );
    platform.log.write('debug', 'Server listens', { url: address.url });
    return running({ config, url, loginUrl, platform, http, composition, stores, paths, cliToken });
  } catch (error) {
    await composition.stop();
    await stores.close();
    throw error;
  }
}

function httpServer(platform: Platform, config: Config, { runtime }: Composition): HttpServer {
  const http = createHttpServer({
    host: config.host,
    port: config.port,
    bodyLimit: config.bodyLimit,
    graceMs: config.drainGrace,
    allowedHosts: [...config.allowedHosts, ...(config.publicUrl ? [new URL(config.publicUrl).hostname] : [])],
  });
  const registry = createOperationRegistry({ services: runtime.services, log: platform.log });
  const pipeline = createPipeline({
    services: runtime.services,
    platform,
    serverVersion: versions.server_version,
    ...(config.rateLimit > 0 && { rateLimit: { burst: config.rateLimit, perSecond: config.rateLimit / 60 } }),
  });
  http.mount(
    createNexusHttp({
      registry,
      pipeline,
      draining: http.draining,
      bodyLimit: config.bodyLimit,
      reference: { title: 'CONV3N', serverVersion: versions.server_version, errors: errorCatalogue() },
    }),
  );
  if (existsSync(studioFolder)) http.mount(staticFiles({ root: studioFolder }));
  return http;
}

/** Beyond loopback everybody on the network can knock, so an admin key must exist before. */
async function refuseOpenDoor(config: Config, { runtime }: Composition): Promise<void> {
  if (['127.0.0.1', '::1', 'localhost'].includes(config.host)) return;
  const context = { caller: systemCaller, signal: AbortSignal.timeout(10_000) };
  if (await runtime.services.call<boolean>('identity.has_admin_key', {}, context)) return;
  throw serverErrors.error(
    'listen_beyond_loopback',
    `${config.host} is reachable from other machines and there is no admin API key yet. Start once on 127.0.0.1 and run \`conv3n api-key create admin --scopes admin\`, or set CONV3N_BOOTSTRAP_API_KEY.`,
  );
}

async function backup(
  database: SqliteDatabase,
  file: string,
): Promise<{ readonly file: string; readonly bytes: number }> {
  try {
    await database.backup(file);
    // It holds everything but the key, and usually lies outside the data directory.
    chmodSync(file, 0o600);
    return { file, bytes: statSync(file).size };
  } catch (error) {
    throw systemErrors.error('backup_failed', `The backup ${file} was not written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

interface RunningParts {
  readonly config: Config;
  readonly url: string;
  readonly loginUrl: string;
  readonly platform: Platform;
  readonly http: HttpServer;
  readonly composition: Composition;
  readonly stores: Stores;
  readonly paths: DataDir;
  readonly cliToken: string;
}

function running(parts: RunningParts): RunningServer {
  const { config, url, loginUrl, platform, http, composition, stores, paths, cliToken } = parts;
  let stopping: Promise<void> | undefined;
  const end = Promise.withResolvers<void>();
  const shutDown = async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
    keepMemory();
    removeCliToken(paths, cliToken);
    await Promise.all([http.close(), composition.stop()]);
    await stores.close();
  };
  const stop = (): Promise<void> => {
    if (!stopping) {
      stopping = shutDown();
      stopping.then(end.resolve, (error: unknown) => {
        platform.log.write('error', 'Shutdown did not finish cleanly', { error: String(error) });
        process.exitCode = 1;
        end.resolve();
      });
    }
    return end.promise;
  };
  const keepMemory = trimMemoryAfterStart();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  return { config, url, loginUrl, stop, ended: end.promise };
}
