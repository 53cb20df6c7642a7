import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from './config.ts';
import { settings } from './settings.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'conv3n-config-'));

describe('resolveConfig', () => {
  it('answers the defaults of the contract when nothing is set', async () => {
    const cwd = folder();
    const config = await resolveConfig({ cwd, env: {} });
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      flush: 'full',
      dataDir: join(cwd, 'data'),
      filesDir: join(cwd, 'files'),
    });
    expect(config.retentionAge).toBe(30 * 86_400_000);
  });

  it('lets flags win over the environment, the environment over the file, the file over defaults', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'conv3n.yaml'), 'port: 4000\nhost: 127.0.0.2\nlog_level: warn\n');
    const config = await resolveConfig({
      cwd,
      env: { CONV3N_PORT: '5000', CONV3N_HOST: '127.0.0.3' },
      flags: { port: '6000' },
    });
    expect(config).toMatchObject({ port: 6000, host: '127.0.0.3', logLevel: 'warn' });
  });

  it('reads TOML as it reads YAML', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'conv3n.toml'), 'port = 4100\negress_allow = ["127.0.0.1:8080"]\nretention_age = "7d"\n');
    expect(await resolveConfig({ cwd, env: {} })).toMatchObject({
      port: 4100,
      egressAllow: ['127.0.0.1:8080'],
      retentionAge: 7 * 86_400_000,
    });
  });

  it('names every problem with the place it stands at', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'conv3n.yaml'), 'prot: 1\nflush: fast\n');
    const failure = await resolveConfig({ cwd, env: { CONV3N_PORT: 'http' } }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'config_invalid',
      violations: [{ path: 'conv3n.yaml: prot' }, { path: 'CONV3N_PORT' }, { path: 'conv3n.yaml: flush' }],
    });
  });

  it('keeps the value of a secret setting out of the message', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'conv3n.yaml'), 'secrets_key: [hunter2]\n');
    const failure: unknown = await resolveConfig({ cwd, env: {} }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'config_invalid' });
    expect(JSON.stringify(failure)).not.toContain('hunter2');
    expect(String(failure)).not.toContain('hunter2');
  });

  it('refuses a files directory inside or above the data directory', async () => {
    const cwd = folder();
    await expect(resolveConfig({ cwd, env: { CONV3N_FILES_DIR: './data/files' } })).rejects.toMatchObject({
      code: 'config_invalid',
    });
    await expect(resolveConfig({ cwd, env: { CONV3N_FILES_DIR: '.' } })).rejects.toMatchObject({
      code: 'config_invalid',
    });
  });

  it('refuses a named file that does not exist and one that does not parse', async () => {
    const cwd = folder();
    await expect(resolveConfig({ cwd, env: {}, file: 'absent.yaml' })).rejects.toMatchObject({
      code: 'config_unreadable',
    });
    writeFileSync(join(cwd, 'conv3n.yaml'), 'port: [1\n');
    await expect(resolveConfig({ cwd, env: {} })).rejects.toMatchObject({ code: 'config_unreadable' });
  });

  it('gives every setting its own environment name, key and description', () => {
    const all = Object.values(settings);
    for (const name of ['env', 'key'] as const)
      expect(new Set(all.map((setting) => setting[name])).size).toBe(all.length);
    for (const setting of all) {
      expect(setting.env).toMatch(/^CONV3N_[A-Z_]+$/);
      expect(setting.description.length).toBeGreaterThan(15);
    }
  });
});
