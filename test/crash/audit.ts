import type { ApiClient, EventWire } from '../support/api-client.ts';
import type { CountingService } from '../support/counting-service.ts';
import { idOf, type Order, type StormResult } from './kill-storm.ts';
import { externalKeys, externalNodes, orderOutput } from './order-workflow.ts';
import { canonical, checkDoubts, checkStream } from './stream-checks.ts';

/** Figures of a storm, so that a test can tell that it tested something. */
export interface StormFigures {
  readonly doubts: number;
  readonly repeatedIdempotentCalls: number;
  readonly followedEvents: number;
}

/** Compares what the server says after a storm with what the service and the clients saw. Answers every broken promise. */
export async function audit(
  storm: StormResult,
  service: CountingService,
): Promise<{ readonly violations: readonly string[]; readonly figures: StormFigures }> {
  const { api, orders, kills } = storm;
  const violations = [...storm.violations];
  let doubts = 0;
  let followedEvents = 0;
  const listed = new Map((await api.executions()).map((summary) => [summary.id, summary]));
  if (listed.size !== orders.length)
    violations.push(`${orders.length} orders, but ${listed.size} executions in the list`);
  const inDoubt = await api.executions('in_doubt');
  if (inDoubt.length > 0) violations.push(`still listed in doubt: ${inDoubt.map(({ id }) => id).join(', ')}`);
  for (const order of orders) {
    const id = idOf(order);
    const events = await api.events(id);
    violations.push(...(await checkExecution(api, order)), ...checkEffects(order, service));
    violations.push(...checkStream(id, events, listed.get(id)?.status));
    violations.push(...checkDoubts(id, events, kills, externalNodes), ...checkFollowed(order, events));
    doubts += events.filter((event) => event.type === 'step_in_doubt').length;
    followedEvents += order.followed.size;
  }
  const repeats = repeatedCalls(service);
  violations.push(...repeats.violations);
  return { violations, figures: { doubts, repeatedIdempotentCalls: repeats.count, followedEvents } };
}

async function checkExecution(api: ApiClient, order: Order): Promise<string[]> {
  const id = idOf(order);
  const seen = await api.execution(id);
  const problems: string[] = [];
  if (seen.status !== 'succeeded') {
    problems.push(`${id} (n=${order.n}) ended as ${seen.status}: ${JSON.stringify(seen.error)}`);
    return problems;
  }
  const [is, wanted] = [seen.output, orderOutput(id, order.n)].map((value) => canonical(value));
  if (is !== wanted) problems.push(`${id} answered ${is} instead of ${wanted}`);
  if (order.ended?.finishedAt !== seen.finished_at)
    problems.push(`${id} ended at ${order.ended?.finishedAt}, now ${seen.finished_at}`);
  return problems;
}

function checkEffects(order: Order, service: CountingService): string[] {
  return externalKeys(idOf(order), order.n).flatMap((key) => {
    const effects = service.effects(key);
    const foreign = service.callsOf(key).filter((call) => call.idempotencyKey !== key);
    return [
      ...(effects === 1 ? [] : [`the effect of ${key} happened ${effects} times`]),
      ...foreign.map((call) => `${key} was called with Idempotency-Key ${call.idempotencyKey}`),
    ];
  });
}

/** Nobody saw an event that a later life of the server does not know. */
function checkFollowed(order: Order, events: readonly EventWire[]): string[] {
  return [...order.followed].flatMap(([version, text]) => {
    const now = JSON.stringify(events[version - 1]);
    return now === text ? [] : [`a follower of ${idOf(order)} saw ${text}, the stream holds ${now}`];
  });
}

/** One life of the server makes each idempotent call at most once; so a kill costs at most one repeat. */
function repeatedCalls(service: CountingService): { readonly violations: readonly string[]; readonly count: number } {
  const lives = new Map<string, number>();
  const keys = new Set<string>();
  let repeatable = 0;
  for (const call of service.calls) {
    if (call.method === 'POST') continue;
    repeatable += 1;
    keys.add(call.key);
    const life = `${call.key} by start ${call.serverStart}`;
    lives.set(life, (lives.get(life) ?? 0) + 1);
  }
  const violations = [...lives].filter(([, count]) => count > 1).map(([life, count]) => `${count} calls of ${life}`);
  return { violations, count: repeatable - keys.size };
}
