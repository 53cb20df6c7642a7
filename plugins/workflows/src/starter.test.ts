import type { StartRequest, WaitedExecution } from '@conv3n/executor';
import { compileSchema } from '@conv3n/nexus';
import { Conv3nError, isConv3nError, type JsonValue } from '@conv3n/platform';
import { testPlatform } from '@conv3n/platform/testing';
import { memoryStorage } from '@conv3n/runtime';
import { describe, expect, it } from 'vitest';
import { workflowsErrors } from './errors.ts';
import { IdempotencyKeys } from './idempotency.ts';
import { maxPublished, Starter } from './starter.ts';
import { WorkflowTurns } from './workflow-turns.ts';

function setup() {
  const platform = testPlatform();
  const started = new Map<string, StartRequest>();
  const answer = (id: string) => ({ settled: true, execution: { id } }) as unknown as WaitedExecution;
  let published: number | null = 1;
  let loads = 0;
  let beforeAnswer: () => void = () => undefined;
  const starter = new Starter({
    executor: {
      async runAndWait(request) {
        const id = request.id ?? platform.ids.next();
        if (started.has(id)) throw new Conv3nError('execution_exists', 'known', { kind: 'conflict' });
        started.set(id, request);
        return answer(id);
      },
      async wait(id) {
        if (!started.has(id)) throw new Conv3nError('execution_not_found', 'unknown', { kind: 'not_found' });
        return answer(id);
      },
    },
    store: {
      async publishedVersion() {
        loads += 1;
        const seen = published;
        beforeAnswer();
        return seen;
      },
      async definition(_id, version) {
        if (version > 9) throw workflowsErrors.error('workflow_version_not_found', 'no');
        return { schema: 'conv3n.workflow/v1', name: 'W', nodes: {}, edges: [], input: { type: ['object', 'null'] } };
      },
    },
    keys: new IdempotencyKeys(memoryStorage(platform), platform),
    turns: new WorkflowTurns(),
    compileSchema,
  });
  const start = async (
    more: { version?: number; input?: JsonValue; idempotencyKey?: string; workflowId?: string } = {},
  ) => {
    const wish = { workflowId: 'w', input: null, trigger: { kind: 'api' }, waitMs: 0, ...more } as const;
    try {
      const { execution } = await starter.start(wish, platform.context());
      return { id: execution.id, version: started.get(execution.id)?.version };
    } catch (error) {
      if (isConv3nError(error)) return { code: error.code };
      throw error;
    }
  };
  return {
    start,
    starter,
    started,
    loads: () => loads,
    publish: (version: number | null) => {
      published = version;
      starter.changed('w');
    },
    whileLoading: (work: () => void) => {
      beforeAnswer = () => {
        beforeAnswer = () => undefined;
        work();
      };
    },
  };
}

describe('starting a saved workflow', () => {
  it('asks the store once for what is published, until the workflow changes', async () => {
    const { start, loads, publish } = setup();
    expect([(await start()).version, (await start()).version, loads()]).toEqual([1, 1, 1]);
    publish(2);
    expect([(await start()).version, loads()]).toEqual([2, 2]);
    publish(null);
    expect(await start()).toEqual({ code: 'not_published' });
  });

  it('does not keep an answer that a change overtook', async () => {
    const { start, publish, whileLoading } = setup();
    whileLoading(() => publish(2));
    await start();
    expect((await start()).version).toBe(2);
  });

  it('keeps a bounded number of workflows', async () => {
    const { start, loads } = setup();
    for (let n = 0; n <= maxPublished; n += 1) await start({ workflowId: `w${n}` });
    await start({ workflowId: `w${maxPublished}` });
    expect(loads()).toBe(maxPublished + 1);
    await start({ workflowId: 'w0' });
    expect(loads()).toBe(maxPublished + 2);
  });

  it('refuses input that breaks the schema, and versions nobody saved', async () => {
    const { start } = setup();
    expect(await start({ input: 7 })).toEqual({ code: 'input_invalid' });
    expect(await start({ version: 12 })).toEqual({ code: 'workflow_version_not_found' });
  });
});

describe('an idempotency key', () => {
  it('gives one execution, also for requests at the same time', async () => {
    const { start, started } = setup();
    const answers = await Promise.all(Array.from({ length: 5 }, () => start({ idempotencyKey: 'k' })));
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
    expect(started.size).toBe(1);
  });

  it('answers the first execution after the workflow was unpublished or published anew', async () => {
    const { start, publish } = setup();
    const first = await start({ idempotencyKey: 'k' });
    publish(2);
    expect(await start({ idempotencyKey: 'k' })).toEqual(first);
    publish(null);
    expect(await start({ idempotencyKey: 'k' })).toEqual(first);
  });

  it('belongs to one request, and a refused request does not use it up', async () => {
    const { start } = setup();
    expect(await start({ idempotencyKey: 'k', input: 7 })).toEqual({ code: 'input_invalid' });
    expect(await start({ idempotencyKey: 'k', input: {} })).toMatchObject({ version: 1 });
    expect(await start({ idempotencyKey: 'k', input: { other: 1 } })).toEqual({ code: 'idempotency_key_reused' });
  });
});
