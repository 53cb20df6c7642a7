import type { JsonObject } from '@conv3n/platform';
import { describe, expect, it } from 'vitest';
import type { BlockManifest, EffectRule } from './block.ts';
import { effectOf, outputPorts } from './block-rules.ts';

describe('effectOf', () => {
  const rule: EffectRule = {
    cases: [
      {
        all: [
          { path: '/manifest/hosts/-', in: [null] },
          { path: '/manifest/files/-/access', in: [null, 'read'] },
        ],
        effect: 'idempotent',
      },
    ],
    otherwise: 'external',
  };

  it.each([
    [{}, 'idempotent'],
    [{ manifest: {} }, 'idempotent'],
    [{ manifest: { hosts: [], files: ['a', { path: 'b', access: 'read' }] } }, 'idempotent'],
    [{ manifest: { secrets: ['token'] } }, 'idempotent'],
    [{ manifest: { hosts: ['example.com'] } }, 'external'],
    [{ manifest: { files: ['a', { path: 'b', access: 'write' }] } }, 'external'],
    [{ manifest: { files: [{ path: 'b', access: '{{ $trigger.access }}' }] } }, 'external'],
  ] as [JsonObject, string][])('of %j is %s', (config, effect) => {
    expect(effectOf(rule, config)).toBe(effect);
  });

  it('takes the first case whose tests all hold', () => {
    const cases = [
      { all: [{ path: '/a', in: [1] }], effect: 'pure' },
      { all: [{ path: '/a', in: [1, 2] }], effect: 'idempotent' },
    ] as const;
    const of = (a: number) => effectOf({ cases, otherwise: 'external' }, { a });
    expect([of(1), of(2), of(3)]).toEqual(['pure', 'idempotent', 'external']);
  });
});

describe('outputPorts', () => {
  const manifest = {
    ports: { fixed: ['true', 'false'], fromConfig: '/cases/-/port', also: ['else'] },
  } as unknown as BlockManifest;

  it('are the fixed ones, or those the config names and what is always there', () => {
    expect(outputPorts(manifest, { if: 'x' })).toEqual(['true', 'false']);
    expect(outputPorts(manifest, { cases: [{ port: 'a' }, { port: 'b' }, { port: 'a' }] })).toEqual(['a', 'b', 'else']);
  });
});
