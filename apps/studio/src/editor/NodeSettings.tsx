import type { OnError, RetryPolicy, WorkflowNode } from '@conv3n/workflow';
import { Labelled, TextInput } from '../components/Field.tsx';
import { SelectInput } from '../components/SelectInput.tsx';
import { Toggle } from '../components/Toggle.tsx';
import { DurationInput } from '../fields/DurationField.tsx';
import { JsonText } from '../fields/JsonField.tsx';
import { useEditor } from './editor-context.ts';

const errorChoices = [
  { value: 'stop', label: 'Stop the execution' },
  { value: 'continue', label: 'Continue with null' },
  { value: 'port', label: 'Take the port “error”' },
  { value: 'fallback', label: 'Continue with a fallback' },
];

const joinChoices = [
  { value: 'all', label: 'All incoming edges', note: 'default' },
  { value: 'any', label: 'The first that arrives' },
  { value: 'first', label: 'The first, cancel the rest' },
];

function RetryFields({
  retry,
  onChange,
}: {
  readonly retry: RetryPolicy;
  readonly onChange: (retry: RetryPolicy) => void;
}) {
  const set = (patch: Record<string, unknown>) =>
    onChange(
      Object.fromEntries(
        Object.entries({ ...retry, ...patch }).filter(([, value]) => value !== undefined),
      ) as unknown as RetryPolicy,
    );
  return (
    <div className="grid gap-4 border-l-2 border-line pl-3.5">
      <Labelled label="Attempts at most">
        {(id) => (
          <TextInput
            id={id}
            type="number"
            min={1}
            max={100}
            value={retry.maxAttempts}
            onChange={(event) => set({ maxAttempts: Math.max(1, Math.round(Number(event.target.value)) || 1) })}
          />
        )}
      </Labelled>
      <Labelled label="Wait before the second">
        {(id) => <DurationInput id={id} value={retry.delay} placeholder="1s" onChange={(delay) => set({ delay })} />}
      </Labelled>
      <Labelled label="Then">
        {(id) => (
          <SelectInput
            id={id}
            value={retry.backoff ?? 'exponential'}
            choices={[
              { value: 'exponential', label: 'Double the wait each time' },
              { value: 'fixed', label: 'Wait the same each time' },
            ]}
            onChange={(value) => set({ backoff: value === 'exponential' ? undefined : value })}
          />
        )}
      </Labelled>
      <Labelled label="Wait at most">
        {(id) => (
          <DurationInput id={id} value={retry.maxDelay} placeholder="1m" onChange={(maxDelay) => set({ maxDelay })} />
        )}
      </Labelled>
      <Labelled
        label="Only on these errors"
        optional
        hint="Codes with commas between them; empty retries every error that may pass."
      >
        {(id) => (
          <TextInput
            id={id}
            className="font-mono text-xs!"
            value={retry.on?.join(', ') ?? ''}
            onChange={(event) => {
              const codes = event.target.value.split(/[\s,]+/).filter(Boolean);
              set({ on: codes.length === 0 ? undefined : codes });
            }}
          />
        )}
      </Labelled>
    </div>
  );
}

/** How a node behaves around its block: timeout, retry, errors, join. */
export function NodeSettings({ id, node }: { readonly id: string; readonly node: WorkflowNode }) {
  const { actions, manifests } = useEditor();
  const set = (patch: Parameters<typeof actions.setNode>[1]) => actions.setNode(id, patch);
  const onError: OnError = node.onError ?? 'stop';
  const kind = typeof onError === 'object' ? 'fallback' : onError;
  const isTrigger = actions.isTrigger(node.type);
  return (
    <div className="grid gap-5 p-4">
      <Labelled label="Timeout of one attempt">
        {(field) => (
          <DurationInput
            id={field}
            value={node.timeout}
            placeholder={manifests.get(node.type)?.timeout ?? '30s'}
            onChange={(timeout) => set({ timeout })}
          />
        )}
      </Labelled>
      <div className="grid gap-3">
        <div className="flex items-center justify-between">
          <span className="text-xs font-medium text-body">Retry after an error</span>
          <Toggle
            label="Retry after an error"
            checked={node.retry !== undefined}
            onChange={(on) => set({ retry: on ? { maxAttempts: 3 } : undefined })}
          />
        </div>
        {node.retry && <RetryFields retry={node.retry} onChange={(retry) => set({ retry })} />}
      </div>
      <Labelled label="When it fails for good">
        {(field) => (
          <SelectInput
            id={field}
            value={kind}
            choices={errorChoices}
            onChange={(value) =>
              set({ onError: value === 'stop' ? undefined : value === 'fallback' ? { fallback: null } : value })
            }
          />
        )}
      </Labelled>
      {typeof onError === 'object' && (
        <Labelled label="Fallback" hint="JSON that stands in for the step's data.">
          {() => (
            <JsonText
              label="Fallback"
              value={onError.fallback}
              onChange={(fallback) => set({ onError: { fallback } })}
            />
          )}
        </Labelled>
      )}
      {!isTrigger && (
        <Labelled label="Start after">
          {(field) => (
            <SelectInput
              id={field}
              value={node.join ?? 'all'}
              choices={joinChoices}
              onChange={(value) => set({ join: value === 'all' ? undefined : value })}
            />
          )}
        </Labelled>
      )}
      <div className="flex items-start justify-between gap-4">
        <div>
          <span className="text-xs font-medium text-body">Safe to repeat</span>
          <p className="text-xs text-faint">
            The other side recognises a repeated call, so after a crash the step simply runs again.
          </p>
        </div>
        <Toggle
          label="Safe to repeat"
          checked={node.effect === 'idempotent'}
          onChange={(on) => set({ effect: on ? 'idempotent' : undefined })}
        />
      </div>
    </div>
  );
}
