import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { confine, detectHostConfinement, toolEnvironment } from './host-confinement.ts';

/** Runs Node without its permission model, so only what the host puts around it holds. */
const inside = async (script: string, read: string[] = [], write: string[] = []): Promise<unknown> => {
  const host = await detectHostConfinement('auto');
  const request = { read, write, dataBytes: 2 ** 30, cpuSeconds: 10, fileBytes: 1_000_000 };
  const { file, args } = confine(host, request, [process.execPath, '-e', script]);
  const { stdout } = await promisify(execFile)(file, args, { env: toolEnvironment, cwd: '/' });
  return JSON.parse(stdout);
};
const level = (await detectHostConfinement('auto')).level;

it.skipIf(level !== 'namespaces')(
  'holds without the permission model: files, processes, network and privileges',
  async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'conv3n-wall-')));
    writeFileSync(join(folder, 'a.txt'), 'a');
    const script = `
    const fs = require('node:fs'), { execFileSync } = require('node:child_process');
    const code = (f) => { try { return f() ?? 'done'; } catch (e) { return e.code; } };
    console.log(JSON.stringify({
      root: fs.readdirSync('/').sort(),
      passwd: code(() => fs.readFileSync('/etc/passwd', 'utf8')),
      declared: code(() => fs.readFileSync('${folder}/a.txt', 'utf8')),
      write: code(() => fs.writeFileSync('${folder}/b.txt', 'b')),
      node: code(() => fs.appendFileSync(process.execPath, 'x')),
      server: code(() => process.kill(${process.pid}, 0)),
      shell: code(() => execFileSync('/bin/sh', ['-c', 'true']) && 'done'),
      interfaces: Object.keys(require('node:os').networkInterfaces()),
      mount: code(() => { execFileSync('/usr/bin/setpriv', ['--reuid', '1', process.execPath, '-e', '0']); }),
      pid: process.pid,
    }));`;
    expect(await inside(script, [folder])).toMatchObject({
      root: expect.not.arrayContaining(['etc', 'home', 'root', 'proc', 'sys']),
      passwd: 'ENOENT',
      declared: 'a',
      write: 'EROFS',
      server: 'ESRCH',
      shell: 'ENOENT',
      interfaces: [],
      pid: 1,
    });
    const found = (await inside(script, [], [folder])) as Record<string, unknown>;
    expect(found['write']).toBe('done');
    expect(['EROFS', 'EACCES', 'ETXTBSY']).toContain(found['node']);
    expect(found['mount']).not.toBe('done');
    rmSync(folder, { recursive: true });
  },
);

it('is the strongest level unless it is switched off', async () => {
  expect((await detectHostConfinement('off')).level).toBe('guard');
  expect(['namespaces', 'own-user', 'guard']).toContain(level);
});
