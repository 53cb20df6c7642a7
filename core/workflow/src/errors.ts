import { defineErrors } from '@conv3n/platform';

/** Every error code that comes from workflow files, the fold, and the stores' in-memory products. */
export const workflowErrors = defineErrors({
  input_not_mergeable: {
    kind: 'invalid',
    description: 'Several edges deliver into one input port and one of the values is not an object.',
  },
  unhandled_port: {
    kind: 'invalid',
    description: 'A step ended on client_error, server_error or error, and no edge leaves that port.',
  },
  history_invalid: {
    kind: 'internal',
    description: 'The stored events of an execution do not fit its workflow version.',
  },
  step_decided_failed: { kind: 'precondition', description: 'Someone decided that a step in doubt failed.' },
  secret_forged: {
    kind: 'denied',
    description: 'Data that looks like a secret reference reached a field that accepts secrets.',
  },
  blob_not_found: { kind: 'not_found', description: 'No such blob under this owner.' },
  blob_too_large: { kind: 'too_large', description: 'The content is larger than the blob store accepts.' },
  blob_store_full: { kind: 'exhausted', description: 'The blob store holds as much as it may.' },
  blob_corrupt: { kind: 'internal', description: 'The stored content differs from what was written.' },
});
