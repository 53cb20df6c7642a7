export { triggersErrors } from './errors.ts';
export type { FireReply, FireRequest } from './fire-execution.ts';
export { triggerOperations } from './trigger-operations.ts';
export type { TriggerRecord, TriggerType } from './trigger-record.ts';
export type { TriggerNode } from './trigger-registry.ts';
export { type TriggersOptions, triggersPlugin } from './triggers-plugin.ts';
