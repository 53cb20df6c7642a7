import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Copy, Download, Ellipsis, Trash2 } from 'lucide-react';
import { queries } from '../api/queries.ts';
import type { WorkflowSummary } from '../api/types.ts';
import { BlockIcon } from '../components/BlockIcon.tsx';
import { IconButton } from '../components/Button.tsx';
import { Menu } from '../components/Menu.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { Status } from '../components/Status.tsx';
import { Cell, Row } from '../components/Table.tsx';
import { Tag } from '../components/Tag.tsx';

/** Whether the latest version is the published one. */
function Published({ workflow }: { readonly workflow: WorkflowSummary }) {
  if (workflow.published_version === null) return <Tag>Draft</Tag>;
  if (workflow.published_version === workflow.version) return <Tag tone="ok">Published</Tag>;
  return <Tag tone="warn">v{workflow.published_version} published</Tag>;
}

/** One workflow of the list. */
export function WorkflowRow(props: {
  readonly workflow: WorkflowSummary;
  readonly onOpen: () => void;
  readonly onDuplicate: () => void;
  readonly onExport: () => void;
  readonly onDelete: () => void;
}) {
  const { workflow } = props;
  const blocks = useQuery(queries.blocks()).data?.items ?? [];
  const trigger = blocks.find((block) => block.type === workflow.triggers[0]);
  return (
    <Row onOpen={props.onOpen}>
      <Cell className="w-full max-w-0 min-w-44 truncate">
        <Link
          to="/workflows/$workflowId"
          params={{ workflowId: workflow.id }}
          className="font-medium text-strong"
          onClick={(event) => event.stopPropagation()}
        >
          {workflow.name}
        </Link>
        {workflow.tags.length > 0 && (
          <span className="ml-2 inline-flex gap-1 align-middle">
            {workflow.tags.slice(0, 3).map((tag) => (
              <Tag key={tag}>{tag}</Tag>
            ))}
          </span>
        )}
        {workflow.description && <p className="truncate text-xs text-soft">{workflow.description}</p>}
      </Cell>
      <Cell>
        {workflow.triggers.length === 0 ? (
          <span className="text-xs text-faint">By hand</span>
        ) : (
          <span className="flex items-center gap-2 text-xs whitespace-nowrap text-body">
            <BlockIcon block={trigger} size="sm" />
            {trigger?.title ?? workflow.triggers[0]}
            {workflow.triggers.length > 1 && <span className="text-faint">+{workflow.triggers.length - 1}</span>}
          </span>
        )}
      </Cell>
      <Cell>
        <span className="flex items-center gap-2">
          <span className="text-xs text-soft tabular-nums">v{workflow.version}</span>
          <Published workflow={workflow} />
        </span>
      </Cell>
      <Cell>
        {workflow.last_execution ? (
          <Link
            to="/executions/$executionId"
            params={{ executionId: workflow.last_execution.id }}
            className="inline-flex items-center gap-2 hover:underline"
            onClick={(event) => event.stopPropagation()}
          >
            <Status status={workflow.last_execution.status} />
            <RelativeTime time={workflow.last_execution.created_at} className="text-xs whitespace-nowrap text-faint" />
          </Link>
        ) : (
          <span className="text-xs text-faint">Never ran</span>
        )}
      </Cell>
      <Cell>
        <RelativeTime time={workflow.updated_at} className="text-xs whitespace-nowrap text-soft" />
      </Cell>
      <Cell className="w-12 pl-0 text-right" onClick={(event) => event.stopPropagation()}>
        <Menu
          trigger={
            <IconButton size="sm" label={`Actions for ${workflow.name}`}>
              <Ellipsis aria-hidden />
            </IconButton>
          }
          entries={[
            { label: 'Duplicate', icon: <Copy aria-hidden />, onSelect: props.onDuplicate },
            { label: 'Export JSON', icon: <Download aria-hidden />, onSelect: props.onExport },
            'line',
            { label: 'Delete', icon: <Trash2 aria-hidden />, danger: true, onSelect: props.onDelete },
          ]}
        />
      </Cell>
    </Row>
  );
}
