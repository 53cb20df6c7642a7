import { defineErrors } from '@conv3n/platform';

/** Error codes of secrets. */
export const secretErrors = defineErrors({
  secret_not_found: { kind: 'not_found', description: 'No secret has this name.' },
  secret_unreadable: {
    kind: 'precondition',
    description:
      'A stored secret cannot be opened with the present key. Restore the key file, or set the secret again.',
  },
  too_many_secrets: { kind: 'exhausted', retryable: false, description: 'The number of secrets is bounded.' },
});
