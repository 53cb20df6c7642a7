import { expect, it } from 'vitest';
import { hasScope, systemCaller } from './context.ts';
import { isRecord } from './json.ts';

it('grants a scope that the caller holds, and every scope to an admin', () => {
  const caller = { subject: 'user:1', scopes: new Set(['workflows:read']) };
  expect(hasScope(caller, 'workflows:read')).toBe(true);
  expect(hasScope(caller, 'workflows:write')).toBe(false);
  expect(hasScope(systemCaller, 'workflows:write')).toBe(true);
});

it('takes only plain objects for records', () => {
  expect([{}, [], null, 'a', undefined].map(isRecord)).toEqual([true, false, false, false, false]);
});
