import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LockKeyhole, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { errorText } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { Button, IconButton } from '../components/Button.tsx';
import { ConfirmDialog } from '../components/ConfirmDialog.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Failure } from '../components/Failure.tsx';
import { Labelled, TextInput } from '../components/Field.tsx';
import { Modal } from '../components/Modal.tsx';
import { PageFrame } from '../components/PageFrame.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { Cell, LoadingRows, Row, Table } from '../components/Table.tsx';
import { toast } from '../components/toasts.ts';

const columns = ['Name', 'Use as', 'Created', 'Changed', ''];

function SecretDialog({ name: fixed, onClose }: { readonly name?: string; readonly onClose: () => void }) {
  const cache = useQueryClient();
  const [name, setName] = useState(fixed ?? '');
  const [value, setValue] = useState('');
  const save = useMutation({
    mutationFn: () => client.secrets.set({ name, value }),
    onSuccess: () => {
      toast(`Secret ${name} saved.`);
      onClose();
      return cache.invalidateQueries({ queryKey: ['secrets'] });
    },
  });
  return (
    <Modal
      open
      onClose={onClose}
      title={fixed ? `Replace ${fixed}` : 'New secret'}
      description="The value is stored encrypted and is never shown again, in the studio or in executions."
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            tone="primary"
            type="submit"
            form="secret"
            busy={save.isPending}
            disabled={name === '' || value === ''}
          >
            Save secret
          </Button>
        </>
      }
    >
      <form
        id="secret"
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        {!fixed && (
          <Labelled
            label="Name"
            hint="Letters, digits and underscores."
            problem={save.isError ? errorText(save.error) : undefined}
          >
            {(id) => (
              <TextInput
                id={id}
                value={name}
                placeholder="crm_token"
                autoFocus
                className="font-mono text-xs!"
                onChange={(event) => setName(event.target.value.replace(/[^A-Za-z0-9_]/g, '_'))}
              />
            )}
          </Labelled>
        )}
        <Labelled label="Value" problem={fixed && save.isError ? errorText(save.error) : undefined}>
          {(id) => (
            <TextInput
              id={id}
              type="password"
              autoComplete="new-password"
              value={value}
              autoFocus={fixed !== undefined}
              onChange={(event) => setValue(event.target.value)}
            />
          )}
        </Labelled>
      </form>
    </Modal>
  );
}

/** Secrets: names only; values can be set, never read. */
export function SecretsPage() {
  const list = useQuery(queries.secrets());
  const cache = useQueryClient();
  const [editing, setEditing] = useState<{ readonly name?: string }>();
  const [doomed, setDoomed] = useState<string>();
  const remove = useMutation({
    mutationFn: (name: string) => client.secrets.delete({ name }),
    onSuccess: () => {
      setDoomed(undefined);
      toast('Secret deleted.');
      return cache.invalidateQueries({ queryKey: ['secrets'] });
    },
    onError: (error) => toast(errorText(error), { tone: 'bad' }),
  });
  const add = (
    <Button tone="primary" icon={<Plus className="size-3.5" aria-hidden />} onClick={() => setEditing({})}>
      New secret
    </Button>
  );
  return (
    <PageFrame
      title="Secrets"
      lead="Tokens and passwords for blocks. Fields that accept one offer it by name; its value never enters an execution's record."
      actions={add}
    >
      {list.isError ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isSuccess && list.data.items.length === 0 ? (
        <div className="rounded-lg border border-dashed border-line-strong">
          <EmptyState icon={<LockKeyhole aria-hidden />} title="No secrets">
            Store a token once, then choose it in a block's secret field, where it reads{' '}
            <code className="font-mono text-xs text-body">{'{{ $secrets.name }}'}</code>.
          </EmptyState>
        </div>
      ) : (
        <Table label="Secrets" columns={columns}>
          {list.isPending ? (
            <LoadingRows columns={columns.length} rows={3} />
          ) : (
            list.data.items.map((secret) => (
              <Row key={secret.name}>
                <Cell className="font-mono text-xs text-strong">{secret.name}</Cell>
                <Cell>
                  <span className="flex items-center gap-1">
                    <code className="font-mono text-xs text-soft">{`{{ $secrets.${secret.name} }}`}</code>
                    <CopyButton
                      text={`{{ $secrets.${secret.name} }}`}
                      label="Copy expression"
                      className="opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
                    />
                  </span>
                </Cell>
                <Cell>
                  <RelativeTime time={secret.created_at} className="text-xs text-soft" />
                </Cell>
                <Cell>
                  <RelativeTime time={secret.updated_at} className="text-xs text-soft" />
                </Cell>
                <Cell className="w-36 text-right">
                  <span className="inline-flex items-center gap-1">
                    <Button size="sm" tone="quiet" onClick={() => setEditing({ name: secret.name })}>
                      Replace
                    </Button>
                    <IconButton size="sm" label={`Delete ${secret.name}`} onClick={() => setDoomed(secret.name)}>
                      <Trash2 aria-hidden />
                    </IconButton>
                  </span>
                </Cell>
              </Row>
            ))
          )}
        </Table>
      )}
      {editing && <SecretDialog {...editing} onClose={() => setEditing(undefined)} />}
      <ConfirmDialog
        open={doomed !== undefined}
        title={`Delete ${doomed ?? ''}?`}
        confirm="Delete secret"
        busy={remove.isPending}
        onClose={() => setDoomed(undefined)}
        onConfirm={() => doomed && remove.mutate(doomed)}
      >
        Steps that use it fail from then on. The value cannot be recovered.
      </ConfirmDialog>
    </PageFrame>
  );
}
