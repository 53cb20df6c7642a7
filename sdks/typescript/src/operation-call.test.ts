import { describe, expect, it } from 'vitest';
import { encodeCall } from './operation-call.ts';
import { pause, retryAfterMs, waitBefore } from './retry.ts';

describe('an encoded call', () => {
  it('distributes fields over path, headers, query and body', () => {
    const call = {
      id: 'a.b',
      method: 'POST',
      path: '/a/{id}/b',
      query: ['mode', 'tags'],
      headers: { key: 'Idempotency-Key' },
    };
    expect(
      encodeCall(call, { id: 'x/y', mode: true, tags: [1, 2], key: 'k', input: { a: 1 }, none: undefined }),
    ).toEqual({
      method: 'POST',
      target: '/api/v1/a/x%2Fy/b?mode=true&tags=1&tags=2',
      headers: { 'idempotency-key': 'k', 'content-type': 'application/json' },
      body: '{"input":{"a":1}}',
    });
  });

  it('sends one field as the whole body', () => {
    const call = { id: 'a.b', method: 'PUT', path: '/a', body: 'file' };
    expect(encodeCall(call, { file: [1] }).body).toBe('[1]');
    expect(encodeCall(call, {})).toEqual({ method: 'PUT', target: '/api/v1/a', headers: {} });
  });

  it('sends everything as query where there is no body, keeps rest paths and roots', () => {
    expect(
      encodeCall({ id: 'a.b', method: 'GET', path: '/f/{path...}', root: true }, { path: 'a b/c', limit: 1 }).target,
    ).toBe('/f/a%20b/c?limit=1');
  });

  it.each([undefined, null, ''])('refuses %j for a field of the path', (id) => {
    expect(() => encodeCall({ id: 'a.b', method: 'GET', path: '/a/{id}' }, { id })).toThrow('a.b needs "id".');
  });
});

describe('waiting', () => {
  it('spreads over the whole interval, doubles, and is bounded', () => {
    const options = { retries: 10, baseMs: 100, maxMs: 350 };
    expect([0, 1, 2, 3].map((attempt) => waitBefore(attempt, undefined, options, () => 1))).toEqual([
      100, 200, 350, 350,
    ]);
    expect(waitBefore(3, undefined, options, () => 0)).toBe(0);
    expect(waitBefore(10, undefined, options, () => 1)).toBeUndefined();
  });

  it('obeys the server unless it asks for too much', () => {
    expect(waitBefore(0, 900, { maxMs: 1000 }, () => 1)).toBe(900);
    expect(waitBefore(0, 1001, { maxMs: 1000 }, () => 1)).toBeUndefined();
  });

  it.each([
    ['3', 3000],
    ['Thu, 01 Jan 1970 00:00:05 GMT', 4000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('reads Retry-After %s as %s', (header, ms) => {
    expect(retryAfterMs(header, 1000)).toBe(ms);
  });

  it('ends early with the reason of an abort', async () => {
    const controller = new AbortController();
    const waiting = pause(60_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(pause(1, controller.signal)).rejects.toThrow('enough');
    await pause(1, undefined);
  });
});
