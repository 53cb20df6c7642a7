import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../api/queries.ts';
import { Failure } from '../components/Failure.tsx';
import { newDraft } from '../editor/new-draft.ts';
import { WorkflowEditor } from '../editor/WorkflowEditor.tsx';

/** The editor of a workflow that is not saved yet; the first save gives it an id and an address. */
export function NewWorkflowPage() {
  const blocks = useQuery(queries.blocks());
  const [file] = useState(newDraft);
  if (blocks.isError) return <Failure error={blocks.error} onRetry={() => void blocks.refetch()} />;
  if (blocks.isPending) return null;
  return (
    <WorkflowEditor
      workflow={{ id: null, version: 0, published_version: null, workflow: file }}
      blocks={blocks.data.items}
    />
  );
}
