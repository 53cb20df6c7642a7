import type { JsonObject } from '@conv3n/platform';

/** Types a trigger may have. */
export const triggerTypes = ['std/webhook', 'std/cron', 'std/interval'] as const;
export type TriggerType = (typeof triggerTypes)[number];

/** A stored trigger. Times are milliseconds since the Unix epoch. */
export interface TriggerRecord {
  /** `<workflow>.<node>` when derived from a node, else a UUIDv7. */
  readonly id: string;
  readonly workflowId: string;
  /** The trigger node that fires; null starts every start node. */
  readonly node: string | null;
  readonly type: TriggerType;
  readonly config: JsonObject;
  readonly enabled: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastFiredAt: number | null;
  /** When a schedule fires next; null for webhooks and paused triggers. */
  readonly nextAt: number | null;
}

/** True for a type of {@link triggerTypes}. */
export function isTriggerType(type: string): type is TriggerType {
  return (triggerTypes as readonly string[]).includes(type);
}
