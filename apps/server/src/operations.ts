import { identityOperations } from '@conv3n/identity';
import type { Operation } from '@conv3n/nexus';
import { secretsOperations } from '@conv3n/secrets';
import { systemOperations } from '@conv3n/system';
import { triggerOperations } from '@conv3n/triggers';
import { workflowsOperations } from '@conv3n/workflows';

/** Every operation the server declares: the source of the contract, the SDKs and the reference. */
export const operations: readonly Operation[] = [
  ...identityOperations,
  ...secretsOperations,
  ...systemOperations,
  ...triggerOperations,
  ...workflowsOperations,
];
