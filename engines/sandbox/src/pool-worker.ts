import type { ChildLink } from './child-link.ts';
import { frameKind } from './frame.ts';
import type { PoolEntry } from './pool-call.ts';

/** One child of a pool and the calls it holds, oldest first. */
export class PoolWorker {
  readonly link: ChildLink;
  readonly active = new Map<number, PoolEntry>();
  ready = false;
  /** Set when the child takes no further calls and ends with its last one. */
  retiring = false;
  /** The entry whose limit ended the child, if any. */
  condemned: PoolEntry | undefined;
  idleTimer: NodeJS.Timeout | undefined;

  constructor(link: ChildLink) {
    this.link = link;
  }

  /** Calls that use or wait for the child's processor time; parked ones do not count. */
  running(): number {
    let count = 0;
    for (const entry of this.active.values()) if (!entry.parked) count += 1;
    return count;
  }

  /** The call the child works on: it begins them in order. */
  head(): PoolEntry | undefined {
    for (const entry of this.active.values()) if (!entry.parked) return entry;
    return undefined;
  }

  give(entry: PoolEntry, now: number): void {
    clearTimeout(this.idleTimer);
    entry.parked = false;
    this.active.set(entry.id, entry);
    this.markHead(now);
    this.link.send(frameKind.call, entry.id, entry.call.head, entry.call.body);
  }

  /** Takes a call away: it was answered, or goes to another child. */
  remove(entry: PoolEntry, now: number): void {
    this.active.delete(entry.id);
    this.markHead(now);
  }

  park(entry: PoolEntry, now: number): void {
    entry.parked = true;
    this.markHead(now);
  }

  private markHead(now: number): void {
    const head = this.head();
    if (head) head.startedAt ??= now;
  }

  /** Takes back every call the child has not begun, because the one before them takes long. */
  takeUnstarted(): PoolEntry[] {
    const taken = [...this.active.values()].filter((entry) => entry.startedAt === undefined);
    for (const entry of taken) {
      this.active.delete(entry.id);
      this.link.send(frameKind.cancel, entry.id, {});
    }
    return taken;
  }
}
