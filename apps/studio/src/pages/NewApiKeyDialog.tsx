import type { ApiKeysCreateInput } from '@conv3n/sdk';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { Checkbox } from 'radix-ui';
import { useState } from 'react';
import { errorText } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import { Button } from '../components/Button.tsx';
import { CommandLine } from '../components/CommandLine.tsx';
import { Labelled, TextInput } from '../components/Field.tsx';
import { Modal } from '../components/Modal.tsx';
import { SelectInput } from '../components/SelectInput.tsx';

type Scope = ApiKeysCreateInput['scopes'][number];

const scopes: readonly (readonly [Scope, string])[] = [
  ['workflows:read', 'Read workflows and versions'],
  ['workflows:write', 'Create, change and publish'],
  ['workflows:execute', 'Start executions'],
  ['executions:read', 'Read executions'],
  ['executions:control', 'Cancel, retry and decide'],
  ['triggers:write', 'Pause, resume and add triggers'],
  ['secrets:write', 'Set and delete secrets'],
  ['keys:write', 'Create and revoke keys'],
  ['admin', 'Everything'],
];

const lifetimes: Readonly<Record<string, number>> = { '30': 30, '90': 90, '365': 365 };

/** Makes a key and shows it once. */
export function NewApiKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<Scope>>(new Set(['workflows:execute', 'executions:read']));
  const [days, setDays] = useState('90');
  const create = useMutation({
    mutationFn: () => {
      const lifetime = lifetimes[days];
      return client.apiKeys.create({
        name,
        scopes: [...chosen],
        ...(lifetime === undefined ? {} : { expires_at: new Date(Date.now() + lifetime * 86_400_000).toISOString() }),
      });
    },
    onSuccess: () => cache.invalidateQueries({ queryKey: ['api-keys'] }),
  });
  if (create.data) {
    return (
      <Modal
        open
        onClose={onClose}
        title={`Key ${create.data.name}`}
        description="Copy it now. It is not stored in readable form and cannot be shown again."
        footer={
          <Button tone="primary" onClick={onClose}>
            I have copied it
          </Button>
        }
      >
        <CommandLine text={create.data.key} />
      </Modal>
    );
  }
  return (
    <Modal
      open
      onClose={onClose}
      title="New API key"
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            tone="primary"
            type="submit"
            form="api-key"
            busy={create.isPending}
            disabled={name.trim() === '' || chosen.size === 0}
          >
            Create key
          </Button>
        </>
      }
    >
      <form
        id="api-key"
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Labelled label="Name" problem={create.isError ? errorText(create.error) : undefined}>
          {(id) => (
            <TextInput
              id={id}
              value={name}
              placeholder="CI pipeline"
              autoFocus
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Labelled>
        <fieldset>
          <legend className="mb-1.5 text-xs font-medium text-body">Scopes</legend>
          <div className="divide-y divide-line rounded-md border border-line">
            {scopes.map(([scope, words]) => (
              <label
                key={scope}
                htmlFor={`scope-${scope}`}
                className="flex h-9 cursor-pointer items-center gap-2.5 px-3 hover:bg-hover/60"
              >
                <Checkbox.Root
                  id={`scope-${scope}`}
                  checked={chosen.has(scope)}
                  onCheckedChange={(checked) => {
                    const next = new Set(chosen);
                    if (checked === true) next.add(scope);
                    else next.delete(scope);
                    setChosen(next);
                  }}
                  className="grid size-4 place-items-center rounded border border-line-strong bg-page data-[state=checked]:border-accent-strong data-[state=checked]:bg-accent-strong"
                >
                  <Checkbox.Indicator>
                    <Check className="size-3 text-on-accent" strokeWidth={3} aria-hidden />
                  </Checkbox.Indicator>
                </Checkbox.Root>
                <span className="flex-1 text-sm text-body">{words}</span>
                <code className="font-mono text-2xs text-faint">{scope}</code>
              </label>
            ))}
          </div>
        </fieldset>
        <Labelled label="Expires">
          {(id) => (
            <SelectInput
              id={id}
              value={days}
              onChange={setDays}
              choices={[
                { value: '30', label: 'In 30 days' },
                { value: '90', label: 'In 90 days' },
                { value: '365', label: 'In a year' },
                { value: 'never', label: 'Never' },
              ]}
            />
          )}
        </Labelled>
      </form>
    </Modal>
  );
}
