import { type ApiClient, type EventWire, Refusal } from '../support/api-client.ts';

/** A step in one iteration; `iteration` as the API writes it, such as `3.0`. */
export interface StepPlace {
  readonly node: string;
  readonly iteration: string | undefined;
}

/** What the outside world knows about a step's effect, and what the step would have answered. */
export interface Truth {
  readonly effects: number;
  readonly data: unknown;
}

/** The steps whose last word in the events is doubt. */
export function openDoubts(events: readonly EventWire[]): StepPlace[] {
  const open = new Map<string, StepPlace>();
  for (const { type, data } of events) {
    if (data.node === undefined) continue;
    const place: StepPlace = { node: data.node, iteration: data.i?.join('.') };
    const key = placeKey(place);
    if (type === 'step_in_doubt') open.set(key, place);
    else open.delete(key);
  }
  return [...open.values()];
}

/**
 * Decides every open doubt of an execution by the truth: `succeed` when the effect happened, `retry` when it did not. Answers what must not
 * be: an effect that happened twice, or an execution in doubt without a doubtful step.
 */
export async function decideByTruth(
  api: ApiClient,
  id: string,
  truthOf: (place: StepPlace) => Promise<Truth>,
): Promise<string[]> {
  const doubts = openDoubts(await api.events(id));
  const problems = doubts.length === 0 ? [`${id} is in doubt without a step in doubt`] : [];
  for (const place of doubts) {
    const { node, iteration } = place;
    const { effects, data } = await truthOf(place);
    if (effects > 1) problems.push(`the effect of ${placeKey(place)} of ${id} happened ${effects} times`);
    try {
      await api.decide(id, {
        node,
        ...(iteration !== undefined && { iteration }),
        ...(effects > 0 ? { decision: 'succeed' as const, data } : { decision: 'retry' as const }),
      });
    } catch (error) {
      if (!(error instanceof Refusal) || !alreadyDecided.has(error.failure.code)) throw error;
    }
  }
  return problems;
}

/** `node` or `node:iteration`. */
export function placeKey({ node, iteration }: StepPlace): string {
  return iteration === undefined ? node : `${node}:${iteration}`;
}

/** An earlier decision whose answer was lost. */
const alreadyDecided: ReadonlySet<string> = new Set(['step_not_in_doubt', 'execution_ended']);
