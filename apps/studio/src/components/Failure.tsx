import { CircleAlert } from 'lucide-react';
import { errorText, isApiError } from '../api/api-error.ts';
import { Button } from './Button.tsx';

/** A failure with its message and, where it helps, a way to try again. */
export function Failure({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  return (
    <div role="alert" className="m-6 flex items-start gap-3 rounded-lg border border-bad/35 bg-bad/5 p-4">
      <CircleAlert className="mt-0.5 size-4 shrink-0 text-bad" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="text-sm text-strong">{errorText(error)}</p>
        {isApiError(error) && (
          <p className="mt-1 font-mono text-2xs text-soft">
            {error.code}
            {error.requestId && ` · request ${error.requestId}`}
          </p>
        )}
      </div>
      {onRetry && (
        <Button size="sm" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
