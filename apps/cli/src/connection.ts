import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Conv3nError } from '@conv3n/platform';
import { type Client, createClient } from '@conv3n/sdk';

/** How the command reaches a server, from flags and environment. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly apiKey?: string;
  readonly dataDir?: string;
}

/**
 * A client for the server: `--url` and `--api-key` (`CONV3N_URL`, `CONV3N_API_KEY`), else the server that runs on this machine's data directory, by the
 * token it wrote there. @throws Conv3nError `no_server`
 */
export function connect(options: ConnectionOptions): Client {
  const url = options.url ?? process.env.CONV3N_URL;
  const apiKey = options.apiKey ?? process.env.CONV3N_API_KEY;
  if (apiKey !== undefined) return createClient({ baseUrl: url ?? 'http://127.0.0.1:3000', apiKey });
  const file = join(resolve(options.dataDir ?? process.env.CONV3N_DATA_DIR ?? './data'), 'cli-token');
  if (!existsSync(file)) {
    throw new Conv3nError(
      'no_server',
      `No server runs on ${file.slice(0, -'/cli-token'.length)}. Start one with \`conv3n start\`, or name another: --url URL --api-key KEY, or --data-dir DIR.`,
      { kind: 'unavailable' },
    );
  }
  const local = JSON.parse(readFileSync(file, 'utf8')) as { url: string; token: string };
  return createClient({ baseUrl: url ?? local.url, apiKey: local.token });
}
