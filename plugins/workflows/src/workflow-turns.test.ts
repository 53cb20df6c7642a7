import { describe, expect, it } from 'vitest';
import { WorkflowTurns } from './workflow-turns.ts';

const gate = () => Promise.withResolvers<void>();
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('turns of a workflow', () => {
  it('runs changes of one workflow one after another, also after a failure, and those of others meanwhile', async () => {
    const turns = new WorkflowTurns();
    const seen: string[] = [];
    const first = gate();
    const failing = turns.change('a', async () => {
      await first.promise;
      seen.push('a1');
      throw new Error('no');
    });
    const second = turns.change('a', async () => seen.push('a2'));
    await turns.change('b', async () => seen.push('b1'));
    first.resolve();
    await expect(failing).rejects.toThrow('no');
    await second;
    expect(seen).toEqual(['b1', 'a1', 'a2']);
  });

  it('tells a deletion how many starts are under way', async () => {
    const turns = new WorkflowTurns();
    const open = gate();
    const starts = [turns.start('a', () => open.promise), turns.start('a', () => open.promise)];
    expect(await turns.delete('a', async (starting) => starting)).toBe(2);
    open.resolve();
    await Promise.all(starts);
    expect(await turns.delete('a', async (starting) => starting)).toBe(0);
  });

  it('lets a start wait for the outcome of a deletion', async () => {
    const turns = new WorkflowTurns();
    const deleting = gate();
    const deletion = turns.delete('a', () => deleting.promise);
    await turn();
    let started = false;
    const start = turns.start('a', async () => {
      started = true;
    });
    await turn();
    expect(started).toBe(false);
    deleting.resolve();
    await Promise.all([deletion, start]);
    expect(started).toBe(true);
  });
});
