import type { WorkflowFile } from '@conv3n/workflow';
import { blankWorkflow } from '../engine/workflow-text.ts';

let pending: WorkflowFile | undefined;

/** Hands a file to the editor of a workflow that no server knows yet. */
export function setNewDraft(file: WorkflowFile): void {
  pending = file;
}

/** The file handed over last, else a blank one. It stays until the next, so that leaving and coming back shows it again. */
export function newDraft(): WorkflowFile {
  return pending ?? blankWorkflow('Untitled workflow');
}
