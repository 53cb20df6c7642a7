/** Where a plugin stands. `discovered` and `loaded` may wait for a required plugin. */
export type PluginState =
  | 'discovered'
  | 'loading'
  | 'loaded'
  | 'starting'
  | 'started'
  | 'stopping'
  | 'stopped'
  | 'failed'
  | 'quarantined';

/** What can happen to a plugin. */
export type LifecycleEvent =
  | 'load'
  | 'loaded'
  | 'start'
  | 'started'
  | 'stop'
  | 'stopped'
  | 'fail'
  | 'give_up'
  | 'reset';

/** Every allowed step; what is absent does not happen. */
export const lifecycleTable: Readonly<Record<PluginState, Readonly<Partial<Record<LifecycleEvent, PluginState>>>>> = {
  discovered: { load: 'loading' },
  loading: { loaded: 'loaded', fail: 'failed' },
  loaded: { start: 'starting', stop: 'stopping', fail: 'failed' },
  starting: { started: 'started', fail: 'failed' },
  started: { stop: 'stopping', fail: 'failed' },
  stopping: { stopped: 'stopped', fail: 'failed' },
  stopped: { reset: 'discovered' },
  failed: { reset: 'discovered', give_up: 'quarantined' },
  quarantined: { reset: 'discovered' },
};

/** The state after `event`, or undefined when the event does not apply. */
export function nextState(state: PluginState, event: LifecycleEvent): PluginState | undefined {
  return lifecycleTable[state][event];
}
