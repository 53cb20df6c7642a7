import type { WorkflowFile } from '@conv3n/workflow';

/** Port: saved workflow versions. Versions never change, so the executor caches what it compiled from them. */
export interface DefinitionSource {
  /** The version, or the published one without `version`. @throws Conv3nError such as `workflow_not_found`, `not_published` */
  load(workflowId: string, version?: number): Promise<{ readonly file: WorkflowFile; readonly version: number }>;
}
