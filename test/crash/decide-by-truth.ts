import { type ApiClient, type ExecutionWire, Refusal } from '../support/api-client.ts';
import type { CountingService } from '../support/counting-service.ts';

/**
 * Decides every step in doubt of an execution by what the service knows: `succeed` when the effect happened, `retry` when it did not. The
 * service's keys are `<execution id>:<node>`. Answers what must not be.
 */
export async function decideByTruth(
  api: ApiClient,
  service: CountingService,
  execution: ExecutionWire,
): Promise<string[]> {
  const problems: string[] = [];
  const doubtful = execution.steps.filter((step) => step.status === 'in_doubt');
  if (doubtful.length === 0) problems.push(`${execution.id} is in doubt without a step in doubt`);
  for (const { node } of doubtful) {
    const key = `${execution.id}:${node}`;
    await service.settled(key);
    const effects = service.effects(key);
    if (effects > 1) problems.push(`the effect of ${key} happened ${effects} times`);
    const data = { status: 200, headers: {}, body: { receipt: key, count: 1 } };
    try {
      await api.decide(execution.id, {
        node,
        ...(effects > 0 ? { decision: 'succeed' as const, data } : { decision: 'retry' as const }),
      });
    } catch (error) {
      if (!(error instanceof Refusal) || !alreadyDecided.has(error.failure.code)) throw error;
    }
  }
  return problems;
}

/** An earlier decision whose answer was lost. */
const alreadyDecided: ReadonlySet<string> = new Set(['step_not_in_doubt', 'execution_ended']);
