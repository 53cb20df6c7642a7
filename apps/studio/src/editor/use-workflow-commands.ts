import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { errorText, isApiError } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { Workflow } from '../api/types.ts';
import { toast } from '../components/toasts.ts';
import { isUnsaved } from '../engine/editor-state.ts';
import type { EditorStore } from '../engine/editor-store.ts';
import type { EditorActions } from './editor-actions.ts';

/** Save, publish and run, as the toolbar calls them. */
export function useWorkflowCommands(workflow: Workflow, store: EditorStore, actions: EditorActions) {
  const cache = useQueryClient();
  const [conflict, setConflict] = useState(false);
  const [runId, setRunId] = useState<string>();
  const { id } = workflow;
  const accept = (next: Workflow) => {
    cache.setQueryData(queries.workflow(id).queryKey, next);
    void cache.invalidateQueries({ queryKey: ['workflows', 'list'] });
    void cache.invalidateQueries({ queryKey: ['workflows', id, 'versions'] });
  };
  const failed = (error: unknown) => toast(errorText(error), { tone: 'bad' });
  const latest = () => cache.getQueryData<Workflow>(queries.workflow(id).queryKey) ?? workflow;

  const save = useMutation({
    mutationFn: async (over: number | undefined) => {
      const file = store.get().history.present;
      const saved = await client.workflows.update({ id, workflow: file, if_match: over ?? latest().version });
      actions.markSaved(file);
      return saved;
    },
    onSuccess: (saved) => {
      setConflict(false);
      accept(saved);
      toast(`Saved as version ${saved.version}.`);
    },
    onError: (error) => {
      if (isApiError(error) && (error.status === 412 || error.status === 409)) setConflict(true);
      else failed(error);
    },
  });
  const publish = useMutation({
    mutationFn: async (version: number | undefined) => {
      const saved = version === undefined && isUnsaved(store.get()) ? await save.mutateAsync(undefined) : undefined;
      return client.workflows.publish({ id, version: version ?? saved?.version ?? latest().version });
    },
    onSuccess: (next) => {
      accept(next);
      void cache.invalidateQueries({ queryKey: ['triggers'] });
      toast(`Version ${next.published_version} is published; its triggers are active.`);
    },
    onError: (error) => !conflict && failed(error),
  });
  const unpublish = useMutation({
    mutationFn: () => client.workflows.unpublish({ id }),
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
      return isUnsaved(state)
        ? client.workflows.run({ workflow: state.history.present, input })
        : client.workflows.execute({ id, input, version: latest().version });
    },
    onSuccess: (execution) => {
      setRunId(execution.id);
      void cache.invalidateQueries({ queryKey: ['executions', 'list'] });
    },
    onError: failed,
  });
  return {
    save,
    publish,
    unpublish,
    run,
    runId,
    closeRun: () => setRunId(undefined),
    conflict,
    closeConflict: () => setConflict(false),
    /** Takes the other person's version and drops the local edits. */
    async takeTheirs() {
      const theirs = await client.workflows.get({ id });
      accept(theirs);
      actions.replaceFile(theirs.workflow);
      actions.markSaved(store.get().history.present);
      setConflict(false);
    },
    /** Saves the local edits as a version after the other person's. */
    async keepMine() {
      const theirs = await client.workflows.get({ id });
      save.mutate(theirs.version);
    },
  };
}
