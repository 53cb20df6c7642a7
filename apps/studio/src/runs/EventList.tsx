import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../api/client.ts';
import { Button } from '../components/Button.tsx';
import { JsonTree } from '../components/JsonTree.tsx';
import type { RunEvent } from '../engine/run-state.ts';

const pageSize = 200;

function EventRow({ event, onNode }: { readonly event: RunEvent; readonly onNode: (node: string) => void }) {
  const [open, setOpen] = useState(false);
  const node = (event.data as { node?: string } | null)?.node;
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        className="grid h-8 w-full grid-cols-[36px_minmax(0,1fr)_auto_88px] items-center gap-2 px-4 text-left hover:bg-hover/60"
        onClick={() => {
          setOpen(!open);
          if (node !== undefined) onNode(node);
        }}
      >
        <span className="text-2xs text-faint tabular-nums">{event.version}</span>
        <code className="truncate font-mono text-xs text-strong">{event.type}</code>
        <span className="font-mono text-2xs text-soft">{node}</span>
        <time dateTime={event.time} className="text-right text-2xs text-faint tabular-nums">
          {event.time.slice(11, 23)}
        </time>
      </button>
      {open && (
        <div className="border-y border-line bg-page px-3 py-2">
          <JsonTree value={event.data} />
        </div>
      )}
    </li>
  );
}

/** The execution's events in order: the record everything else is derived from. */
export function EventList({
  execution,
  version,
  onNode,
}: {
  readonly execution: string;
  readonly version: string;
  readonly onNode: (node: string) => void;
}) {
  const [limit, setLimit] = useState(pageSize);
  const events = useQuery({
    queryKey: ['executions', execution, 'events', version, limit],
    placeholderData: (previous) => previous,
    queryFn: async () => {
      const all: RunEvent[] = [];
      let cursor: string | undefined;
      do {
        const page = await client.executions.events({
          id: execution,
          limit: pageSize,
          ...(cursor === undefined ? {} : { cursor }),
        });
        all.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor !== undefined && all.length < limit);
      return all;
    },
  });
  const items = events.data ?? [];
  return (
    <>
      <ol className="py-1">
        {items.map((event) => (
          <EventRow key={event.version} event={event} onNode={onNode} />
        ))}
      </ol>
      {items.length >= limit && (
        <div className="pb-4 text-center">
          <Button size="sm" onClick={() => setLimit(limit + pageSize * 5)}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}
