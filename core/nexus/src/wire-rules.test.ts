import type { ErrorKind } from '@conv3n/platform';
import { runtimeErrors } from '@conv3n/runtime';
import { describe, expect, it } from 'vitest';
import { coercionOf } from './coercion.ts';
import { errorReference, pipelineErrors, wireStatusOf } from './error-registry.ts';
import { versionNegotiation } from './protocol-version.ts';
import { closestName } from './suggestion.ts';

describe('the error registry', () => {
  it.each<[ErrorKind, number, string]>([
    ['invalid', 400, 'INVALID_ARGUMENT'],
    ['unauthenticated', 401, 'UNAUTHENTICATED'],
    ['denied', 403, 'PERMISSION_DENIED'],
    ['not_found', 404, 'NOT_FOUND'],
    ['conflict', 409, 'ABORTED'],
    ['precondition', 412, 'FAILED_PRECONDITION'],
    ['too_large', 413, 'RESOURCE_EXHAUSTED'],
    ['unsupported', 415, 'UNIMPLEMENTED'],
    ['misdirected', 421, 'FAILED_PRECONDITION'],
    ['exhausted', 429, 'RESOURCE_EXHAUSTED'],
    ['cancelled', 499, 'CANCELLED'],
    ['internal', 500, 'INTERNAL'],
    ['unavailable', 503, 'UNAVAILABLE'],
    ['timeout', 504, 'DEADLINE_EXCEEDED'],
  ])('maps %s to %d and %s', (kind, http, grpc) => {
    expect(wireStatusOf({ code: 'any_code', kind })).toEqual({ http, grpc });
  });

  it('gives 405 and 406 to the two codes HTTP names itself', () => {
    expect(wireStatusOf({ code: 'method_not_allowed', kind: 'unsupported' }).http).toBe(405);
    expect(wireStatusOf({ code: 'not_acceptable', kind: 'unsupported' }).http).toBe(406);
  });

  it('prints one row for each code of all packages', () => {
    const rows = errorReference([
      pipelineErrors,
      { package: '@conv3n/runtime', definitions: runtimeErrors.definitions },
    ]);
    expect(rows.find(({ code }) => code === 'rate_limited')).toMatchObject({
      http: 429,
      grpc: 'RESOURCE_EXHAUSTED',
      retryable: true,
      package: '@conv3n/nexus',
    });
    expect(rows.map(({ code }) => code)).toEqual(rows.map(({ code }) => code).sort());
  });

  it('refuses a code with two owners', () => {
    expect(() => errorReference([pipelineErrors, { ...pipelineErrors, package: 'other' }])).toThrow(
      expect.objectContaining({ code: 'error_codes_clash' }),
    );
  });
});

describe('version negotiation', () => {
  const negotiate = versionNegotiation(['2.1.0', '3.0.0', '3.2.0']);

  it.each([
    [{}, '2.1.0'],
    [{ header: '3.1.0' }, '3.2.0'],
    [{ header: '3' }, '3.2.0'],
    [{ header: '2.0' }, '2.1.0'],
    [{ header: '3.0.5-beta.1+build' }, '3.2.0'],
    [{ envelope: '2.1.0', header: '3.0.0', query: '9.0.0' }, '2.1.0'],
    [{ header: '2.1.0', query: '3.0.0' }, '2.1.0'],
    [{ query: '3.0.0' }, '3.2.0'],
  ])('chooses for %j version %s', (requested, version) => {
    expect(negotiate(requested).version).toBe(version);
  });

  it('warns exactly when no version was named', () => {
    expect(negotiate({}).warning).toContain('2.1.0');
    expect(negotiate({ header: '2.1.0' }).warning).toBeUndefined();
  });

  it.each(['4.0.0', '3.3.0', '1.0.0', '2.2'])('refuses %s and lists what is supported', (header) => {
    expect(() => negotiate({ header })).toThrow(
      expect.objectContaining({
        code: 'protocol_version_mismatch',
        details: { client_version: header, supported_versions: ['2.1.0', '3.0.0', '3.2.0'] },
      }),
    );
  });

  it.each(['', 'latest', '1.2.3.4', '-1.0.0'])('refuses %j as no version', (header) => {
    expect(() => negotiate({ header })).toThrow(expect.objectContaining({ code: 'invalid_protocol_version' }));
  });
});

describe('coercion', () => {
  const input = {
    type: 'object',
    $defs: { flag: { type: 'boolean' } },
    properties: {
      limit: { type: 'integer' },
      ratio: { type: ['number', 'null'] },
      flag: { $ref: '#/$defs/flag' },
      status: { anyOf: [{ const: 'open' }, { const: 'done' }] },
      level: { enum: [1, 2, null] },
      tags: { type: 'array', items: { type: 'integer' } },
      names: { type: 'array' },
      free: {},
    },
  } as const;

  it.each<[string, string | string[], unknown]>([
    ['limit', '12', 12],
    ['limit', '-3', -3],
    ['limit', 'many', 'many'],
    ['limit', '0x10', '0x10'],
    ['limit', '', ''],
    ['limit', ['1', '2'], 2],
    ['ratio', '1.5e3', 1500],
    ['ratio', 'null', null],
    ['flag', 'true', true],
    ['flag', 'false', false],
    ['flag', 'yes', 'yes'],
    ['status', 'open', 'open'],
    ['level', '2', 2],
    ['level', 'null', null],
    ['tags', '7', [7]],
    ['tags', ['7', 'x'], [7, 'x']],
    ['names', ['a'], ['a']],
    ['free', '12', '12'],
    ['unknown', 'true', 'true'],
  ])('reads %s=%j as %j', (field, raw, expected) => {
    expect(coercionOf(input, field)(raw)).toEqual(expected);
  });
});

describe('a suggestion', () => {
  it.each([
    ['cofnig', 'config'],
    ['timeOut', 'timeout'],
    ['max_attempts', 'maxAttempts'],
    ['lable', 'label'],
    ['xyz', undefined],
    ['q'.repeat(100), undefined],
  ])('for %s is %s', (typed, expected) => {
    expect(closestName(typed, ['config', 'timeout', 'maxAttempts', 'label', 'z'.repeat(80)])).toBe(expected);
  });
});
