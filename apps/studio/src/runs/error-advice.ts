import type { ErrorDetail } from '@conv3n/platform';

const byCode: Readonly<Record<string, string>> = {
  step_timeout: 'Raise the timeout in the node’s settings, or make the work smaller.',
  egress_denied: 'The address is not public. An administrator can allow it in CONV3N_EGRESS_ALLOW.',
  input_not_mergeable:
    'Several edges lead into one port and not all bring objects. Put a Transform before, or use separate nodes.',
  secret_not_found: 'Add the secret under Secrets, then retry from this step.',
};

/** What to do about an error, when the code or its kind tells. */
export function errorAdvice(error: ErrorDetail): string | undefined {
  const known = byCode[error.code];
  if (known !== undefined) return known;
  if (error.code.startsWith('expression_'))
    return 'Open the node and look at the field’s preview. Use ?. where a value may be missing.';
  if (error.retryable) return 'This may pass by itself. Retry from this step, or let the node retry in its settings.';
  if (error.kind === 'invalid') return 'The config or the data does not fit. Correct the node, then retry from it.';
  if (error.kind === 'denied' || error.kind === 'unauthenticated')
    return 'The other side refused the credential. Check the secret this node uses.';
  return undefined;
}
