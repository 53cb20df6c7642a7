import { defineErrors } from '@conv3n/platform';

/** Error codes of workflows and executions as operations. */
export const workflowsErrors = defineErrors({
  workflow_not_found: { kind: 'not_found', description: 'No workflow has this id.' },
  workflow_version_not_found: { kind: 'not_found', description: 'The workflow has no such version.' },
  workflow_invalid: {
    kind: 'invalid',
    description: 'The workflow file has problems; `violations` names each with its path.',
  },
  workflow_exists: { kind: 'conflict', description: 'A workflow with this id exists already.' },
  workflow_version_conflict: { kind: 'conflict', description: 'Someone saved another version in between.' },
  workflow_busy: { kind: 'conflict', description: 'The workflow has open executions.' },
  not_published: { kind: 'conflict', description: 'The workflow has no published version.' },
  input_invalid: { kind: 'invalid', description: "The input does not match the workflow's input schema." },
  idempotency_key_reused: { kind: 'conflict', description: 'The key was used before with another request.' },
});
