import type { AtomicWrite } from '@conv3n/platform';
import { describe, expect, it } from 'vitest';
import type { VariableStore } from '../variable-store.ts';

export interface VariableStoreUnderTest {
  readonly variables: VariableStore;
  commit(writes: readonly AtomicWrite[]): Promise<void>;
  /** Moves the store's clock. */
  advance(ms: number): Promise<void>;
  close?(): Promise<void> | void;
}

/** The rules of {@link VariableStore}. */
export function variableStoreContract(name: string, make: () => Promise<VariableStoreUnderTest>): void {
  describe(`variable store contract: ${name}`, () => {
    const using = async (test: (subject: VariableStoreUnderTest) => Promise<void>) => {
      const subject = await make();
      try {
        await test(subject);
      } finally {
        await subject.close?.();
      }
    };
    const global = { scope: 'global', workflowId: null } as const;
    const mine = { scope: 'workflow', workflowId: 'w1' } as const;

    it('keeps values by scope, and the workflow wins over global', () =>
      using(async ({ variables, commit }) => {
        await commit([
          variables.set(global, 'a', 1),
          variables.set(global, 'b', { x: [1] }),
          variables.set(mine, 'a', 2),
        ]);
        expect(await variables.read('w1', ['a', 'b', 'c'])).toEqual({ a: 2, b: { x: [1] } });
        expect(await variables.read('w2', ['a'])).toEqual({ a: 1 });
        expect(await variables.read(null, null)).toEqual({ a: 1, b: { x: [1] } });
        expect(await variables.get(mine, 'a')).toBe(2);
        expect(await variables.get(mine, 'b')).toBeUndefined();
      }));

    it('shows a value only once it is committed', () =>
      using(async ({ variables, commit }) => {
        const write = variables.set(global, 'a', 1);
        expect(await variables.get(global, 'a')).toBeUndefined();
        const failing = {
          backend: variables.backend,
          apply: () => {
            throw new Error('refused');
          },
        };
        await expect(commit([write, failing])).rejects.toThrow();
        expect(await variables.get(global, 'a')).toBeUndefined();
      }));

    it('forgets a value after its time to live', () =>
      using(async ({ variables, commit, advance }) => {
        await commit([variables.set(global, 'a', 1, 1000)]);
        expect(await variables.get(global, 'a')).toBe(1);
        await advance(1001);
        expect(await variables.get(global, 'a')).toBeUndefined();
        expect(await variables.read(null, null)).toEqual({});
      }));
  });
}
