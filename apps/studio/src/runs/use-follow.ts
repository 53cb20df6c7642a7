import { useEffect, useState } from 'react';
import { errorText, isApiError } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import type { Execution } from '../api/types.ts';
import { applyEvent, type RunEvent, type RunState } from '../engine/run-state.ts';
import { runOfExecution } from './run-of-execution.ts';

/** Reconnects without any event in between before following gives up. */
const reconnectLimit = 5;

/** A live execution, or why it cannot be followed. */
export interface Followed {
  readonly run: RunState | undefined;
  readonly execution: Execution | undefined;
  readonly problem: string | undefined;
}

interface Draft {
  run: RunState | undefined;
  execution: Execution | undefined;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

async function follow(id: string, signal: AbortSignal, publish: (draft: Draft, problem?: string) => void): Promise<void> {
  const draft: Draft = { run: undefined, execution: undefined };
  let last: string | undefined;
  for (let attempt = 0; attempt < reconnectLimit && !signal.aborted; attempt += 1) {
    try {
      const stream = client.executions.follow({ id, ...(last === undefined ? {} : { last_event_id: last }) }, { signal });
      for await (const event of stream) {
        attempt = 0;
        last = event.id ?? last;
        if (event.event === 'end') {
          draft.execution = await client.executions.get({ id });
          draft.run = runOfExecution(draft.execution, draft.run);
          publish(draft);
          return;
        }
        if (event.event === 'execution') {
          draft.execution = event.data as Execution;
          draft.run = runOfExecution(draft.execution, draft.run);
        } else if (draft.run !== undefined) draft.run = applyEvent(draft.run, event.data as RunEvent);
        publish(draft);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isApiError(error) && error.status >= 400 && error.status < 500) {
        publish(draft, errorText(error));
        return;
      }
    }
    await pause(300 * 2 ** attempt, signal);
  }
  if (!signal.aborted) publish(draft, 'The live connection was lost. Reload to see the current state.');
}

/** Follows an execution from its current state to its end; at most one render per frame. `round` starts over, such as after a decision. */
export function useFollow(id: string | undefined, round = 0): Followed {
  const [followed, setFollowed] = useState<Followed & { readonly id?: string }>({ run: undefined, execution: undefined, problem: undefined });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round follows the same id again
  useEffect(() => {
    if (id === undefined) return;
    const control = new AbortController();
    let frame = 0;
    const publish = (draft: Draft, problem?: string) => {
      const show = () => {
        frame = 0;
        setFollowed({ id, run: draft.run, execution: draft.execution, problem });
      };
      if (problem !== undefined) show();
      else if (frame === 0) frame = requestAnimationFrame(show);
    };
    void follow(id, control.signal, publish);
    return () => {
      control.abort();
      cancelAnimationFrame(frame);
    };
  }, [id, round]);
  return followed.id === id ? followed : { run: undefined, execution: undefined, problem: undefined };
}
