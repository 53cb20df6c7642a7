import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isRecord } from '@conv3n/platform';
import { type Client, createClient } from '@conv3n/sdk';
import { cliErrors } from './errors.ts';

/** How the command reaches a server, from flags and environment. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly apiKey?: string;
  readonly dataDir?: string;
}

const defaultUrl = 'http://127.0.0.1:3000';

/**
 * A client for the server: `--url` and `--api-key` (`CONV3N_URL`, `CONV3N_API_KEY`), else the server that runs on this machine's data directory, by the
 * token it wrote there. That token goes to no other URL. @throws Conv3nError `no_server`, `api_key_missing`
 */
export function connect(options: ConnectionOptions): Client {
  const { url, apiKey } = options;
  if (apiKey !== undefined) return client(url ?? defaultUrl, apiKey, `Is it the right URL?`);
  const file = join(resolve(options.dataDir ?? process.env.CONV3N_DATA_DIR ?? './data'), 'cli-token');
  const local = readToken(file);
  if (url !== undefined && (local === undefined || new URL(url).origin !== new URL(local.url).origin)) {
    throw cliErrors.error(
      'api_key_missing',
      `${url} needs an API key: --api-key KEY or CONV3N_API_KEY. Make one there with: conv3n api-key create NAME --scopes SCOPES`,
    );
  }
  if (local === undefined) {
    throw cliErrors.error(
      'no_server',
      `No server runs on ${dirname(file)}. Start one with \`conv3n start\`, or name another: --url URL --api-key KEY, or --data-dir DIR.`,
    );
  }
  return client(
    local.url,
    local.token,
    `The last one on ${dirname(file)} ended without a goodbye; start it again with \`conv3n start\`.`,
  );
}

/** A client whose failure to connect names the URL and what to do. */
function client(baseUrl: string, apiKey: string, hint: string): Client {
  const reach: typeof fetch = async (input, init) => {
    try {
      return await fetch(input, init);
    } catch (error) {
      if (init?.signal?.aborted) throw error;
      throw cliErrors.error('no_server', `No server answers at ${baseUrl}. ${hint}`, { cause: error });
    }
  };
  return createClient({ baseUrl, apiKey, fetch: reach });
}

function readToken(file: string): { readonly url: string; readonly token: string } | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  try {
    const found: unknown = JSON.parse(text);
    if (isRecord(found) && typeof found.url === 'string' && typeof found.token === 'string') {
      return { url: found.url, token: found.token };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw cliErrors.error('no_server', `${file} is not a token file. Start the server again; it writes a new one.`);
}
