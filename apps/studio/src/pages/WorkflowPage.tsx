import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { queries } from '../api/queries.ts';
import type { OpenWorkflow } from '../api/types.ts';
import { Failure } from '../components/Failure.tsx';
import { newDraft } from '../editor/new-draft.ts';
import { WorkflowEditor } from '../editor/WorkflowEditor.tsx';

/** The address of a workflow that is not saved yet: `/workflows/new`. */
const draftId = 'new';

/** Opens a workflow in the editor. A draft's first save gives it an id and an address; the open editor goes on with both. */
export function WorkflowPage() {
  const { workflowId } = useParams({ from: '/workflows/$workflowId' });
  const navigate = useNavigate();
  const [draft] = useState<OpenWorkflow>(() => ({
    id: null,
    version: 0,
    published_version: null,
    workflow: newDraft(),
  }));
  const [born, setBorn] = useState<string>();
  const isDraft = workflowId === draftId;
  const saved = useQuery({ ...queries.workflow(workflowId), refetchOnWindowFocus: false, enabled: !isDraft });
  const blocks = useQuery(queries.blocks());
  if (saved.isError) return <Failure error={saved.error} onRetry={() => void saved.refetch()} />;
  if (blocks.isError) return <Failure error={blocks.error} onRetry={() => void blocks.refetch()} />;
  const workflow = isDraft ? draft : saved.data;
  if (workflow === undefined || blocks.isPending) {
    return (
      <div className="flex h-full flex-col">
        <div className="flex h-13 items-center gap-3 border-b border-line bg-panel px-4">
          <div className="skeleton h-4 w-40" />
        </div>
        <div className="flex-1" />
      </div>
    );
  }
  return (
    <WorkflowEditor
      key={workflowId === born ? draftId : workflowId}
      workflow={workflow}
      blocks={blocks.data.items}
      onCreated={(id) => {
        setBorn(id);
        void navigate({ to: '/workflows/$workflowId', params: { workflowId: id }, replace: true, ignoreBlocker: true });
      }}
    />
  );
}
