// What runs workflows in the caller's process. An entry of its own: without the HTTP server it loads in half the time.
import { jsonLinesLog, nodePlatform } from '@conv3n/platform-node';
import { type Composition, compose } from './compose.ts';
import { type ConfigSources, resolveConfig } from './config.ts';
import { houseOf, type LocalHouse } from './run-in-memory.ts';

export { type LocalHouse, runInMemory } from './run-in-memory.ts';

/**
 * Puts the house together on the configured data directory. What it starts is durable there: after a crash the next start on that
 * directory goes on with it, and so does this one with what it finds open. One process at a time holds a data directory.
 * @throws Conv3nError the codes of configuration, data directory and database
 */
export async function runOnDataDir(sources: ConfigSources = {}): Promise<LocalHouse> {
  const [{ openDataDir, readSecretsKey }, { sqliteStores }] = await Promise.all([
    import('./data-dir.ts'),
    import('./sqlite-stores.ts'),
  ]);
  const config = await resolveConfig(sources);
  const platform = nodePlatform({ log: jsonLinesLog({ level: 'error' }) });
  const paths = openDataDir(config);
  const stores = await sqliteStores(platform, config, paths);
  let composition: Composition | undefined;
  try {
    composition = compose({
      platform,
      config,
      stores,
      secretsKey: readSecretsKey(config, paths),
      publicUrl: () => config.publicUrl ?? `http://${config.host}:${config.port}`,
      env: sources.env ?? process.env,
    });
    await composition.start();
    return houseOf(composition, stores);
  } catch (error) {
    await composition?.stop();
    await stores.close();
    throw error;
  }
}
