import { type Disposer, isConv3nError, type JsonValue } from '@conv3n/platform';
import type { PluginContext } from '@conv3n/runtime';
import type { FireExecution } from './fire-execution.ts';
import type { TriggerRecord } from './trigger-record.ts';
import type { TriggerRegistry } from './trigger-registry.ts';

const retryMs = 5_000;

/** The workflow is gone, unpublished, or refuses the input: trying again soon changes nothing. */
function isHopeless(error: unknown): boolean {
  return isConv3nError(error) && ['not_found', 'conflict', 'invalid'].includes(error.kind);
}

/**
 * Fires cron and interval triggers.
 *
 * I1 One timer at a time, for the earliest firing. I2 Each planned firing starts at most one execution: the planned time is its idempotency key,
 * so a crash between start and record repeats nothing. I3 Firings missed while the server was down become one firing at start.
 */
export class Scheduler {
  readonly #registry: TriggerRegistry;
  readonly #context: PluginContext;
  readonly #fire: FireExecution;
  readonly #firing = new Set<string>();
  #timer: Disposer | undefined;

  constructor(registry: TriggerRegistry, context: PluginContext, fire: FireExecution) {
    this.#registry = registry;
    this.#context = context;
    this.#fire = fire;
  }

  /** Sets the timer for the earliest planned firing; called after every change. */
  plan(): void {
    this.#timer?.();
    this.#timer = undefined;
    if (this.#context.signal.aborted) return;
    let earliest: number | undefined;
    for (const { id, nextAt } of this.#registry.all()) {
      if (nextAt !== null && !this.#firing.has(id) && (earliest === undefined || nextAt < earliest)) earliest = nextAt;
    }
    if (earliest === undefined) return;
    this.#timer = this.#context.after(Math.max(0, earliest - this.#context.platform.clock.now()), () => this.#due());
  }

  #due(): void {
    const now = this.#context.platform.clock.now();
    for (const record of this.#registry.all()) {
      if (record.nextAt !== null && record.nextAt <= now && !this.#firing.has(record.id)) {
        this.#firing.add(record.id);
        void this.#run(record, record.nextAt);
      }
    }
    this.plan();
  }

  async #run(record: TriggerRecord, plannedAt: number): Promise<void> {
    const { log, call, platform } = this.#context;
    const input: JsonValue = {
      trigger_id: record.id,
      scheduled_at: new Date(plannedAt).toISOString(),
      fired_at: new Date(platform.clock.now()).toISOString(),
    };
    try {
      await this.#fire(
        {
          workflow_id: record.workflowId,
          node: record.node,
          kind: record.type === 'std/cron' ? 'cron' : 'interval',
          trigger_id: record.id,
          input,
          idempotency_key: `${record.id}@${plannedAt}`,
          wait_ms: 0,
        },
        call,
      );
      await this.#registry.fired(record.id, plannedAt);
      this.#firing.delete(record.id);
    } catch (error) {
      if (!isHopeless(error)) {
        log.write('warn', 'Scheduled execution did not start; trying again', {
          trigger: record.id,
          error: String(error),
          retryMs,
        });
        this.#context.after(retryMs, () => {
          this.#firing.delete(record.id);
          this.plan();
        });
        return;
      }
      log.write('warn', 'Scheduled execution cannot start; waiting for the next time', {
        trigger: record.id,
        error: String(error),
      });
      this.#firing.delete(record.id);
      await this.#registry.skipped(record.id);
    }
    this.plan();
  }
}
