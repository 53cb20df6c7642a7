import type { Decider } from '@conv3n/potter';
import { workflowsErrors } from './errors.ts';

/** What happened to a workflow, `at` in milliseconds since the Unix epoch. The definition of each version is stored beside the event, under its version. */
export type WorkflowEvent =
  | { readonly type: 'workflow_saved'; readonly data: WorkflowSaved }
  | {
      readonly type: 'workflow_published';
      readonly data: { readonly version: number; readonly by: string; readonly at: number };
    }
  | { readonly type: 'workflow_unpublished'; readonly data: { readonly by: string; readonly at: number } }
  | { readonly type: 'workflow_deleted'; readonly data: { readonly by: string; readonly at: number } };

interface WorkflowSaved {
  readonly version: number;
  readonly name: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  /** Types of the trigger nodes. */
  readonly triggers: readonly string[];
  readonly by: string;
  readonly at: number;
}

export type WorkflowCommand =
  | {
      readonly kind: 'save';
      readonly id: string;
      /** The version the change is based on; 0 creates. */
      readonly basedOn: number;
      readonly name: string;
      readonly description: string | null;
      readonly tags: readonly string[];
      readonly triggers: readonly string[];
      readonly by: string;
      readonly at: number;
    }
  | {
      readonly kind: 'publish';
      readonly id: string;
      readonly version: number;
      readonly by: string;
      readonly at: number;
    }
  | { readonly kind: 'unpublish'; readonly id: string; readonly by: string; readonly at: number }
  | { readonly kind: 'delete'; readonly id: string; readonly by: string; readonly at: number };

/** A workflow without its definitions. Times are milliseconds since the Unix epoch. */
export interface WorkflowState {
  /** 0 before the first save. */
  readonly version: number;
  readonly publishedVersion: number | null;
  readonly deleted: boolean;
  readonly saved: WorkflowSaved | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Every version, oldest first. */
  readonly versions: readonly VersionRow[];
}

/** One line of a workflow's history. */
export interface VersionRow {
  readonly version: number;
  readonly name: string;
  readonly createdAt: number;
  readonly createdBy: string;
}

/** Rules of a workflow's life: versions without gaps, at most one published, nothing after deletion. */
export const workflowDecider: Decider<WorkflowCommand, WorkflowEvent, WorkflowState> = {
  initialState: {
    version: 0,
    publishedVersion: null,
    deleted: false,
    saved: null,
    createdAt: 0,
    updatedAt: 0,
    versions: [],
  },

  decide(command, state) {
    if (command.kind === 'save' && command.basedOn === 0) {
      if (state.version > 0) {
        throw workflowsErrors.error(
          'workflow_exists',
          `There is a workflow ${command.id} already. Save a new version of it with PUT, or leave out the id.`,
        );
      }
      return [saved(command, 1)];
    }
    if (state.version === 0 || state.deleted) {
      throw workflowsErrors.error('workflow_not_found', `There is no workflow ${command.id}.`);
    }
    switch (command.kind) {
      case 'save':
        if (command.basedOn !== state.version) {
          throw workflowsErrors.error(
            'workflow_version_conflict',
            `The change is based on version ${command.basedOn}, but version ${state.version} was saved meanwhile. Load it, apply the change again and save.`,
            { details: { current_version: state.version } },
          );
        }
        return [saved(command, state.version + 1)];
      case 'publish':
        if (command.version > state.version) {
          throw workflowsErrors.error(
            'workflow_version_not_found',
            `Workflow ${command.id} has ${state.version} version(s), not ${command.version}.`,
          );
        }
        return state.publishedVersion === command.version
          ? []
          : [{ type: 'workflow_published', data: { version: command.version, by: command.by, at: command.at } }];
      case 'unpublish':
        return state.publishedVersion === null
          ? []
          : [{ type: 'workflow_unpublished', data: { by: command.by, at: command.at } }];
      case 'delete':
        return [{ type: 'workflow_deleted', data: { by: command.by, at: command.at } }];
    }
  },

  evolve(state, event) {
    const changed = { ...state, createdAt: state.createdAt || event.data.at, updatedAt: event.data.at };
    switch (event.type) {
      case 'workflow_saved': {
        const { version, name, at, by } = event.data;
        const row = { version, name, createdAt: at, createdBy: by };
        return { ...changed, version, saved: event.data, versions: [...state.versions, row] };
      }
      case 'workflow_published':
        return { ...changed, publishedVersion: event.data.version };
      case 'workflow_unpublished':
        return { ...changed, publishedVersion: null };
      case 'workflow_deleted':
        return { ...changed, publishedVersion: null, deleted: true };
    }
  },
};

function saved(command: Extract<WorkflowCommand, { kind: 'save' }>, version: number): WorkflowEvent {
  const { name, description, tags, triggers, by, at } = command;
  return { type: 'workflow_saved', data: { version, name, description, tags, triggers, by, at } };
}
