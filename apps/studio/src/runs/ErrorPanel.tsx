import type { ErrorDetail } from '@conv3n/platform';
import { JsonTree } from '../components/JsonTree.tsx';
import { errorAdvice } from './error-advice.ts';

/** An error with its code, its place and what to do about it. */
export function ErrorPanel({ error }: { readonly error: ErrorDetail }) {
  const advice = errorAdvice(error);
  return (
    <div className="grid gap-3 p-4">
      <div>
        <code className="rounded bg-bad/10 px-1.5 py-0.5 font-mono text-xs text-bad">{error.code}</code>
        <p className="mt-2 text-sm break-words text-strong">{error.message}</p>
      </div>
      {error.violations && error.violations.length > 0 && (
        <ul className="grid gap-1 text-xs">
          {error.violations.map((violation) => (
            <li key={violation.path + violation.code}>
              <code className="font-mono text-body">{violation.path}</code>{' '}
              <span className="text-soft">{violation.message}</span>
            </li>
          ))}
        </ul>
      )}
      {advice && <p className="border-l-2 border-accent pl-3 text-sm text-body">{advice}</p>}
      {error.details && Object.keys(error.details).length > 0 && <JsonTree value={error.details} />}
    </div>
  );
}
