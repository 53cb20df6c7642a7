import { isConv3nError, toConv3nError } from '@conv3n/platform';
import type { ExecutionView } from '@conv3n/workflow';
import { executorErrors } from './errors.ts';
import type { Host } from './host.ts';

const broken: ReadonlySet<string> = new Set(['history_invalid', 'execution_broken']);

/** What can still be said about an execution whose events do not fold. @throws the error when it has another cause */
export async function brokenView(host: Host, id: string, thrown: unknown): Promise<ExecutionView> {
  const summary = isConv3nError(thrown) && broken.has(thrown.code) ? await host.index.get(id) : undefined;
  if (!summary) throw thrown;
  const cause = toConv3nError(thrown);
  const error = executorErrors.error('execution_broken', `The execution cannot be read: ${cause.message}`, {
    details: { cause: cause.code },
  });
  return {
    ...summary,
    trigger: { kind: summary.trigger },
    input: null,
    output: null,
    error: error.toDetail(),
    steps: [],
  };
}
