import { compileSchema } from '@conv3n/nexus';
import type { JsonObject } from '@conv3n/platform';
import { describe, expect, it } from 'vitest';
import { configViolations, secretName } from './trigger-config.ts';
import type { TriggerType } from './trigger-record.ts';

const paths = (type: TriggerType, config: JsonObject) =>
  configViolations(type, config, compileSchema).map((violation) => violation.path);

describe('the config of a trigger', () => {
  it.each<[TriggerType, JsonObject]>([
    ['std/webhook', { path: 'orders/:id', method: 'PUT', secret: '{{ $secrets.hook }}', schema: { type: 'object' } }],
    ['std/cron', { schedule: '0 9 * * 1-5', timezone: 'Europe/Berlin' }],
    ['std/interval', { every: '5m' }],
  ])('is accepted for %s', (type, config) => {
    expect(paths(type, config)).toEqual([]);
  });

  it.each<[string, TriggerType, JsonObject, string]>([
    ['no path', 'std/webhook', {}, 'path'],
    ['a path with a query', 'std/webhook', { path: 'a?b' }, 'path'],
    ['a parameter twice', 'std/webhook', { path: ':a/:a' }, 'path'],
    ['an unknown method', 'std/webhook', { path: 'a', method: 'BREW' }, 'method'],
    ['an unknown setting', 'std/webhook', { path: 'a', methd: 'GET' }, 'methd'],
    ['a secret in plain text', 'std/webhook', { path: 'a', secret: 'hunter2' }, 'secret'],
    ['a secret inside a longer text', 'std/webhook', { path: 'a', secret: 'x{{ $secrets.a }}' }, 'secret'],
    ['no schedule', 'std/cron', {}, 'schedule'],
    ['a schedule that is none', 'std/cron', { schedule: 'often' }, 'schedule'],
    ['a time zone nobody has', 'std/cron', { schedule: '0 9 * * *', timezone: 'Mars/Base' }, 'schedule'],
    ['an interval below a second', 'std/interval', { every: '10ms' }, 'every'],
    ['an interval that is no duration', 'std/interval', { every: 'soon' }, 'every'],
  ])('is refused with %s', (_name, type, config, path) => {
    expect(paths(type, config)).toContain(path);
  });

  it('names a secret with and without braces', () => {
    expect([secretName('$secrets.a'), secretName('{{ $secrets.a_1 }}'), secretName('a'), secretName(7)]).toEqual([
      'a',
      'a_1',
      undefined,
      undefined,
    ]);
  });
});
