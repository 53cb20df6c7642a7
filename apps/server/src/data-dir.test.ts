import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataDir, readSecretsKey, removeCliToken, writeCliToken } from './data-dir.ts';

function fresh() {
  const root = mkdtempSync(join(tmpdir(), 'conv3n-data-'));
  return { root, config: { dataDir: join(root, 'data'), filesDir: join(root, 'files') } };
}
const modeOf = (file: string) => statSync(file).mode & 0o777;

describe('the data directory', () => {
  it('is readable by its owner only, as are the key and the token in it', () => {
    const { config } = fresh();
    const paths = openDataDir(config);
    readSecretsKey({ secretsKey: undefined, secretsKeyFile: undefined }, paths);
    writeCliToken(paths, 'http://127.0.0.1:3000', 'token');
    expect(modeOf(config.dataDir)).toBe(0o700);
    expect(modeOf(paths.secretsKey)).toBe(0o600);
    expect(modeOf(paths.cliToken)).toBe(0o600);
  });

  it('tells which directories are unusable', () => {
    const { root, config } = fresh();
    writeFileSync(join(root, 'data'), 'a file stands in the way');
    expect(() => openDataDir(config)).toThrowError(
      expect.objectContaining({ code: 'data_dir_unusable', message: expect.stringContaining(config.dataDir) }),
    );
  });
});

describe('the secrets key', () => {
  it('is made once and then read', () => {
    const paths = openDataDir(fresh().config);
    const none = { secretsKey: undefined, secretsKeyFile: undefined };
    expect(readSecretsKey(none, paths)).toEqual(readSecretsKey(none, paths));
  });

  it('comes from the setting in hex or base64, before any file', () => {
    const paths = openDataDir(fresh().config);
    const key = new Uint8Array(32).fill(9);
    expect(readSecretsKey({ secretsKey: key.toHex(), secretsKeyFile: 'absent' }, paths)).toEqual(key);
    expect(readSecretsKey({ secretsKey: key.toBase64(), secretsKeyFile: undefined }, paths)).toEqual(key);
  });

  it.each(['short', 'g'.repeat(64), ''.padEnd(62, 'a')])(
    'of another length is refused without being shown: %j',
    (secretsKey) => {
      const paths = openDataDir(fresh().config);
      expect(() => readSecretsKey({ secretsKey, secretsKeyFile: undefined }, paths)).toThrowError(
        expect.objectContaining({ code: 'secrets_key_invalid', message: expect.not.stringContaining(secretsKey) }),
      );
    },
  );

  it('in a named file that is missing is refused, never made', () => {
    const { root, config } = fresh();
    const paths = openDataDir(config);
    const read = () => readSecretsKey({ secretsKey: undefined, secretsKeyFile: join(root, 'absent.key') }, paths);
    expect(read).toThrowError(expect.objectContaining({ code: 'secrets_key_invalid' }));
  });
});

describe('the command line token', () => {
  it('is removed by the server that wrote it, and left when a newer one replaced it', () => {
    const paths = openDataDir(fresh().config);
    mkdirSync(join(paths.blobs), { recursive: true });
    writeCliToken(paths, 'http://127.0.0.1:1', 'old');
    writeCliToken(paths, 'http://127.0.0.1:2', 'newer');
    removeCliToken(paths, 'old');
    expect(readFileSync(paths.cliToken, 'utf8')).toContain('newer');
    removeCliToken(paths, 'newer');
    expect(() => statSync(paths.cliToken)).toThrow();
  });
});
