import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { client } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { ExecutionStatus, ExecutionSummary } from '../api/types.ts';
import { Button } from '../components/Button.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Failure } from '../components/Failure.tsx';
import { durationText } from '../components/moments.ts';
import { PageFrame } from '../components/PageFrame.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { SelectInput } from '../components/SelectInput.tsx';
import { Status, statusWord } from '../components/Status.tsx';
import { Cell, LoadingRows, Row, Table } from '../components/Table.tsx';
import { isEnded } from '../engine/run-state.ts';
import type { ExecutionsSearch } from '../router.tsx';

const statuses = ['queued', 'running', 'waiting', 'in_doubt', 'succeeded', 'failed', 'cancelled', 'timed_out'] as const;
const spans: Readonly<Record<string, number>> = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 };
const columns = ['Execution', 'Workflow', 'Status', 'Started by', 'Duration', 'Created'];

function ExecutionRow({ execution }: { readonly execution: ExecutionSummary }) {
  const navigate = useNavigate();
  return (
    <Row onOpen={() => void navigate({ to: '/executions/$executionId', params: { executionId: execution.id } })}>
      <Cell>
        <Link
          to="/executions/$executionId"
          params={{ executionId: execution.id }}
          className="font-mono text-xs text-strong"
          onClick={(event) => event.stopPropagation()}
        >
          {execution.id.slice(-12)}
        </Link>
      </Cell>
      <Cell className="w-full max-w-0 min-w-40 truncate">
        <span className="text-body">{execution.workflow_name}</span>
        <span className="ml-1.5 text-xs text-faint">
          {execution.workflow_version === null ? 'unsaved' : `v${execution.workflow_version}`}
        </span>
      </Cell>
      <Cell>
        <span className="flex flex-wrap items-center gap-x-2">
          <Status status={execution.status} />
          {execution.error_code && <span className="font-mono text-2xs text-faint">{execution.error_code}</span>}
        </span>
      </Cell>
      <Cell className="text-xs text-soft">{execution.trigger}</Cell>
      <Cell className="text-xs text-soft tabular-nums">
        {execution.duration_ms === null ? '' : durationText(execution.duration_ms)}
      </Cell>
      <Cell>
        <RelativeTime time={execution.created_at} className="text-xs whitespace-nowrap text-soft" />
      </Cell>
    </Row>
  );
}

/** All executions with filters; the first page renews itself. */
export function ExecutionsPage() {
  const search = useSearch({ from: '/executions' });
  const navigate = useNavigate({ from: '/executions' });
  const workflows = useQuery(queries.workflows()).data?.items ?? [];
  const { workflow, status, since } = search;
  const list = useInfiniteQuery({
    queryKey: ['executions', 'list', search],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      client.executions.list({
        limit: 50,
        ...(workflow ? { workflow_id: workflow } : {}),
        ...(status ? { status: status as ExecutionStatus } : {}),
        ...(since && spans[since] ? { from: new Date(Date.now() - spans[since]).toISOString() } : {}),
        ...(pageParam ? { cursor: pageParam } : {}),
      }),
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: (query) => {
      const pages = query.state.data?.pages ?? [];
      if (pages.length > 1) return false;
      return pages[0]?.items.some((item) => !isEnded(item.status)) ? 2000 : 6000;
    },
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const filter = (change: ExecutionsSearch) => {
    const next = Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value));
    void navigate({ search: next });
  };
  const filtered = workflow || status || since;
  return (
    <PageFrame title="Executions" lead="Every run of a workflow, with each step's input, output and attempts.">
      <div className="mb-4 flex flex-wrap gap-2">
        <SelectInput
          label="Workflow"
          className="w-52!"
          value={workflow ?? ''}
          choices={[
            { value: '', label: 'All workflows' },
            ...workflows.map((item) => ({ value: item.id, label: item.name })),
          ]}
          onChange={(value) => filter({ workflow: value })}
        />
        <SelectInput
          label="Status"
          className="w-40!"
          value={status ?? ''}
          choices={[
            { value: '', label: 'Any status' },
            ...statuses.map((value) => ({ value, label: statusWord(value) })),
          ]}
          onChange={(value) => filter({ status: value })}
        />
        <SelectInput
          label="Time"
          className="w-40!"
          value={since ?? ''}
          choices={[
            { value: '', label: 'Any time' },
            { value: '1h', label: 'Last hour' },
            { value: '24h', label: 'Last 24 hours' },
            { value: '7d', label: 'Last 7 days' },
          ]}
          onChange={(value) => filter({ since: value })}
        />
        {filtered && (
          <Button tone="quiet" onClick={() => void navigate({ search: {} })}>
            Clear
          </Button>
        )}
      </div>
      {list.isError ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isSuccess && items.length === 0 ? (
        <div className="rounded-lg border border-dashed border-line-strong">
          <EmptyState icon={<History aria-hidden />} title={filtered ? 'No execution matches' : 'Nothing ran yet'}>
            {filtered
              ? 'Widen the filters to see more.'
              : 'Open a workflow and run it, or call its webhook. It appears here at once.'}
          </EmptyState>
        </div>
      ) : (
        <Table label="Executions" columns={columns}>
          {list.isPending ? (
            <LoadingRows columns={columns.length} rows={8} />
          ) : (
            items.map((item) => <ExecutionRow key={item.id} execution={item} />)
          )}
        </Table>
      )}
      {list.hasNextPage && (
        <div className="mt-4 text-center">
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
    </PageFrame>
  );
}
