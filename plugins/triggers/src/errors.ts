import { defineErrors } from '@conv3n/platform';

/** Error codes of triggers. */
export const triggersErrors = defineErrors({
  trigger_not_found: { kind: 'not_found', description: 'No trigger has this id.' },
  trigger_conflict: { kind: 'conflict', description: 'Another trigger has the same method and path.' },
  trigger_derived: {
    kind: 'conflict',
    description: 'The trigger comes from a node of a published workflow; change it there.',
  },
  trigger_invalid: { kind: 'invalid', description: "The trigger's type or config is not valid." },
  trigger_not_callable: { kind: 'unsupported', description: 'A trigger block was called like a step.' },
  webhook_not_found: { kind: 'not_found', description: 'No webhook of a published workflow has this method and path.' },
  webhook_signature_invalid: {
    kind: 'unauthenticated',
    description: "The request's signature is missing, wrong or too old.",
  },
  webhook_body_invalid: { kind: 'invalid', description: 'The body does not parse as its content type says.' },
  webhook_payload_invalid: { kind: 'invalid', description: "The body does not match the webhook's schema." },
  webhook_secret_missing: {
    kind: 'unavailable',
    description: 'The signing secret a webhook names does not exist or cannot be opened; the log names it.',
  },
  webhook_overloaded: {
    kind: 'unavailable',
    description: 'Too many executions are running and queued; try again later.',
  },
  execution_failed: {
    kind: 'internal',
    description: 'The execution a webhook waited for did not succeed; `details` names it.',
  },
});
