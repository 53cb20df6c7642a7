import { type JsonObject, toConv3nError } from '@conv3n/platform';
import { executorErrors } from './errors.ts';
import { streamOf } from './host.ts';
import type { RunRegistry } from './run-registry.ts';

/** Resumes every open execution, a bounded number at a time. What cannot be folded is failed with a code; the others go on. */
export async function recoverAll(registry: RunRegistry): Promise<number> {
  const { index, limits } = registry.host;
  let after: string | undefined;
  let count = 0;
  for (;;) {
    const ids = await index.open({ limit: limits.recoverAtOnce, ...(after !== undefined && { after }) });
    const opened = await Promise.all(ids.map((id) => recoverOne(registry, id)));
    count += opened.filter(Boolean).length;
    after = ids[ids.length - 1];
    if (ids.length < limits.recoverAtOnce || after === undefined) return count;
  }
}

async function recoverOne(registry: RunRegistry, id: string): Promise<boolean> {
  try {
    return await registry.recover(id);
  } catch (thrown) {
    const error = toConv3nError(thrown);
    const { platform, index, store } = registry.host;
    platform.log.write('error', 'execution could not be resumed', {
      execution: id,
      code: error.code,
      reason: error.message,
    });
    if (error.retryable) return false;
    const summary = await index.get(id);
    if (!summary) return false;
    const now = platform.clock.now();
    const version = await store.streamVersion(streamOf(id));
    const detail = executorErrors
      .error('execution_broken', `The execution cannot go on: ${error.message}`, { details: { cause: error.code } })
      .toDetail();
    const event = {
      type: 'execution_failed',
      data: { error: detail as unknown as JsonObject, t: now - summary.createdAt },
    };
    await store.append(streamOf(id), version, [event], {
      writes: [index.put({ ...summary, status: 'failed', finishedAt: now, errorCode: detail.code })],
    });
    return false;
  }
}
