import { blobsFilesErrors } from '@conv3n/blobs-files';
import { blocksStdErrors } from '@conv3n/blocks-std';
import { egressErrors } from '@conv3n/egress';
import { executorErrors } from '@conv3n/executor';
import { expressionErrors } from '@conv3n/expression';
import { httpServerErrors } from '@conv3n/http-server';
import { identityErrors } from '@conv3n/identity';
import { type ErrorRow, errorReference, type PackageErrors, pipelineErrors } from '@conv3n/nexus';
import { platformNodeErrors } from '@conv3n/platform-node';
import { potterErrors } from '@conv3n/potter';
import { runtimeErrors } from '@conv3n/runtime';
import { sandboxErrors } from '@conv3n/sandbox';
import { secretErrors } from '@conv3n/secrets';
import { sqliteErrors } from '@conv3n/sqlite';
import { systemErrors } from '@conv3n/system';
import { triggersErrors } from '@conv3n/triggers';
import { workflowErrors } from '@conv3n/workflow';
import { workflowsErrors } from '@conv3n/workflows';
import { serverErrors } from './errors.ts';

const registries: Readonly<Record<string, PackageErrors['definitions']>> = {
  'blobs-files': blobsFilesErrors.definitions,
  'blocks-std': blocksStdErrors.definitions,
  egress: egressErrors.definitions,
  executor: executorErrors.definitions,
  expression: expressionErrors.definitions,
  'http-server': httpServerErrors.definitions,
  identity: identityErrors.definitions,
  'platform-node': platformNodeErrors.definitions,
  potter: potterErrors.definitions,
  runtime: runtimeErrors.definitions,
  sandbox: sandboxErrors.definitions,
  secrets: secretErrors.definitions,
  server: serverErrors.definitions,
  sqlite: sqliteErrors.definitions,
  system: systemErrors.definitions,
  triggers: triggersErrors.definitions,
  workflow: workflowErrors.definitions,
  workflows: workflowsErrors.definitions,
};

/** Every error code of the house with its meaning and statuses, by code. @throws Conv3nError `error_codes_clash` */
export function errorCatalogue(): readonly ErrorRow[] {
  const packages = Object.entries(registries).map(([name, definitions]) => ({
    package: `@conv3n/${name}`,
    definitions,
  }));
  return errorReference([pipelineErrors, ...packages]);
}
