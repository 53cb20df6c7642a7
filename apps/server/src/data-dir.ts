import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverErrors } from './errors.ts';
import type { Config } from './settings.ts';

/** Paths inside the data directory. Contracts, section 5. */
export interface DataDir {
  readonly database: string;
  readonly blobs: string;
  readonly cliToken: string;
  readonly secretsKey: string;
}

/** Creates the data and files directories (data readable by its owner only). @throws Conv3nError `data_dir_unusable` */
export function openDataDir(config: Pick<Config, 'dataDir' | 'filesDir'>): DataDir {
  const { dataDir, filesDir } = config;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const probe = join(dataDir, `.write-probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
    mkdirSync(filesDir, { recursive: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw serverErrors.error(
      'data_dir_unusable',
      `${dataDir} and ${filesDir} must be directories this process may write (${code ?? message}). Fix their permissions, free disk space, or set CONV3N_DATA_DIR and CONV3N_FILES_DIR.`,
      { cause: error },
    );
  }
  return {
    database: join(dataDir, 'conv3n.db'),
    blobs: join(dataDir, 'blobs'),
    cliToken: join(dataDir, 'cli-token'),
    secretsKey: join(dataDir, 'secrets.key'),
  };
}

/** The 32 bytes that seal secrets: from the setting, the named file, or the data directory's own file, made once. @throws Conv3nError `secrets_key_invalid` */
export function readSecretsKey(
  config: Pick<Config, 'secretsKey' | 'secretsKeyFile'>,
  paths: Pick<DataDir, 'secretsKey'>,
): Uint8Array {
  if (config.secretsKey !== undefined) return decodeKey(config.secretsKey, 'CONV3N_SECRETS_KEY');
  const file = config.secretsKeyFile ?? paths.secretsKey;
  if (config.secretsKeyFile === undefined && !existsSync(file))
    writePrivate(file, `${randomBytes(32).toString('hex')}\n`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw serverErrors.error(
      'secrets_key_invalid',
      `The secrets key file ${file} cannot be read: ${(error as Error).message}`,
      { cause: error },
    );
  }
  return decodeKey(text.trim(), file);
}

/** Writes the token of this run for the local command line, readable by the owner only. */
export function writeCliToken(paths: Pick<DataDir, 'cliToken'>, url: string, token: string): void {
  writePrivate(paths.cliToken, `${JSON.stringify({ url, token })}\n`);
}

/** Removes the token of this run; one that a newer server wrote stays. */
export function removeCliToken(paths: Pick<DataDir, 'cliToken'>, token: string): void {
  if (existsSync(paths.cliToken) && readFileSync(paths.cliToken, 'utf8').includes(token)) rmSync(paths.cliToken);
}

function writePrivate(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}

function decodeKey(text: string, origin: string): Uint8Array {
  const bytes = /^[0-9a-fA-F]{64}$/.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (bytes.length !== 32) {
    throw serverErrors.error(
      'secrets_key_invalid',
      `${origin} must hold 32 bytes in hex or base64. Make one with: openssl rand -hex 32`,
    );
  }
  return new Uint8Array(bytes);
}
