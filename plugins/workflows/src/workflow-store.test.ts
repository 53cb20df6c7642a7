import { testPlatform } from '@conv3n/platform/testing';
import { memoryEventStore } from '@conv3n/potter';
import { memoryStorage } from '@conv3n/runtime';
import type { WorkflowFile } from '@conv3n/workflow';
import { describe, expect, it } from 'vitest';
import { WorkflowStore } from './workflow-store.ts';

const file = (name: string): WorkflowFile => ({ schema: 'conv3n.workflow/v1', name, nodes: {}, edges: [] });
const signal = new AbortController().signal;

function setup() {
  const platform = testPlatform();
  const store = new WorkflowStore(memoryEventStore({ clock: platform.clock }), memoryStorage(platform));
  let at = 0;
  const save = (id: string, basedOn: number, name: string, tags: readonly string[] = []) => {
    at += 1;
    return store.handle(
      { kind: 'save', id, basedOn, name, description: null, tags, triggers: [], by: 'me', at },
      signal,
      file(name),
    );
  };
  return { store, save };
}

describe('WorkflowStore', () => {
  it('keeps every version with its definition', async () => {
    const { store, save } = setup();
    await save('a', 0, 'First');
    await save('a', 1, 'Second');
    expect(await store.get('a')).toMatchObject({
      version: 2,
      workflow: { name: 'Second' },
      createdAt: 1,
      updatedAt: 2,
    });
    expect(await store.get('a', 1)).toMatchObject({ version: 1, workflow: { name: 'First' } });
    expect((await store.versions('a')).map((row) => row.version)).toEqual([2, 1]);
    await expect(store.get('a', 3)).rejects.toMatchObject({ code: 'workflow_version_not_found' });
  });

  it('lists each workflow once, the last changed first, page by page', async () => {
    const { store, save } = setup();
    for (const id of ['a', 'b', 'c']) await save(id, 0, id.toUpperCase());
    await save('a', 1, 'A again');
    const first = await store.list({ limit: 2 });
    expect(first.items.map((row) => row.name)).toEqual(['A again', 'C']);
    const second = await store.list({ limit: 2, after: first.next as string });
    expect(second.items.map((row) => row.name)).toEqual(['B']);
    expect(second.next).toBeUndefined();
  });

  it('finds by part of the name or a tag, across pages', async () => {
    const { store, save } = setup();
    for (let index = 0; index < 5; index += 1) await save(`w${index}`, 0, `Flow ${index}`, index % 2 ? ['odd'] : []);
    expect((await store.list({ limit: 10, query: 'ODD' })).items.map((row) => row.id)).toEqual(['w3', 'w1']);
    expect((await store.list({ limit: 10, query: 'flow 4' })).items.map((row) => row.id)).toEqual(['w4']);
    const first = await store.list({ limit: 1, query: 'odd' });
    expect((await store.list({ limit: 1, query: 'odd', after: first.next as string })).items[0]?.id).toBe('w1');
  });

  it('forgets a deleted workflow but keeps its definitions for open executions', async () => {
    const { store, save } = setup();
    await save('a', 0, 'First');
    await store.handle({ kind: 'delete', id: 'a', by: 'me', at: 9 }, signal);
    await expect(store.get('a')).rejects.toMatchObject({ code: 'workflow_not_found' });
    expect((await store.list({ limit: 10 })).items).toEqual([]);
    expect(await store.definition('a', 1)).toMatchObject({ name: 'First' });
  });

  it('lets one of two concurrent saves win', async () => {
    const { save } = setup();
    await save('a', 0, 'First');
    const results = await Promise.allSettled([save('a', 1, 'Mine'), save('a', 1, 'Yours')]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((result) => result.status === 'rejected')).toMatchObject({
      reason: { code: 'workflow_version_conflict' },
    });
  });
});
