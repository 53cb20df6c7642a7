import { expect, it } from 'vitest';
import { checkEventType, compileTopic } from './topic-matching.ts';

it.each([
  ['a.b', 'a.b', true],
  ['a.b', 'a.b.c', false],
  ['a.*', 'a.b', true],
  ['a.*', 'a', false],
  ['a.*', 'a.b.c', false],
  ['*.b', 'a.b', true],
  ['a.*.c', 'a.b.c', true],
  ['a.*.c', 'a.b.d', false],
  ['a.**', 'a.b', true],
  ['a.**', 'a.b.c.d', true],
  ['a.**', 'a', false],
  ['**', 'a.b', true],
  ['a.*.**', 'a.b.c', true],
  ['a.*.**', 'a.b', false],
])('matches the topic %s against %s as %s', (topic, type, matches) => {
  expect(compileTopic(topic)(type)).toBe(matches);
});

it.each(['', 'a..b', '.a', 'a*', '**.a', 'a.b*.c', 'x'.repeat(300)])('refuses the topic %j', (topic) => {
  expect(() => compileTopic(topic)).toThrow(expect.objectContaining({ code: 'invalid_topic' }));
});

it('refuses wildcards in the type of an event', () => {
  expect(() => checkEventType('a.*')).toThrow(expect.objectContaining({ code: 'invalid_topic' }));
  expect(() => checkEventType('a.b')).not.toThrow();
});
