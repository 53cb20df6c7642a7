import { executionOperations } from './execution-operations.ts';
import { workflowOperations } from './workflow-operations.ts';

export { workflowsErrors } from './errors.ts';
export type { RetentionOptions } from './retention.ts';
export { type WorkflowsOptions, workflowsPlugin } from './workflows-plugin.ts';

/** Every operation of this package, for the generated contract. */
export const workflowsOperations = [...workflowOperations, ...executionOperations];
