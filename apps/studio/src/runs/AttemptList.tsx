import type { ErrorDetail } from '@conv3n/platform';
import type { Step } from '../api/types.ts';
import { durationText } from '../components/moments.ts';
import { StatusIcon } from '../components/Status.tsx';
import type { RunEvent } from '../engine/run-state.ts';

interface Outcome {
  readonly attempt?: number;
  readonly ms?: number;
  readonly error?: ErrorDetail;
  readonly retryAt?: number;
}

/** One line per attempt that ended, with its error and when the next one starts. */
export function AttemptList({ step, events }: { readonly step: Step; readonly events: readonly RunEvent[] }) {
  const outcomes = events.filter(
    (event) => event.type === 'step_succeeded' || event.type === 'step_failed' || event.type === 'step_in_doubt',
  );
  if (outcomes.length === 0) {
    return (
      <p className="p-4 text-sm text-faint">
        {step.attempts === 0
          ? 'No attempt was made.'
          : `${step.attempts} attempt${step.attempts === 1 ? '' : 's'}, not ended yet.`}
      </p>
    );
  }
  return (
    <ol className="divide-y divide-line px-4">
      {outcomes.map((event) => {
        const facts = event.data as Outcome;
        return (
          <li key={event.version} className="flex items-start gap-3 py-2.5">
            <StatusIcon
              status={
                event.type === 'step_succeeded' ? 'succeeded' : event.type === 'step_failed' ? 'failed' : 'in_doubt'
              }
              className="mt-0.5"
            />
            <div className="min-w-0 flex-1">
              <p className="text-sm text-strong">Attempt {facts.attempt ?? 1}</p>
              {facts.error && (
                <p className="text-xs text-soft">
                  <code className="font-mono text-bad">{facts.error.code}</code> {facts.error.message}
                </p>
              )}
              {facts.retryAt !== undefined && (
                <p className="text-xs text-faint">Next attempt at {new Date(facts.retryAt).toLocaleTimeString()}</p>
              )}
            </div>
            <span className="text-xs text-soft tabular-nums">{durationText(facts.ms ?? 0)}</span>
            <time dateTime={event.time} className="text-xs text-faint tabular-nums">
              {new Date(event.time).toLocaleTimeString()}
            </time>
          </li>
        );
      })}
    </ol>
  );
}
