import { defineErrors } from '@conv3n/platform';

/** Error codes of identity. */
export const identityErrors = defineErrors({
  login_token_invalid: {
    kind: 'unauthenticated',
    description: 'The sign-in token is unknown, used or older than ten minutes. `conv3n login-url` prints another.',
  },
  api_key_malformed: { kind: 'invalid', description: 'CONV3N_BOOTSTRAP_API_KEY does not have the form of an API key.' },
  api_key_not_found: { kind: 'not_found', description: 'No API key has this id.' },
  api_key_expiry_past: { kind: 'invalid', description: 'An API key must expire in the future.' },
  scope_unknown: { kind: 'invalid', description: 'A scope is not one of those the contract lists.' },
  scope_exceeded: { kind: 'denied', description: 'A caller may only hand out scopes it holds.' },
});
