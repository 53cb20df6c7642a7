import { expect, it } from 'vitest';
import { CapabilityGate, parseCapability } from './capability.ts';

const denied = expect.objectContaining({ code: 'capability_denied', kind: 'denied' });

it.each([
  ['svc:call:block:std/http_request', { verb: 'svc:call', pattern: 'block:std/http_request' }],
  ['store:read:a*', { verb: 'store:read', pattern: 'a*' }],
  ['state:write:*', { verb: 'state:write', pattern: '*' }],
  ['svc:call:', undefined],
  ['svc:call', undefined],
  ['svc:delete:a', undefined],
  ['evt:emit:a*b', undefined],
  ['net:host', undefined],
])('parses %s', (text, expected) => {
  expect(parseCapability(text)).toEqual(expected);
});

it('denies everything that is not declared', () => {
  const gate = new CapabilityGate('p', ['svc:call:a.*', 'svc:call:b'], undefined);
  for (const name of ['a.x', 'a.', 'b']) expect(() => gate.check('svc:call', name)).not.toThrow();
  for (const name of ['a', 'bb', 'c']) expect(() => gate.check('svc:call', name)).toThrow(denied);
  expect(() => gate.check('svc:register', 'a.x')).toThrow(denied);
});

it('allows only what is both declared and granted, and says which is missing', () => {
  const gate = new CapabilityGate('p', ['svc:call:a.*'], ['svc:call:*', 'evt:emit:*']);
  expect(() => gate.check('svc:call', 'a.x')).not.toThrow();
  expect(() => gate.check('evt:emit', 'x')).toThrow(/Declare it/);
  const narrow = new CapabilityGate('p', ['svc:call:*', 'state:read:*'], ['svc:call:a.x']);
  expect(() => narrow.check('svc:call', 'a.y')).toThrow(/Grant it/);
  expect(() => narrow.checkPrefix('state:read', 'x')).toThrow(/Grant it/);
  expect(() => new CapabilityGate('p', ['svc:call:*'], []).check('svc:call', 'a')).toThrow(denied);
});

it('demands a pattern that covers the whole prefix for listing and watching', () => {
  const gate = new CapabilityGate('p', ['state:read:a.*', 'state:read:exact'], undefined);
  expect(() => gate.checkPrefix('state:read', 'a.b')).not.toThrow();
  expect(() => gate.checkPrefix('state:read', 'a')).toThrow(denied);
  expect(() => gate.checkPrefix('state:read', 'exact')).toThrow(denied);
});

it('refuses malformed grants', () => {
  expect(() => new CapabilityGate('p', [], ['everything'])).toThrow(
    expect.objectContaining({ code: 'invalid_manifest' }),
  );
});
