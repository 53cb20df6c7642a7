import { defineErrors } from '@conv3n/platform';

/** Error codes of the Node bindings. */
export const platformNodeErrors = defineErrors({
  decryption_failed: {
    kind: 'internal',
    description: 'Sealed data is damaged or was sealed with another key or for another context.',
  },
});
