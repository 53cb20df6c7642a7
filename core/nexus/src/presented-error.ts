import { isConv3nError, type Log } from '@conv3n/platform';
import type { WireError } from './envelope.ts';
import type { Operation } from './operation.ts';

/**
 * What a caller may see of a thrown value. Errors with a kind other than `internal`, and internal ones the operation declares, were written for
 * callers and pass; anything else becomes `internal_error` and goes to the log with its cause.
 */
export function presentError(
  thrown: unknown,
  facts: { readonly operation?: Operation; readonly requestId: string; readonly log: Log },
): WireError {
  if (isConv3nError(thrown)) {
    if (thrown.kind !== 'internal' || facts.operation?.errors?.includes(thrown.code)) return thrown.toDetail();
  }
  facts.log.write('error', 'unexpected error', {
    request_id: facts.requestId,
    ...(facts.operation && { operation: facts.operation.id }),
    ...causeChain(thrown),
  });
  return {
    code: 'internal_error',
    message: `Something unexpected failed on the server. Its log holds the cause under request ${facts.requestId}.`,
    kind: 'internal',
    retryable: false,
  };
}

const deepest = 5;

function causeChain(thrown: unknown): Readonly<Record<string, unknown>> {
  const messages: string[] = [];
  let stack: string | undefined;
  let current = thrown;
  for (let depth = 0; depth < deepest && current !== undefined; depth += 1) {
    messages.push(current instanceof Error ? `${current.name}: ${current.message}` : String(current));
    if (current instanceof Error) stack = current.stack ?? stack;
    current = current instanceof Error ? current.cause : undefined;
  }
  return { error: messages.join(' <- '), ...(isConv3nError(thrown) && { code: thrown.code }), ...(stack && { stack }) };
}
