import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { CliHome, examples, stable } from './cli-home.ts';

const home = new CliHome();
afterAll(() => home.remove());

it('prints its version', async () => {
  expect((await home.expect(0, ['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await home.expect(0, ['-v'])).stdout).toMatch(/^\d/);
});

it('passes arguments, exit code and signals on where it cannot become the command', async () => {
  const env = { NODE_OPTIONS: '--import=data:text/javascript,process.execve=undefined' };
  expect((await home.expect(0, ['--version'], { env })).stdout).toMatch(/^\d/);
  await home.expect(2, ['workflow', 'lst'], { env });
  const { child } = await home.startServer([], env);
  child.kill('SIGTERM');
  expect((await once(child, 'close'))[0]).toBe(0);
});

it.runIf(existsSync('/usr/bin/node'))("finds the pinned Node when the machine's own is older", () => {
  const bin = fileURLToPath(new URL('../bin/conv3n.js', import.meta.url));
  expect(execFileSync('/usr/bin/node', [bin, '--version'], { encoding: 'utf8' })).toMatch(/^\d/);
});

it('shows help with the exit codes, and 2 when a command is missing', async () => {
  const { stdout } = await home.expect(0, ['--help']);
  expect(stdout).toContain('Exit codes:\n  0    Done.');
  expect((await home.expect(2, [])).stderr).toContain('Usage: conv3n');
  expect((await home.expect(2, ['workflow'])).stderr).toContain('Usage: conv3n workflow');
});

it('suggests what was meant', async () => {
  expect(stable((await home.expect(2, ['workfow', 'list'])).stderr)).toBe(
    "error unknown command 'workfow'\n(Did you mean workflow?)",
  );
  expect((await home.expect(2, ['workflow', 'lst'])).stderr).toContain('(Did you mean list?)');
  expect((await home.expect(2, ['workflow', 'push', 'x', '--pubish'])).stderr).toContain('(Did you mean --publish?)');
});

it('reports wrong arguments as JSON with --json', async () => {
  for (const args of [
    ['workflow', 'lst'],
    ['workflow', 'get'],
    ['workflow', 'list', '--limit', 'many'],
    ['execution', 'list', '--status', 'odd'],
    ['workflow'],
  ]) {
    const { stdout, stderr } = await home.expect(2, [...args, '--json']);
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'usage', message: expect.stringMatching(/\w/), kind: 'invalid', retryable: false },
    });
  }
});

it('refuses an empty argument, which is a variable that is not set', async () => {
  const { stderr } = await home.expect(2, ['workflow', 'get', '']);
  expect(stderr).toContain('<id> of "get" is empty. Is a variable not set?');
});

it('says how to start when no server runs', async () => {
  const { stderr } = await home.expect(4, ['workflow', 'list']);
  expect(stable(stderr, home)).toMatchInlineSnapshot(`
    "error No server runs on HOME/data. Start one with \`conv3n start\`, or name another: --url URL --api-key KEY, or --data-dir DIR.
      code: no_server"
  `);
  const json = await home.expect(4, ['workflow', 'list', '--json']);
  expect(JSON.parse(json.stderr).error).toMatchObject({ code: 'no_server', kind: 'unavailable', retryable: true });
});

it('says that a killed server must be started again', async () => {
  const { child } = await home.startServer();
  child.kill('SIGKILL');
  await once(child, 'close');
  const { stderr } = await home.expect(4, ['workflow', 'list']);
  expect(stable(stderr, home)).toMatchInlineSnapshot(`
    "error No server answers at http://HOST. The last one on HOME/data ended without a goodbye; start it again with \`conv3n start\`.
      code: no_server"
  `);
});

it('names the URL that does not answer', async () => {
  const { stderr } = await home.expect(4, ['workflow', 'list', '--url', 'http://127.0.0.1:9', '--api-key', 'c3n_x']);
  expect(stderr).toContain('No server answers at http://127.0.0.1:9.');
});

it('refuses a wrong key with 3', async () => {
  const { url } = await home.startServer();
  const { stderr } = await home.expect(3, ['workflow', 'list', '--url', url, '--api-key', 'wrong', '--json']);
  expect(JSON.parse(stderr).error).toMatchObject({ kind: 'unauthenticated', request_id: expect.any(String) });
  await home.stopServers();
});

it('sends the token of the local server to no other URL', async () => {
  const seen: string[] = [];
  const other = createServer((request, response) => {
    seen.push(String(request.headers.authorization));
    response.end('{}');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  const { url } = await home.startServer();
  const { stderr } = await home.expect(3, ['workflow', 'list', '--url', `http://127.0.0.1:${port}`]);
  expect(stderr).toContain('needs an API key');
  expect(seen).toEqual([]);
  await home.expect(0, ['workflow', 'list', '--url', url]);
  await home.stopServers();
  other.close();
});

it('uses colour only where it is wanted', async () => {
  const file = join(examples, 'order-intake/workflow.json');
  const args = ['run', file, '--input-json', '{"body":{"price":1,"qty":1}}'];
  const escapeStart = '\u001b[';
  expect((await home.expect(0, args)).stdout).not.toContain(escapeStart);
  const forced = await home.expect(0, args, { env: { FORCE_COLOR: '1' } });
  expect(forced.stdout).toContain(escapeStart);
  expect(forced.stderr).toContain(escapeStart);
  const plain = await home.expect(0, args, { env: { FORCE_COLOR: undefined, NO_COLOR: '1' } });
  expect(plain.stdout + plain.stderr).not.toContain(escapeStart);
});

it('ends quietly when its reader leaves', async () => {
  const child = home.spawn(['--help']);
  child.stdout?.destroy();
  const [stderr, [code]] = await Promise.all([text(child.stderr as NodeJS.ReadableStream), once(child, 'close')]);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
});
