import { useQuery } from '@tanstack/react-query';
import { Rocket, RotateCcw } from 'lucide-react';
import { queries } from '../api/queries.ts';
import { Button } from '../components/Button.tsx';
import { Failure } from '../components/Failure.tsx';
import { Modal } from '../components/Modal.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { Tag } from '../components/Tag.tsx';

/** The workflow's versions, newest first: open one as a draft, or publish it. */
export function VersionsDrawer(props: {
  readonly workflowId: string;
  readonly current: number;
  readonly published: number | null;
  readonly onRestore: (version: number) => void;
  readonly onPublish: (version: number) => void;
  readonly onClose: () => void;
}) {
  const list = useQuery(queries.versions(props.workflowId));
  const items = [...(list.data?.items ?? [])].sort((a, b) => b.version - a.version);
  return (
    <Modal
      open
      onClose={props.onClose}
      title="Versions"
      description="Each save makes a version that never changes. Executions keep the one they started with."
      shape="drawer"
    >
      {list.isError && <Failure error={list.error} />}
      {list.isPending && (
        <div className="grid gap-3">
          <div className="skeleton h-12" />
          <div className="skeleton h-12" />
        </div>
      )}
      <ol className="divide-y divide-line">
        {items.map((item) => (
          <li key={item.version} className="flex h-14 items-center gap-3">
            <div className="min-w-0 flex-1">
              <p className="flex items-center gap-2 text-sm font-medium text-strong">
                Version {item.version}
                {item.version === props.published && <Tag tone="ok">Published</Tag>}
                {item.version === props.current && <Tag>Latest</Tag>}
              </p>
              <RelativeTime time={item.created_at} className="text-xs text-faint" />
            </div>
            <span className="flex gap-1">
              {item.version !== props.published && (
                <Button
                  size="sm"
                  tone="quiet"
                  icon={<Rocket className="size-3.5" aria-hidden />}
                  onClick={() => props.onPublish(item.version)}
                >
                  Publish
                </Button>
              )}
              <Button
                size="sm"
                tone="quiet"
                icon={<RotateCcw className="size-3.5" aria-hidden />}
                onClick={() => props.onRestore(item.version)}
              >
                Restore
              </Button>
            </span>
          </li>
        ))}
      </ol>
    </Modal>
  );
}
