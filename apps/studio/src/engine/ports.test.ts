import type { BlockManifest } from '@conv3n/workflow';
import { describe, expect, it } from 'vitest';
import { configFields, configSummary, fieldTitle, isExclusive } from './config-fields.ts';
import { inputPorts, outputPorts, strayPorts } from './ports.ts';

const condition: BlockManifest = {
  type: 'std/condition',
  title: 'Condition',
  description: 'Decides.',
  category: 'logic',
  ports: { fixed: ['true', 'false'], fromConfig: '/cases/-/port', also: ['else'] },
  effect: { otherwise: 'pure' },
  config: {
    type: 'object',
    maxProperties: 1,
    properties: {
      if: { 'x-conv3n': { mode: 'expression' } },
      cases: { type: 'array', 'x-conv3n': { widget: 'cases' } },
    },
  } as BlockManifest['config'],
};

describe('ports', () => {
  it('follow the rule, the config and the error setting', () => {
    expect(outputPorts({ type: 'std/condition', config: { if: '$trigger' } }, condition)).toEqual(['true', 'false']);
    const cases = [
      { when: '1', port: 'big' },
      { when: '2', port: 'small' },
      { when: '3', port: 'big' },
    ];
    expect(outputPorts({ type: 'std/condition', config: { cases } }, condition)).toEqual(['big', 'small', 'else']);
    expect(outputPorts({ type: 'acme/unknown', onError: 'port' }, undefined)).toEqual(['default', 'error']);
  });

  it('keep edges visible whose port is gone', () => {
    const graph = {
      nodes: { c: { type: 'std/condition' }, d: { type: 'x' } },
      edges: [{ source: 'c', sourceHandle: 'old', target: 'd', targetHandle: 'left' }],
    };
    expect(strayPorts(graph, 'c', ['true', 'false'])).toEqual(['old']);
    expect(inputPorts(graph, 'd', condition)).toEqual(['default', 'left']);
    expect(inputPorts(graph, 'c', { ...condition, category: 'trigger' })).toEqual([]);
  });
});

describe('config fields', () => {
  it('take kind, title and choices from the schema and its annotation', () => {
    const fields = configFields({
      config: {
        type: 'object',
        required: ['url'],
        properties: {
          url: { type: 'string', title: 'URL' },
          method: { anyOf: [{ const: 'GET' }, { const: 'POST' }], default: 'GET' },
          headers: { type: 'object', patternProperties: { '.*': { type: 'string' } } },
          token: { type: 'string', 'x-conv3n': { secret: true } },
          maxBytes: { type: 'integer', 'x-conv3n': { advanced: true } },
          wait: { type: 'string', 'x-conv3n': { widget: 'duration' } },
          follow: { type: 'boolean' },
          names: { type: 'array', items: { type: 'string' } },
          anything: {},
        },
      } as BlockManifest['config'],
    });
    expect(fields.map((field) => [field.name, field.kind])).toEqual([
      ['url', 'text'],
      ['method', 'select'],
      ['headers', 'keyvalue'],
      ['token', 'secret'],
      ['maxBytes', 'number'],
      ['wait', 'duration'],
      ['follow', 'boolean'],
      ['names', 'list'],
      ['anything', 'json'],
    ]);
    expect(fields[0]).toMatchObject({ title: 'URL', required: true });
    expect(fields[1]).toMatchObject({ choices: ['GET', 'POST'], fallback: 'GET' });
    expect(fieldTitle('maxBytes')).toBe('Max bytes');
    expect(isExclusive(condition)).toBe(true);
  });

  it('sum a node up in one line', () => {
    expect(configSummary({ url: 'https://a.example/x', method: 'POST' })).toBe('POST a.example/x');
    expect(configSummary({ if: '{{ $trigger.ok }}' })).toBe('$trigger.ok');
    expect(configSummary({ set: { a: 1, b: 2 } })).toBe('a, b');
    expect(configSummary(undefined)).toBe('');
  });
});
