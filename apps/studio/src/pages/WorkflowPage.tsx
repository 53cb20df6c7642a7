import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { queries } from '../api/queries.ts';
import { Failure } from '../components/Failure.tsx';
import { WorkflowEditor } from '../editor/WorkflowEditor.tsx';

/** Opens a workflow in the editor. */
export function WorkflowPage() {
  const { workflowId } = useParams({ from: '/workflows/$workflowId' });
  const workflow = useQuery({ ...queries.workflow(workflowId), refetchOnWindowFocus: false });
  const blocks = useQuery(queries.blocks());
  if (workflow.isError) return <Failure error={workflow.error} onRetry={() => void workflow.refetch()} />;
  if (blocks.isError) return <Failure error={blocks.error} onRetry={() => void blocks.refetch()} />;
  if (workflow.isPending || blocks.isPending) {
    return (
      <div className="flex h-full flex-col">
        <div className="flex h-13 items-center gap-3 border-b border-line bg-panel px-4">
          <div className="skeleton h-4 w-40" />
        </div>
        <div className="flex-1" />
      </div>
    );
  }
  return <WorkflowEditor key={workflowId} workflow={workflow.data} blocks={blocks.data.items} />;
}
