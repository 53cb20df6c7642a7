import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { errorText, isApiError } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { OpenWorkflow, Workflow } from '../api/types.ts';
import { toast } from '../components/toasts.ts';
import { isUnsaved } from '../engine/editor-state.ts';
import type { EditorStore } from '../engine/editor-store.ts';
import type { EditorActions } from './editor-actions.ts';

/** Save, publish and run, as the toolbar calls them. A draft without an id gets one at its first save. */
export function useWorkflowCommands(
  workflow: OpenWorkflow,
  store: EditorStore,
  actions: EditorActions,
  onCreated: (id: string) => void,
) {
  const cache = useQueryClient();
  const [conflict, setConflict] = useState(false);
  const [runId, setRunId] = useState<string>();
  const { id } = workflow;
  const accept = (next: Workflow) => {
    cache.setQueryData(queries.workflow(next.id).queryKey, next);
    void cache.invalidateQueries({ queryKey: ['workflows', 'list'] });
    void cache.invalidateQueries({ queryKey: ['workflows', next.id, 'versions'] });
    if (id === null) onCreated(next.id);
  };
  const failed = (error: unknown) => toast(errorText(error), { tone: 'bad' });
  const latestVersion = () =>
    id === null ? 0 : (cache.getQueryData<Workflow>(queries.workflow(id).queryKey)?.version ?? workflow.version);

  /** Stores the draft as a version after `base`. */
  async function storeDraft(base: number): Promise<Workflow> {
    const file = store.get().history.present;
    const saved =
      id === null
        ? await client.workflows.create({ workflow: file })
        : await client.workflows.update({ id, workflow: file, if_match: base });
    actions.markSaved(file);
    return saved;
  }
  const onSaveError = (error: unknown) => {
    if (isApiError(error) && error.code === 'workflow_version_conflict') setConflict(true);
    else failed(error);
  };
  const save = useMutation({
    mutationFn: (base: number | undefined) => storeDraft(base ?? latestVersion()),
    onSuccess: (saved) => {
      setConflict(false);
      accept(saved);
      toast(`Saved as version ${saved.version}.`);
    },
    onError: onSaveError,
  });
  const publish = useMutation({
    mutationFn: async (version: number | undefined) => {
      const unsaved = id === null || (version === undefined && isUnsaved(store.get()));
      const saved = unsaved ? await storeDraft(latestVersion()) : undefined;
      return client.workflows.publish({
        id: saved?.id ?? id ?? '',
        version: saved?.version ?? version ?? latestVersion(),
      });
    },
    onSuccess: (next) => {
      accept(next);
      void cache.invalidateQueries({ queryKey: ['triggers'] });
      toast(`Version ${next.published_version} is published; its triggers are active.`);
    },
    onError: onSaveError,
  });
  const unpublish = useMutation({
    mutationFn: () => client.workflows.unpublish({ id: id ?? '' }),
    onSuccess: (next) => {
      accept(next);
      void cache.invalidateQueries({ queryKey: ['triggers'] });
      toast('Unpublished; its triggers are off.');
    },
    onError: failed,
  });
  const run = useMutation({
    mutationFn: (input: unknown) => {
      const state = store.get();
      if (id === null || isUnsaved(state)) return client.workflows.run({ workflow: state.history.present, input });
      return client.workflows.execute({ id, input, version: latestVersion() });
    },
    onSuccess: (execution) => {
      setRunId(execution.id);
      void cache.invalidateQueries({ queryKey: ['executions', 'list'] });
    },
    onError: failed,
  });
  const theirs = () => client.workflows.get({ id: id ?? '' });
  return {
    save,
    publish,
    unpublish,
    run,
    runId,
    closeRun: () => setRunId(undefined),
    conflict,
    closeConflict: () => setConflict(false),
    /** Opens the other person's version; the local edits stay one undo away. */
    async takeTheirs() {
      const other = await theirs();
      accept(other);
      actions.replaceFile(other.workflow);
      actions.markSaved(store.get().history.present);
      setConflict(false);
    },
    /** Saves the local edits as a version after the other person's. */
    async keepMine() {
      save.mutate((await theirs()).version);
    },
  };
}
