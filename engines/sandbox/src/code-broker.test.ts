import { expect, it } from 'vitest';
import { CodeBroker } from './code-broker.ts';
import { sandboxErrors } from './errors.ts';

const request = {
  code: '',
  input: null,
  ctx: {},
  workflowVersionKey: 'v',
  manifest: { hosts: ['a.example.com', 'b.example.com:8443'], secrets: ['T'] },
};
const { signal } = new AbortController();
const ask = (broker: CodeBroker, op: string, info: unknown) =>
  broker.answer({ op, info, hasBody: false }, Buffer.alloc(0), signal).then((reply) => reply.head);

it('knows an effect from a refusal', async () => {
  const egress = async () => ({ status: 200, headers: {}, body: new Uint8Array(2) });
  const broker = new CodeBroker(request, { egress, maxResponseBytes: 10 });
  expect(await ask(broker, 'fetch', { url: 'https://c.example.com/', method: 'GET' })).toMatchObject({ ok: false });
  expect(await ask(broker, 'fetch', { url: 'https://b.example.com/', method: 'GET' })).toMatchObject({ ok: false });
  expect(broker.effects).toBe(false);
  expect(
    await ask(broker, 'fetch', { url: 'https://b.example.com:8443/', method: 'GET', headers: { a: 1 } }),
  ).toMatchObject({
    ok: true,
  });
  expect(broker.effects).toBe(true);
});

it.each([
  ['fetch', null, 'bad_request'],
  ['other', {}, 'bad_request'],
  ['fetch', { url: 'nonsense' }, 'invalid_url'],
  ['fetch', { url: 'https://a.example.com/', method: 'GET' }, 'no_network'],
  ['secret', { name: 'X' }, 'secret_not_declared'],
  ['secret', { name: 'T' }, 'secret_not_found'],
])('refuses %s of %j', async (op, info, code) => {
  const broker = new CodeBroker(request, { maxResponseBytes: 10 });
  expect(await ask(broker, op, info)).toMatchObject({ ok: false, info: { code } });
});

it('passes on why the network refused, and refuses a body that is too large', async () => {
  const refusing = async () => Promise.reject(sandboxErrors.error('sql_denied', 'Private address.'));
  const first = new CodeBroker(request, { egress: refusing, maxResponseBytes: 10 });
  const target = { url: 'https://a.example.com/', method: 'GET' };
  expect(await ask(first, 'fetch', target)).toMatchObject({
    info: { code: 'sql_denied', message: 'Private address.' },
  });
  const flooding = async () => ({ status: 200, headers: {}, body: new Uint8Array(11) });
  const second = new CodeBroker(request, { egress: flooding, maxResponseBytes: 10 });
  expect(await ask(second, 'fetch', target)).toMatchObject({ info: { code: 'response_too_large' } });
});
