import type { AtomicWrite } from '@conv3n/platform';
import { describe, expect, it } from 'vitest';
import type { ExecutionIndex, ExecutionSummary } from '../execution-index.ts';

export interface ExecutionIndexUnderTest {
  readonly index: ExecutionIndex;
  /** Commits the writes together, or none of them. */
  commit(writes: readonly AtomicWrite[]): Promise<void>;
  close?(): Promise<void> | void;
}

const start = 1_767_225_600_000;

/** A UUIDv7 whose time is `start` plus `minute` minutes. */
function idAt(minute: number): string {
  const time = (start + minute * 60_000).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${minute.toString(16).padStart(12, '0')}`;
}

function summary(minute: number, rest: Partial<ExecutionSummary> = {}): ExecutionSummary {
  const createdAt = start + minute * 60_000;
  return {
    id: idAt(minute),
    workflowId: 'w1',
    workflowVersion: 1,
    workflowName: 'Orders',
    status: 'succeeded',
    trigger: 'api',
    createdAt,
    startedAt: createdAt,
    finishedAt: createdAt + 5,
    errorCode: null,
    ...rest,
  };
}

/** The rules of {@link ExecutionIndex}. */
export function executionIndexContract(name: string, make: () => Promise<ExecutionIndexUnderTest>): void {
  describe(`execution index contract: ${name}`, () => {
    const using = async (test: (subject: ExecutionIndexUnderTest) => Promise<void>) => {
      const subject = await make();
      try {
        await test(subject);
      } finally {
        await subject.close?.();
      }
    };
    const fill = (subject: ExecutionIndexUnderTest, rows: readonly ExecutionSummary[]) =>
      subject.commit(rows.map((row) => subject.index.put(row)));

    it('gives back every field, and the last write of an id wins', () =>
      using(async (subject) => {
        const open = summary(1, {
          status: 'queued',
          startedAt: null,
          finishedAt: null,
          workflowId: null,
          workflowVersion: null,
        });
        await fill(subject, [open]);
        expect(await subject.index.get(open.id)).toEqual(open);
        const failed = summary(1, { status: 'failed', errorCode: 'step_timeout', trigger: 'webhook' });
        await fill(subject, [failed]);
        expect(await subject.index.get(failed.id)).toEqual(failed);
        expect(await subject.index.get(idAt(2))).toBeUndefined();
      }));

    it('leaves nothing of a commit whose later write fails', () =>
      using(async (subject) => {
        await fill(subject, [summary(1)]);
        const failing: AtomicWrite = {
          backend: subject.index.backend,
          apply: () => {
            throw new Error('refused');
          },
        };
        const changed = subject.index.put(summary(1, { status: 'failed' }));
        const writes = [changed, subject.index.put(summary(2)), subject.index.remove([idAt(1)]), failing];
        await expect(subject.commit(writes)).rejects.toThrow();
        expect(await subject.index.get(idAt(1))).toMatchObject({ status: 'succeeded' });
        expect(await subject.index.get(idAt(2))).toBeUndefined();
      }));

    it('lists newest first, filtered, page by page', () =>
      using(async (subject) => {
        const rows = Array.from({ length: 7 }, (_, minute) =>
          summary(minute, {
            workflowId: minute % 2 === 0 ? 'w1' : 'w2',
            status: minute < 5 ? 'succeeded' : 'running',
            ...(minute >= 5 && { finishedAt: null }),
          }),
        );
        await fill(subject, rows);
        const ids = (items: readonly ExecutionSummary[]) => items.map((item) => item.id);
        const first = await subject.index.list({ limit: 3 });
        expect(ids(first.items)).toEqual([6, 5, 4].map(idAt));
        const second = await subject.index.list({ limit: 4, after: first.next ?? '' });
        expect(ids(second.items)).toEqual([3, 2, 1, 0].map(idAt));
        expect(second.next).toBeUndefined();
        expect(ids((await subject.index.list({ workflowId: 'w2' })).items)).toEqual([5, 3, 1].map(idAt));
        expect(ids((await subject.index.list({ status: 'running' })).items)).toEqual([6, 5].map(idAt));
        const window = { from: start + 60_000, to: start + 3 * 60_000 };
        expect(ids((await subject.index.list(window)).items)).toEqual([2, 1].map(idAt));
        expect((await subject.index.list({ workflowId: 'none' })).items).toEqual([]);
      }));

    it('answers open executions oldest first, page by page, and counts them', () =>
      using(async (subject) => {
        const statuses = [
          'queued',
          'running',
          'succeeded',
          'waiting',
          'in_doubt',
          'cancelled',
          'timed_out',
          'failed',
        ] as const;
        await fill(
          subject,
          statuses.map((status, minute) => summary(minute, { status, workflowId: minute < 2 ? 'w1' : 'w2' })),
        );
        expect(await subject.index.open({ limit: 3 })).toEqual([0, 1, 3].map(idAt));
        expect(await subject.index.open({ limit: 3, after: idAt(3) })).toEqual([4].map(idAt));
        expect(await subject.index.countOpen()).toBe(4);
        expect(await subject.index.countOpen('w1')).toBe(2);
      }));

    it('answers ended executions beyond an age or a count, oldest first', () =>
      using(async (subject) => {
        const rows = Array.from({ length: 6 }, (_, minute) => summary(minute));
        await fill(subject, [...rows, summary(9, { status: 'running', finishedAt: null })]);
        const before = start + 2 * 60_000;
        expect(await subject.index.expired({ before, limit: 10 })).toEqual([0, 1].map(idAt));
        expect(await subject.index.expired({ keep: 2, limit: 10 })).toEqual([0, 1, 2, 3].map(idAt));
        expect(await subject.index.expired({ keep: 2, limit: 3 })).toEqual([0, 1, 2].map(idAt));
        expect(await subject.index.expired({ keep: 100, limit: 10 })).toEqual([]);
        await subject.commit([subject.index.remove([idAt(0), idAt(1)])]);
        expect(await subject.index.expired({ before, limit: 10 })).toEqual([]);
      }));
  });
}
