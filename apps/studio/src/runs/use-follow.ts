import { useEffect, useState } from 'react';
import { errorText } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import type { Execution } from '../api/types.ts';
import { applyEvent, type RunEvent, type RunState } from '../engine/run-state.ts';
import { runOfExecution } from './run-of-execution.ts';

/** A live execution, or why it cannot be followed. */
export interface Followed {
  readonly run: RunState | undefined;
  readonly execution: Execution | undefined;
  readonly problem: string | undefined;
}

const nothing: Followed = { run: undefined, execution: undefined, problem: undefined };

/** Reads the stream to its end; the client reconnects by itself. `publish` gets every state. */
async function follow(id: string, signal: AbortSignal, publish: (followed: Followed) => void): Promise<void> {
  let { run, execution, problem } = nothing;
  const settle = async () => {
    execution = await client.executions.get({ id });
    run = runOfExecution(execution, run);
  };
  try {
    for await (const event of client.executions.follow({ id }, { signal })) {
      if (event.event === 'end') await settle();
      else if (event.event === 'execution') {
        execution = event.data as Execution;
        run = runOfExecution(execution, run);
      } else if (run !== undefined) run = applyEvent(run, event.data as RunEvent);
      publish({ run, execution, problem });
    }
  } catch (error) {
    if (signal.aborted) return;
    problem = errorText(error);
    publish({ run, execution, problem });
  }
}

/** Follows an execution from its current state to its end; at most one render per frame. `round` starts over, such as after a decision. */
export function useFollow(id: string | undefined, round = 0): Followed {
  const [seen, setSeen] = useState<{ readonly id: string; readonly followed: Followed }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round follows the same id again
  useEffect(() => {
    if (id === undefined) return;
    const control = new AbortController();
    let latest = nothing;
    let frame = 0;
    const publish = (followed: Followed) => {
      latest = followed;
      if (frame !== 0) return;
      frame = requestAnimationFrame(() => {
        frame = 0;
        setSeen({ id, followed: latest });
      });
    };
    void follow(id, control.signal, publish);
    return () => {
      control.abort();
      cancelAnimationFrame(frame);
    };
  }, [id, round]);
  return seen !== undefined && seen.id === id ? seen.followed : nothing;
}
