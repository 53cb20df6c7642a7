import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CliHome, examples, stable } from './cli-home.ts';

const home = new CliHome();
afterAll(() => home.remove());

const file = join(examples, 'order-intake/workflow.json');
const input = join(examples, 'order-intake/input.json');
const step = (type: string, config: object, more: object = {}) => ({ type, config, ...more });
const flow = (nodes: object, edges: readonly object[] = [], more: object = {}) => ({
  schema: 'conv3n.workflow/v1',
  name: 'Test',
  nodes,
  edges,
  ...more,
});

describe('conv3n run', () => {
  it('prints each step on stderr and the execution on stdout', async () => {
    const answer = await home.expect(0, ['run', file, '--input', input]);
    expect(stable(answer.stderr)).toMatchInlineSnapshot(`
      "execution started
        hook succeeded
        total succeeded
        big succeeded → true
        yes succeeded
      execution succeeded"
    `);
    expect(stable(answer.stdout)).toMatchInlineSnapshot(`
      "Order intake  succeeded  UUID

      STEP  BLOCK  STATUS  PORT  TRIES  TIME
      hook  std/webhook  succeeded  default
      total  std/transform  succeeded  default
      big  std/condition  succeeded  true
      yes  std/transform  succeeded  default
      no  std/transform  skipped

      {
        "tier": "gold",
        "total": 120
      }"
    `);
  });

  it('prints the execution alone as JSON', async () => {
    const answer = await home.expect(0, ['run', file, '--input-json', '{"body":{"price":1,"qty":2}}', '--json']);
    expect(answer.stderr).toBe('');
    expect(answer.json).toMatchObject({ status: 'succeeded', output: { tier: 'basic', total: 2 } });
  });

  it('reads the workflow or the input from standard input', async () => {
    const given = await home.expect(0, ['run', '-', '--input', input, '--json'], { stdin: readFileSync(file, 'utf8') });
    expect(given.json.output).toEqual({ tier: 'gold', total: 120 });
    const stdin = '{"body":{"price":1,"qty":1}}';
    expect((await home.expect(0, ['run', file, '--input', '-', '--json'], { stdin })).json.output.total).toBe(1);
  });

  it('ends with 10 and names the step when the execution fails', async () => {
    const name = home.write('fails.json', flow({ out: step('std/transform', { set: { a: '{{ $trigger.a.b.c }}' } }) }));
    const answer = await home.expect(10, ['run', name, '--input-json', '{}']);
    expect(stable(answer.stdout)).toMatchInlineSnapshot(`
      "Test  failed  UUID

      STEP  BLOCK  STATUS  PORT  TRIES  TIME
      out  std/transform  failed  error

      error in out Cannot read "b" because $trigger.a is undefined. Write ?. after it if it may be missing. (line 1, column 4) (expression_null_access)"
    `);
    const json = await home.expect(10, ['run', name, '--input-json', '{}', '--json']);
    expect(json.json).toMatchObject({ status: 'failed', error: { code: expect.any(String) } });
  });

  it('ends with 11 when a step is in doubt, since nobody can decide it in memory', async () => {
    const service = await import('node:http').then(({ createServer }) =>
      createServer((request) => request.socket.destroy()),
    );
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    const { port } = service.address() as { port: number };
    const name = home.write(
      'doubt.json',
      flow({ pay: step('std/http_request', { method: 'POST', url: `http://127.0.0.1:${port}/`, body: {} }) }),
    );
    const answer = await home.expect(11, ['run', name], { env: { CONV3N_EGRESS_ALLOW: '127.0.0.1' } });
    expect(answer.stdout).toContain('Nobody knows whether pay took effect');
    service.close();
  });

  it('refuses an invalid file with its path and a suggestion', async () => {
    const name = home.write('invalid.json', flow({ a: { type: 'std/transform', confg: {} } }));
    const answer = await home.expect(2, ['run', name]);
    expect(stable(answer.stderr)).toMatchInlineSnapshot(`
      "error nodes.a.confg: There is no key "confg" in nodes.a. Did you mean "config"?
        code: workflow_invalid"
    `);
    const json = await home.expect(2, ['run', name, '--json']);
    expect(JSON.parse(json.stderr)).toMatchObject({
      error: { code: 'workflow_invalid', violations: [{ path: 'nodes.a.confg', code: 'unknown_key' }] },
    });
    expect(json.stdout).toBe('');
  });

  it('names the place where the input breaks the schema of the workflow', async () => {
    const schema = { type: 'object', properties: { n: { type: 'integer' } } };
    const nodes = { out: step('std/transform', { set: { n: '{{ $trigger.n }}' } }) };
    const name = home.write('schema.json', flow(nodes, [], { input: schema }));
    const { stderr } = await home.expect(2, ['run', name, '--input-json', '{"n":"x"}']);
    expect(stderr).toMatch(/\n {2}n: Must be a/);
  });

  it('keeps the execution with --data-dir, for a server to show', async () => {
    await home.expect(0, ['run', file, '--input', input, '--data-dir', 'kept']);
    await home.startServer(['--data-dir', 'kept']);
    const { items } = await home.json(['execution', 'list', '--data-dir', 'kept']);
    expect(items).toMatchObject([{ workflow_name: 'Order intake', status: 'succeeded' }]);
    const refused = await home.expect(4, ['run', file, '--input', input, '--data-dir', 'kept']);
    expect(refused.stderr).toContain('Another process, such as a server, works on kept');
    await home.stopServers();
  });

  it('goes on after Ctrl+C when the same data directory starts again', async () => {
    const name = home.write(
      'slow.json',
      flow({ wait: step('std/delay', { duration: '3s' }), done: step('std/transform', { set: { done: true } }) }, [
        { source: 'wait', target: 'done' },
      ]),
    );
    const child = home.spawn(['run', name, '--data-dir', 'later']);
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      if (/wait waiting/.test(said) && !/Interrupted/.test(said)) child.kill('SIGINT');
    });
    const [code] = await once(child, 'close');
    expect({ code, said: stable(said) }).toMatchObject({
      code: 130,
      said: expect.stringContaining('goes on at the next start on this data directory'),
    });
    await home.startServer(['--data-dir', 'later']);
    const { items } = await home.json(['execution', 'list', '--data-dir', 'later']);
    const ended = await home.expect(0, ['execution', 'follow', items[0].id, '--data-dir', 'later']);
    expect(ended.stdout).toContain('"done": true');
    await home.stopServers();
  });

  it('cancels and says so after Ctrl+C in memory', async () => {
    const name = home.write('endless.json', flow({ wait: step('std/delay', { duration: '1h' }) }));
    const child = home.spawn(['run', name]);
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      if (/wait waiting/.test(said) && !/Interrupted/.test(said)) child.kill('SIGINT');
    });
    expect((await once(child, 'close'))[0]).toBe(130);
    expect(said).toContain('Interrupted; the execution was cancelled.');
  });

  it('leaves nothing behind in memory', () => {
    expect(existsSync(join(home.folder, 'data'))).toBe(false);
  });
});

describe('conv3n validate', () => {
  it('says that a file is valid', async () => {
    expect((await home.expect(0, ['validate', file])).stdout).toBe(`${file} is valid.\n`);
    expect((await home.expect(0, ['validate', file, '--json'])).json).toEqual({ valid: true, problems: [] });
  });

  it('names every problem with its path', async () => {
    const name = home.write(
      'wrong.json',
      flow({ a: step('std/transfrom', {}), b: step('std/condition', { if: '{{ $node.zz.data }}' }) }, [
        { source: 'a', target: 'c' },
      ]),
    );
    const answer = await home.expect(2, ['validate', name]);
    expect(stable(answer.stdout)).toMatchInlineSnapshot(`
      "wrong.json has 3 problems:

      WHERE  WHAT
      edges.0.target  There is no node "c" beside this edge. Did you mean "a"?
      nodes.a.type  There is no block "std/transfrom". Did you mean "std/transform"?
      nodes.b.config.if  There is no node "zz"."
    `);
    const { json } = await home.expect(2, ['validate', name, '--json']);
    expect(json.valid).toBe(false);
    expect(json.problems.length).toBeGreaterThan(1);
  });

  it('tells a file that is none from one that is not JSON', async () => {
    expect((await home.expect(2, ['validate', 'nowhere.json'])).stderr).toContain('nowhere.json does not exist.');
    expect((await home.expect(2, ['validate', '.'])).stderr).toContain('is a folder');
    expect((await home.expect(2, ['run', '-'], { stdin: 'null' })).stderr).toContain('must hold a JSON object');
    expect((await home.expect(2, ['validate', '-'], { stdin: '{"a":' })).stderr).toContain('is not valid JSON');
  });
});
