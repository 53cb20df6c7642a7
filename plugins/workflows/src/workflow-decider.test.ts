import { specify } from '@conv3n/potter/testing';
import { describe, it } from 'vitest';
import { type WorkflowCommand, type WorkflowEvent, workflowDecider } from './workflow-decider.ts';

const by = 'user:local';
const facts = { name: 'Orders', description: null, tags: ['shop'], triggers: ['std/webhook'], by, at: 1 };
const save = (basedOn: number): WorkflowCommand => ({ kind: 'save', id: 'w', basedOn, ...facts });
const saved = (version: number): WorkflowEvent => ({ type: 'workflow_saved', data: { version, ...facts } });
const published = (version: number): WorkflowEvent => ({ type: 'workflow_published', data: { version, by, at: 2 } });
const at = 2;

describe('a workflow', () => {
  const spec = specify(workflowDecider);

  it('begins with version 1', () => spec.when(save(0)).thenEvents(saved(1)));
  it('is created once', () => spec.given(saved(1)).when(save(0)).thenError('workflow_exists'));
  it('gets version after version without gaps', () => spec.given(saved(1)).when(save(1)).thenEvents(saved(2)));
  it('refuses a change that is based on an older version', () =>
    spec.given(saved(1), saved(2)).when(save(1)).thenError('workflow_version_conflict'));
  it('cannot be changed, published or deleted before it exists', () => {
    for (const command of [
      save(3),
      { kind: 'publish', id: 'w', version: 1, by, at },
      { kind: 'delete', id: 'w', by, at },
    ] as const)
      spec.when(command).thenError('workflow_not_found');
  });
  it('publishes a version once, and an older one to roll back', () => {
    const publish = (version: number) => ({ kind: 'publish', id: 'w', version, by, at }) as const;
    spec.given(saved(1)).when(publish(1)).thenEvents(published(1));
    spec.given(saved(1), published(1)).when(publish(1)).thenNothing();
    spec.given(saved(1), saved(2), published(2)).when(publish(1)).thenEvents(published(1));
    spec.given(saved(1)).when(publish(2)).thenError('workflow_version_not_found');
  });
  it('unpublishes only what is published', () => {
    const unpublish = { kind: 'unpublish', id: 'w', by, at } as const;
    spec.given(saved(1)).when(unpublish).thenNothing();
    spec.given(saved(1), published(1)).when(unpublish).thenEvents({ type: 'workflow_unpublished', data: { by, at } });
  });
  it('stays deleted', () => {
    const deleted: WorkflowEvent = { type: 'workflow_deleted', data: { by, at } };
    spec.given(saved(1)).when({ kind: 'delete', id: 'w', by, at }).thenEvents(deleted);
    spec.given(saved(1), deleted).when(save(1)).thenError('workflow_not_found');
    spec.given(saved(1), deleted).when(save(0)).thenError('workflow_exists');
  });
});
