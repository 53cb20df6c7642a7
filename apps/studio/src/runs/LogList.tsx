import type { BlockLog } from '@conv3n/workflow';

const colors: Readonly<Record<BlockLog['level'], string>> = {
  debug: 'text-faint',
  info: 'text-body',
  warn: 'text-warn',
  error: 'text-bad',
};

/** Lines shown; more only slows the page. */
const limit = 1000;

/** What a block or custom code wrote. */
export function LogList({ logs }: { readonly logs: readonly BlockLog[] }) {
  if (logs.length === 0) return <p className="p-4 text-sm text-faint">Nothing was logged.</p>;
  return (
    <ol className="p-3 font-mono text-xs">
      {logs.slice(-limit).map((log, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <li key={index} className={`flex gap-3 py-0.5 ${colors[log.level]}`}>
          <span className="w-10 shrink-0 text-faint">{log.level}</span>
          <span className="min-w-0 break-words whitespace-pre-wrap">{log.message}</span>
        </li>
      ))}
    </ol>
  );
}
