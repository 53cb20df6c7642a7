import { Conv3nError } from '@conv3n/platform';
import { expect, it } from 'vitest';
import { type JsonLinesLogOptions, jsonLinesLog } from './json-lines-log.ts';

function collect(options: JsonLinesLogOptions = {}) {
  const lines: string[] = [];
  const log = jsonLinesLog({ clock: { now: () => 0 }, ...options, write: (line) => void lines.push(line) });
  return { log, last: () => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown>, lines };
}

it('writes one JSON object per line with time, level, message and the bound fields', () => {
  const { log, last, lines } = collect();
  log.with({ plugin: 'a' }).with({ n: 1 }).write('warn', 'two\nlines', { ms: 3n, message: 'no override' });
  expect(lines[0]).toMatch(/^[^\n]*\n$/);
  expect(last()).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    level: 'warn',
    message: 'two\nlines',
    plugin: 'a',
    n: 1,
    ms: '3',
  });
});

it('drops lines below its level', () => {
  const { log, lines } = collect({ level: 'warn' });
  log.write('info', 'quiet');
  log.with({}).write('error', 'loud');
  expect(lines).toHaveLength(1);
});

it('masks fields named like secrets at any depth', () => {
  const { log, lines } = collect();
  log.write('info', 'call', {
    apiKey: 'k-1',
    headers: { Authorization: 'Bearer k-1', 'set-cookie': 'k-1' },
    password: 'k-1',
  });
  expect(lines[0]).not.toContain('k-1');
  expect(lines[0]).toContain('[redacted]');
});

it('prints errors with code, cause and stack, and shortens huge strings', () => {
  const { log, last } = collect();
  log.write('error', 'failed', {
    error: new Conv3nError('gone', 'It is gone.', { cause: new TypeError('why') }),
    big: 'x'.repeat(20_000),
  });
  expect(last()).toMatchObject({
    error: { code: 'gone', message: 'It is gone.', cause: { name: 'TypeError', message: 'why' } },
  });
  expect(String(last()['big'])).toHaveLength(8_195);
});

it('still writes the line when a field cannot be printed', () => {
  const { log, last } = collect();
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  log.write('info', 'round', { loop });
  expect(last()).toMatchObject({ message: 'round', log_error: expect.stringContaining('cannot be printed') });
});
