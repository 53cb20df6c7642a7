import { defineErrors } from '@conv3n/platform';

/** Error codes of the system operations. */
export const systemErrors = defineErrors({
  not_ready: { kind: 'unavailable', description: 'The server starts, recovers or drains; try again shortly.' },
  backup_failed: { kind: 'precondition', description: 'The backup file cannot be written.' },
});
