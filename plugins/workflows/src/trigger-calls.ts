import { isConv3nError, type JsonObject } from '@conv3n/platform';
import type { PluginContext } from '@conv3n/runtime';

/** A trigger node of a workflow file. */
export interface TriggerNode {
  readonly node: string;
  readonly type: string;
  readonly config: JsonObject;
}

/** Something in a trigger node's config that its schema cannot tell; `path` is inside the config. */
export interface TriggerProblem {
  readonly node: string;
  readonly path: string;
  readonly message: string;
}

/** The trigger plugin as this plugin uses it. A server without triggers (`conv3n run`) still validates, saves and publishes. */
export interface TriggerCalls {
  /** What cannot work in the configs of these nodes. */
  problems(nodes: readonly TriggerNode[]): Promise<readonly TriggerProblem[]>;
  /** Changes nothing. @throws `trigger_conflict` when publishing these nodes would */
  check(workflowId: string, nodes: readonly TriggerNode[]): Promise<void>;
  /** Makes the workflow's triggers equal to these nodes. @throws `trigger_conflict`, `trigger_invalid` */
  sync(workflowId: string, nodes: readonly TriggerNode[]): Promise<void>;
  /** Removes every trigger of a deleted workflow. */
  forget(workflowId: string): Promise<void>;
}

/** Calls the services `triggers.*`. */
export function triggerCalls({ services, call }: Pick<PluginContext, 'services' | 'call'>): TriggerCalls {
  const ask = async <Output>(name: string, input: object, otherwise: Output): Promise<Output> => {
    try {
      return await services.call<Output>(name, input, call);
    } catch (error) {
      if (!isConv3nError(error, 'service_not_found')) throw error;
      return otherwise;
    }
  };
  return {
    problems: (nodes) => (nodes.length === 0 ? Promise.resolve([]) : ask('triggers.problems', { nodes }, [])),
    check: (workflow_id, nodes) => ask<void>('triggers.check', { workflow_id, nodes }, undefined),
    sync: (workflow_id, nodes) => ask<void>('triggers.sync', { workflow_id, nodes }, undefined),
    forget: (workflow_id) => ask<void>('triggers.forget', { workflow_id }, undefined),
  };
}
