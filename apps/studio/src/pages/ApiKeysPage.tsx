import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { errorText } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { ApiKey } from '../api/types.ts';
import { Button, IconButton } from '../components/Button.tsx';
import { ConfirmDialog } from '../components/ConfirmDialog.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Failure } from '../components/Failure.tsx';
import { PageFrame } from '../components/PageFrame.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { Cell, LoadingRows, Row, Table } from '../components/Table.tsx';
import { Tag } from '../components/Tag.tsx';
import { toast } from '../components/toasts.ts';
import { NewApiKeyDialog } from './NewApiKeyDialog.tsx';

const columns = ['Name', 'Scopes', 'Created', 'Expires', ''];

/** API keys: made here, shown once, revoked here. */
export function ApiKeysPage() {
  const list = useQuery(queries.apiKeys());
  const cache = useQueryClient();
  const [creating, setCreating] = useState(false);
  const [doomed, setDoomed] = useState<ApiKey>();
  const revoke = useMutation({
    mutationFn: (id: string) => client.apiKeys.revoke({ id }),
    onSuccess: () => {
      setDoomed(undefined);
      toast('Key revoked.');
      return cache.invalidateQueries({ queryKey: ['api-keys'] });
    },
    onError: (error) => toast(errorText(error), { tone: 'bad' }),
  });
  return (
    <PageFrame
      title="API keys"
      lead="For the command line on other machines, SDKs and services. Give each key only the scopes it needs."
      actions={
        <Button tone="primary" icon={<Plus className="size-3.5" aria-hidden />} onClick={() => setCreating(true)}>
          New key
        </Button>
      }
    >
      {list.isError ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isSuccess && list.data.items.length === 0 ? (
        <div className="rounded-lg border border-dashed border-line-strong">
          <EmptyState icon={<KeyRound aria-hidden />} title="No API keys">
            A key lets a program call this server. You see it once, when you create it.
          </EmptyState>
        </div>
      ) : (
        <Table label="API keys" columns={columns}>
          {list.isPending ? (
            <LoadingRows columns={columns.length} rows={3} />
          ) : (
            list.data.items.map((key) => (
              <Row key={key.id}>
                <Cell className="font-medium text-strong">{key.name}</Cell>
                <Cell>
                  <span className="flex max-w-md flex-wrap gap-1">
                    {key.scopes.map((scope) => (
                      <Tag key={scope} tone={scope === 'admin' ? 'warn' : 'plain'} className="font-mono font-normal!">
                        {scope}
                      </Tag>
                    ))}
                  </span>
                </Cell>
                <Cell>
                  <RelativeTime time={key.created_at} className="text-xs whitespace-nowrap text-soft" />
                </Cell>
                <Cell className="text-xs whitespace-nowrap text-soft">
                  {key.expires_at ? <RelativeTime time={key.expires_at} /> : 'never'}
                </Cell>
                <Cell className="w-12 text-right">
                  <IconButton size="sm" label={`Revoke ${key.name}`} onClick={() => setDoomed(key)}>
                    <Trash2 aria-hidden />
                  </IconButton>
                </Cell>
              </Row>
            ))
          )}
        </Table>
      )}
      {creating && <NewApiKeyDialog onClose={() => setCreating(false)} />}
      <ConfirmDialog
        open={doomed !== undefined}
        title={`Revoke ${doomed?.name ?? ''}?`}
        confirm="Revoke key"
        busy={revoke.isPending}
        onClose={() => setDoomed(undefined)}
        onConfirm={() => doomed && revoke.mutate(doomed.id)}
      >
        Programs that use this key are refused from the next call on.
      </ConfirmDialog>
    </PageFrame>
  );
}
