import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Plus, SearchX, Upload, Workflow as WorkflowIcon } from 'lucide-react';
import { useMemo, useState } from 'react';
import { errorText, isApiError } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { WorkflowFile, WorkflowSummary } from '../api/types.ts';
import { Button } from '../components/Button.tsx';
import { ConfirmDialog } from '../components/ConfirmDialog.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Failure } from '../components/Failure.tsx';
import { PageFrame } from '../components/PageFrame.tsx';
import { SearchInput } from '../components/SearchInput.tsx';
import { LoadingRows, Table } from '../components/Table.tsx';
import { toast } from '../components/toasts.ts';
import { setNewDraft } from '../editor/new-draft.ts';
import { parseWorkflow, workflowText } from '../engine/workflow-text.ts';
import { downloadText, pickTextFile } from '../hooks/text-files.ts';
import { useDebounced } from '../hooks/use-debounced.ts';
import { ExampleGallery } from './ExampleGallery.tsx';
import { NewWorkflowDialog } from './NewWorkflowDialog.tsx';
import { WorkflowRow } from './WorkflowRow.tsx';

const columns = ['Name', 'Starts by', 'Version', 'Last execution', 'Changed', ''];

function matches(workflow: WorkflowSummary, query: string): boolean {
  const text = `${workflow.name} ${workflow.description ?? ''} ${workflow.tags.join(' ')} ${workflow.triggers.join(' ')}`;
  return text.toLowerCase().includes(query.toLowerCase());
}

/** All workflows: find, create, import, duplicate, delete. */
export function WorkflowsPage() {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [search, setSearch] = useState('');
  const query = useDebounced(search.trim(), 200);
  const list = useQuery(queries.workflows());
  const examples = useQuery(queries.info()).data?.examples ?? [];
  const [creating, setCreating] = useState(false);
  const [doomed, setDoomed] = useState<WorkflowSummary>();
  const items = useMemo(() => (list.data?.items ?? []).filter((item) => matches(item, query)), [list.data, query]);

  const open = (id: string) => void navigate({ to: '/workflows/$workflowId', params: { workflowId: id } });
  const draft = (workflow: WorkflowFile) => {
    setNewDraft(workflow);
    void navigate({ to: '/workflows/$workflowId', params: { workflowId: 'new' } });
  };
  const create = useMutation({
    mutationFn: (workflow: WorkflowFile) => client.workflows.create({ workflow }),
    onSuccess: (created) => {
      void cache.invalidateQueries({ queryKey: ['workflows'] });
      open(created.id);
    },
    onError: (error, workflow) => {
      toast(errorText(error), { tone: 'bad' });
      if (isApiError(error) && error.code === 'workflow_invalid') draft(workflow);
    },
  });
  const remove = useMutation({
    mutationFn: (id: string) => client.workflows.delete({ id }),
    onSuccess: () => {
      setDoomed(undefined);
      toast('Workflow deleted.');
      return cache.invalidateQueries({ queryKey: ['workflows'] });
    },
    onError: (error) => toast(errorText(error), { tone: 'bad' }),
  });
  const duplicate = useMutation({
    mutationFn: async (id: string) => {
      const { workflow } = await client.workflows.get({ id });
      const { id: _id, ...rest } = workflow;
      return client.workflows.create({ workflow: { ...rest, name: `${workflow.name} copy` } });
    },
    onSuccess: (created) => {
      toast(`Created ${created.workflow.name}.`, { action: { label: 'Open', run: () => open(created.id) } });
      return cache.invalidateQueries({ queryKey: ['workflows'] });
    },
    onError: (error) => toast(errorText(error), { tone: 'bad' }),
  });
  const exportFile = async (id: string) => {
    const { workflow } = await client.workflows.get({ id });
    downloadText(`${workflow.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.json`, workflowText(workflow));
  };
  const importFile = async () => {
    const text = await pickTextFile('.json,application/json');
    if (text === undefined) return;
    const parsed = parseWorkflow(text);
    if (parsed.ok) create.mutate(parsed.file);
    else toast(`This file is not a workflow. ${parsed.message}`, { tone: 'bad' });
  };

  const empty = list.isSuccess && list.data.items.length === 0;
  return (
    <PageFrame
      title="Workflows"
      lead="A workflow is a graph of blocks. A trigger starts it, and every step is recorded."
      actions={
        <>
          <Button icon={<Upload className="size-3.5" aria-hidden />} onClick={() => void importFile()}>
            Import
          </Button>
          <Button tone="primary" icon={<Plus className="size-3.5" aria-hidden />} onClick={() => setCreating(true)}>
            New workflow
          </Button>
        </>
      }
    >
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {empty && (
        <div className="rounded-lg border border-dashed border-line-strong">
          <EmptyState
            icon={<WorkflowIcon aria-hidden />}
            title="No workflows yet"
            actions={
              <Button tone="primary" icon={<Plus className="size-3.5" aria-hidden />} onClick={() => setCreating(true)}>
                New workflow
              </Button>
            }
          >
            Start with a blank canvas, or open one of these examples and run it in a minute.
          </EmptyState>
          <div className="border-t border-line p-5">
            <ExampleGallery
              examples={examples}
              busy={create.isPending}
              onChoose={(example) => create.mutate(example.workflow)}
            />
          </div>
        </div>
      )}
      {!empty && !list.isError && (
        <>
          <SearchInput
            label="Search by name, tag or trigger"
            className="mb-4 max-w-80"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          {list.isSuccess && items.length === 0 ? (
            <EmptyState
              icon={<SearchX aria-hidden />}
              title="No match"
              actions={<Button onClick={() => setSearch('')}>Clear search</Button>}
            >
              No workflow has “{query}” in its name, description, tags or triggers.
            </EmptyState>
          ) : (
            <Table label="Workflows" columns={columns}>
              {list.isPending ? (
                <LoadingRows columns={columns.length} />
              ) : (
                items.map((item) => (
                  <WorkflowRow
                    key={item.id}
                    workflow={item}
                    onOpen={() => open(item.id)}
                    onDuplicate={() => duplicate.mutate(item.id)}
                    onExport={() => void exportFile(item.id)}
                    onDelete={() => setDoomed(item)}
                  />
                ))
              )}
            </Table>
          )}
        </>
      )}
      <NewWorkflowDialog
        open={creating}
        busy={create.isPending}
        examples={examples}
        onClose={() => setCreating(false)}
        onBlank={draft}
        onCreate={(workflow) => create.mutate(workflow)}
      />
      <ConfirmDialog
        open={doomed !== undefined}
        title={`Delete ${doomed?.name ?? ''}?`}
        confirm="Delete workflow"
        busy={remove.isPending}
        onClose={() => setDoomed(undefined)}
        onConfirm={() => doomed && remove.mutate(doomed.id)}
      >
        All its versions and triggers go with it. Past executions stay until retention removes them.
      </ConfirmDialog>
    </PageFrame>
  );
}
