import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CliHome, examples, stable } from './cli-home.ts';

const home = new CliHome();
let url: string;
beforeAll(async () => {
  ({ url } = await home.startServer());
});
afterAll(() => home.remove());

it('sets a secret from standard input and never shows it', async () => {
  const value = 'hunter-2-hunter-2';
  const set = await home.expect(0, ['secret', 'set', 'TOKEN'], { stdin: `${value}\n` });
  expect(set.stdout).toBe('Set TOKEN. Use it as {{ $secrets.TOKEN }} in fields for secrets.\n');
  const listed = await home.expect(0, ['secret', 'list']);
  expect(stable(listed.stdout)).toBe('NAME  CHANGED\nTOKEN  TIME');
  const json = await home.expect(0, ['secret', 'set', 'TOKEN', '--json'], { stdin: value });
  expect([set, listed, json].map(({ stdout, stderr }) => stdout + stderr).join()).not.toContain(value);
  expect((await home.expect(2, ['secret', 'set', 'EMPTY'])).stderr).toContain('The value is empty');
  expect((await home.expect(0, ['secret', 'delete', 'TOKEN'])).stdout).toBe('Deleted TOKEN.\n');
  await home.expect(3, ['secret', 'delete', 'TOKEN']);
});

it.runIf(existsSync('/usr/bin/script'))('does not echo a secret that is typed at a terminal', async () => {
  const bin = fileURLToPath(new URL('../bin/conv3n.js', import.meta.url));
  const command = `${process.execPath} ${bin} secret set TYPED`;
  const child = spawn('/usr/bin/script', ['-qec', command, '/dev/null'], { cwd: home.folder });
  let said = '';
  let typed = false;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
    if (typed || !said.includes('not shown')) return;
    typed = true;
    child.stdin.write('typed-secret\r');
  });
  const [code] = await once(child, 'close');
  expect({ code, said: said.includes('Set TYPED') }).toEqual({ code: 0, said: true });
  expect(said).not.toContain('typed-secret');
});

it('creates a key that opens what its scopes allow, lists and revokes it', async () => {
  const made = await home.expect(0, [
    'api-key',
    'create',
    'reader',
    '--scopes',
    'workflows:read, executions:read',
    '--expires',
    '90d',
  ]);
  const key = made.stdout.trim();
  expect(made.stderr).toContain('shown once');
  const env = { CONV3N_URL: url, CONV3N_API_KEY: key };
  const elsewhere = { env: { ...env, CONV3N_DATA_DIR: 'elsewhere' } };
  await home.expect(0, ['workflow', 'list'], elsewhere);
  const denied = await home.expect(3, ['secret', 'list'], elsewhere);
  expect(denied.stderr).toContain('secrets:write');
  const { items } = await home.json(['api-key', 'list']);
  expect(items).toMatchObject([{ name: 'reader', scopes: ['workflows:read', 'executions:read'] }]);
  const listed = await home.expect(0, ['api-key', 'list']);
  expect(listed.stdout).not.toContain(key);
  expect((await home.expect(0, ['api-key', 'revoke', items[0].id])).stdout).toBe(`Revoked ${items[0].id}.\n`);
  const { stderr } = await home.expect(3, ['workflow', 'list', '--json'], elsewhere);
  expect(JSON.parse(stderr).error.kind).toBe('unauthenticated');
  expect((await home.expect(2, ['api-key', 'create', 'x', '--scopes', 'workflow:read'])).stderr).toContain(
    'workflows:read',
  );
  expect((await home.expect(2, ['api-key', 'create', 'x', '--scopes', 'admin', '--expires', 'soon'])).stderr).toContain(
    '90d',
  );
});

it('prints a URL that signs in once', async () => {
  const printed = (await home.expect(0, ['login-url'])).stdout.trim();
  expect(printed).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=\S+$/);
  expect((await home.json(['login-url'])).url).not.toBe(printed);
});

it('writes a backup that a server opens', async () => {
  const { id } = await home.json(['workflow', 'push', join(examples, 'order-intake/workflow.json')]);
  const made = await home.expect(0, ['backup', 'copy.db']);
  expect(made.stderr).toBe('Copying the database …\n');
  expect(stable(made.stdout, home)).toMatch(/^Wrote \d+ bytes to HOME\/copy\.db\. Keep secrets\.key elsewhere/);
  mkdirSync(join(home.folder, 'restored'));
  copyFileSync(join(home.folder, 'copy.db'), join(home.folder, 'restored/conv3n.db'));
  const { child } = await home.startServer(['--data-dir', 'restored']);
  expect((await home.json(['workflow', 'get', id, '--data-dir', 'restored'])).id).toBe(id);
  child.kill('SIGTERM');
  await once(child, 'close');
  await home.expect(3, ['backup', 'no/such/folder/copy.db']);
});

it('completes commands, flags, values and files in bash', async () => {
  const script = (await home.expect(0, ['completion', 'bash'])).stdout;
  execFileSync('bash', ['-n'], { input: script });
  const complete = async (...words: readonly string[]) => {
    const set = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`;
    const shell = spawn('bash', ['--norc']);
    shell.stdin.end(`${script}\n${set}\n_conv3n\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`);
    return (await text(shell.stdout)).split('\n').filter((word) => word !== '');
  };
  expect(await complete('conv3n', 'w')).toEqual(['workflow']);
  expect(await complete('conv3n', 'workflow', 'pu')).toEqual(['push', 'pull', 'publish']);
  expect(await complete('conv3n', '--url', 'http://x', 'execution', 'dec')).toEqual(['decide']);
  expect(await complete('conv3n', 'execution', 'list', '--status', 'in')).toEqual(['in_doubt']);
  expect(await complete('conv3n', 'execution', 'list', '--st')).toEqual(['--status']);
  expect(await complete('conv3n', 'workflow', 'push', 'flow.json', '--')).toEqual(
    expect.arrayContaining(['--id', '--publish', '--json', '--help']),
  );
  expect(await complete('conv3n', 'execution', 'decide', 'ID', 'charge', 's')).toEqual(['succeed', 'skip']);
  expect(await complete('conv3n', 'workflow', 'push', '')).toEqual([]);
  expect(await complete('conv3n', 'run', 'x.json', '--input', '')).toEqual([]);
  expect(await complete('conv3n', 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
});

it('makes a script for zsh and fish', async () => {
  expect((await home.expect(0, ['completion', 'zsh'])).stdout).toMatch(/^#compdef conv3n\n/);
  const fish = (await home.expect(0, ['completion', 'fish'])).stdout;
  expect(fish).toContain(
    "'__fish_seen_subcommand_from execution; and __fish_seen_subcommand_from list' -l status -r -f -a ",
  );
  expect((await home.expect(2, ['completion', 'tcsh'])).stderr).toContain('bash, zsh, fish');
});

it('starts from a configuration and says where it is', async () => {
  const child = home.spawn(['start', '--port', '0', '--data-dir', 'third']);
  let said = '';
  await new Promise<void>((resolve) => {
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      if (said.includes('Ctrl+C')) resolve();
    });
  });
  expect(stable(said, home)).toMatch(
    /CONV3N is ready\.[\s\S]*Studio {2}http:\/\/HOST\/#token=\S+[\s\S]*Data {2}HOME\/third/,
  );
  expect(JSON.parse(readFileSync(join(home.folder, 'third/cli-token'), 'utf8')).token).toHaveLength(64);
  child.kill('SIGINT');
  expect((await once(child, 'close'))[0]).toBe(0);
  expect(existsSync(join(home.folder, 'third/cli-token'))).toBe(false);
});
